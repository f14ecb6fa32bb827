"""`./frontdesk up` itself: what it does when a child dies, when a port is taken, and when it is told to stop."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from playwright.sync_api import expect

from bot.cli.processes.running import free_port
from bot.cli.processes.supervisor import is_free
from tests.end_to_end.people import Patient
from tests.end_to_end.running import RunningFrontdesk, is_alive, wait_until

pytestmark = pytest.mark.slow(reason="kills processes and waits for them to come back")

needs_proc = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the process table of Linux")


@needs_proc
def test_killed_rasa_is_started_again_and_the_patient_is_told_meanwhile(frontdesk: RunningFrontdesk, patient: Patient):
    """Nothing is lost: the message is kept, staff are asked, and once Rasa is back it still knows the treatment."""
    patient.says("Is PRP safe?")
    rasa = frontdesk.child("bot.nlu.server.serve")
    assert rasa is not None

    os.kill(rasa, signal.SIGKILL)
    wait_until(lambda: not is_alive(rasa), 5.0)
    patient.says("does it hurt?")

    expect(patient.messages("bot").nth(1)).to_contain_text("not working right now")
    frontdesk.wait_for_line("rasa died (signal 9); starting it again in 1 s.", 10.0)
    frontdesk.wait_for_line("rasa was started again.", 10.0)
    frontdesk.wait_until_ready(60.0)
    answer = patient.says("does it hurt?")
    expect(answer).to_have_attribute("data-kind", "answer")
    expect(answer).to_contain_text("PRP")


@pytest.mark.parametrize("option", ["--port", "--rasa-port", "--actions-port"])
def test_taken_port_is_named_with_a_free_one(option: str, frontdesk: RunningFrontdesk):
    """One line says which port, and how to choose another; nothing is started."""
    taken = frontdesk.ports[option]
    ports = {**dict.fromkeys(frontdesk.ports, 0), option: taken}
    options = [word for name, port in ports.items() for word in (name, str(port or free_port()))]

    done = frontdesk.start_another(*options)

    said = f"Error: Port {taken} is taken by another program. Choose another with {option}, for instance {option} "
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(said), done.stderr
    assert is_free("127.0.0.1", int(done.stderr.removeprefix(said).rstrip(".\n")))


@needs_proc
def test_interrupt_stops_everything_and_the_next_start_has_nothing_to_do(frontdesk: RunningFrontdesk):
    """Ctrl-C is no failure and leaves nothing behind; then everything is found done, the staff account included."""
    children = frontdesk.children()
    assert len(children) == 3

    status = frontdesk.interrupt()

    assert status == 0
    assert not [pid for pid in children if is_alive(pid)]
    assert all(is_free("127.0.0.1", port) for port in frontdesk.ports.values())
    assert not (frontdesk.project / "var" / "running.json").exists()

    frontdesk.start()

    printed = "\n".join(frontdesk.printed_now)
    assert "Set up: nothing has changed" in printed
    # Patients are told where the chat is before the assistant behind it is up.
    assert printed.index("Patient chat:") < printed.index("The assistant is ready")
    assert f"Sign in as:     {frontdesk.email}   (forgotten?" in printed
    assert "Password:" not in printed

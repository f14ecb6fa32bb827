"""The supervisor brings back what dies, leaves nothing behind, and knows a taken port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli.processes.running import free_port
from bot.cli.processes.supervisor import Log, Program, Supervisor, backoff, is_free, require_free
from bot.cli.steps import StepError

ROOT = Path(__file__).resolve().parents[3]
LOOPBACK = "127.0.0.1"


class Bench:
    """Supervisors of small real programs, with all they said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.supervisors: list[Supervisor] = []

    def supervise(self, program: str, **options: str) -> Supervisor:
        """Make a supervisor of one Python program called "worker"."""
        wanted = Program(name="worker", command=[sys.executable, "-c", program], **options)
        supervisor = Supervisor([wanted], root=ROOT, logs=self.folder, say=self.said.append, first_wait=0.05)
        self.supervisors.append(supervisor)
        return supervisor


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench that stops what was started on it."""
    bench = Bench(tmp_path)
    yield bench
    for supervisor in bench.supervisors:
        supervisor.stop()


def _eventually(happened: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def test_waits_double_up_to_half_a_minute():
    """A program that cannot start does not keep the machine busy."""
    assert [backoff(deaths) for deaths in (1, 2, 3, 4, 5, 6, 1000)] == [1, 2, 4, 8, 16, 30, 30]


def test_program_that_dies_is_started_again_and_said_so(bench: Bench):
    """Each death is one clear line with its cause and the wait."""
    supervisor = bench.supervise("import sys; print('here'); sys.exit(3)")
    stopping = threading.Event()
    supervisor.start()

    def stop_after_two_returns() -> None:
        _eventually(lambda: sum("started again" in line for line in bench.said) >= 2)
        stopping.set()

    watcher = threading.Thread(target=stop_after_two_returns)
    watcher.start()
    supervisor.watch(stopping, interval=0.01)
    watcher.join()

    assert "worker died (exit status 3); starting it again in 0 s." in bench.said[0]
    assert (bench.folder / "worker.log").read_text(encoding="utf-8").count("here") >= 2


def test_program_ended_by_a_signal_names_it(bench: Bench):
    """`kill -9` and the out-of-memory killer can be told from a crash."""
    supervisor = bench.supervise("import time; time.sleep(60)")
    supervisor.start()
    process = supervisor.children[0].process
    assert process is not None

    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    supervisor.look()

    assert "worker died (signal 9)" in bench.said[0]


def test_stop_ends_a_stubborn_program_and_its_children(bench: Bench):
    """Asked first, then ended; what it started goes with it."""
    supervisor = bench.supervise(
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)"
    )
    supervisor.start()
    child = supervisor.children[0]
    _eventually(lambda: bool(child.tail))
    grandchild = int(child.tail[0])

    child.stop(patience=0.2)

    assert child.exit_status() == -signal.SIGKILL
    _eventually(lambda: not _is_running(grandchild))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ties a process to its parent")
def test_nothing_is_left_behind_when_the_supervisor_is_killed(bench: Bench):
    """Even `kill -9` of `frontdesk up` ends its processes."""
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom bot.cli.processes.supervisor import Program, Supervisor\n"
        "one = Program(name='one', command=[sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"supervisor = Supervisor([one], root=Path({str(ROOT)!r}), logs=Path({str(bench.folder)!r}), say=print)\n"
        "supervisor.start(); print(supervisor.children[0].process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        # The leash is in place once the process is no longer the leash itself.
        _eventually(lambda: b"leash" not in Path(f"/proc/{pid}/cmdline").read_bytes())
        parent.kill()

    _eventually(lambda: not _is_running(pid))


def test_ready_means_that_the_health_address_answers(bench: Bench):
    """Waiting ends when the server serves."""
    port = _free_port()
    server = f"import http.server as s; s.test(s.SimpleHTTPRequestHandler, port={port}, bind={LOOPBACK!r})"
    supervisor = bench.supervise(server, health_url=f"http://{LOOPBACK}:{port}/")
    supervisor.start()

    supervisor.wait_until_ready("worker", 10.0)

    assert not is_free(LOOPBACK, port)


def test_program_that_ends_while_starting_shows_its_last_words(bench: Bench):
    """No restart loop at the start: the reason is shown at once."""
    url = f"http://{LOOPBACK}:{_free_port()}/"
    supervisor = bench.supervise("raise SystemExit('no model')", health_url=url)
    supervisor.start()

    with pytest.raises(StepError, match=r"no model\nworker ended while starting"):
        supervisor.wait_until_ready("worker", 10.0)


def test_program_that_never_answers_is_not_waited_for_for_ever(bench: Bench):
    """The message says where to look."""
    url = f"http://{LOOPBACK}:{_free_port()}/"
    supervisor = bench.supervise("import time; time.sleep(60)", health_url=url)
    supervisor.start()

    with pytest.raises(StepError, match="worker did not answer within"):
        supervisor.wait_until_ready("worker", 0.3)


def test_only_problems_are_said_aloud(bench: Bench):
    """The log has every line, the terminal the errors."""
    supervisor = bench.supervise("print('INFO all well'); print('ERROR no disk')")
    supervisor.start()
    _eventually(lambda: supervisor.children[0].exit_status() is not None)
    supervisor.children[0].stop()

    assert bench.said == ["worker: ERROR no disk"]
    assert "INFO all well" in (bench.folder / "worker.log").read_text(encoding="utf-8")


def test_taken_port_says_how_to_choose_another():
    """The message names the port, the option and a port that is free."""
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(StepError, match=rf"Port {port} is taken .* --rasa-port, for instance --rasa-port \d+"):
            require_free(LOOPBACK, port, "--rasa-port")


@pytest.mark.parametrize("host", ["::1", "localhost", LOOPBACK])
def test_a_port_is_free_or_taken_on_addresses_of_either_kind(host: str):
    """An address of IPv6 used to be taken whatever the port."""
    assert is_free(host, free_port())
    with socket.create_server((host, 0), family=socket.AF_INET6 if host == "::1" else socket.AF_INET) as other:
        port = other.getsockname()[1]

        assert not is_free(host, port)
        with pytest.raises(StepError, match=rf"Port {port} is taken"):
            require_free(host, port, "--port")


@pytest.mark.parametrize("host", ["203.0.113.7", "2001:db8::7", "not an address", "1.2.3.4.5"])
def test_an_address_that_the_machine_has_not_is_named(host: str):
    """Another port would not help."""
    with pytest.raises(StepError, match=r"is no address of this machine\. Choose one with --host"):
        require_free(host, 8000, "--port")


def test_large_log_is_put_aside(tmp_path: Path):
    """A log does not fill the disk: one old file is kept."""
    log = Log(tmp_path / "edge.log", limit=10)
    for line in ("first line\n", "second line\n", "third line\n"):
        log.write(line)
    log.close()

    assert (tmp_path / "edge.log").read_text(encoding="utf-8") == "third line\n"
    assert (tmp_path / "edge.log.1").read_text(encoding="utf-8") == "second line\n"


def test_a_log_without_room_costs_lines_and_stops_nothing(bench: Bench):
    """The program goes on while its log cannot be written, and the log says how many lines it lacks."""
    log = bench.folder / "worker.log"
    # Each write to it fails for want of room, as on a full disk.
    log.symlink_to("/dev/full")
    supervisor = bench.supervise(
        "import itertools, time\nfor n in itertools.count(1): print('ERROR' if n == 3 else 'line', n); time.sleep(0.02)"
    )
    supervisor.start()
    _eventually(lambda: bool(bench.said))
    pid = supervisor.children[0].process

    log.unlink()
    _eventually(lambda: log.exists() and len(log.read_text(encoding="utf-8").splitlines()) > 3)

    first, second, *_ = log.read_text(encoding="utf-8").splitlines()
    number = int(second.split()[1])
    assert first == f"{number - 1} lines were lost here: they could not be written."
    assert bench.said == ["worker: ERROR 3"]
    assert supervisor.children[0].process is pid
    assert supervisor.children[0].exit_status() is None

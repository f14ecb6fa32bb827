"""`frontdesk up`: sets up what is missing, starts the three processes, and keeps them running until Ctrl-C.

This process lives as long as they do, so it imports little: what sets up runs in another one (`preparing`).
"""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace
from types import FrameType
from typing import NoReturn

import click

from bot.cli.processes.programs import LOOPBACK, address, programs
from bot.cli.processes.running_record import forget_running, note_running
from bot.cli.processes.supervisor import Program, Supervisor, require_free
from bot.cli.setting_up import preparing
from bot.cli.steps import Steps
from bot.settings import Settings, load_settings

PORT = click.IntRange(1, 65535)
# Rasa loads its libraries and the model; on a slow disk, the first time, that is most of this.
READY_WITHIN = {"actions": 60.0, "rasa": 180.0, "edge": 60.0}


@click.command("up")
@click.option("--port", type=PORT, help="Port of the chat and the staff console.  [default: 8000]")
@click.option("--host", help="Address they listen on; 0.0.0.0 lets other machines in.  [default: 127.0.0.1]")
@click.option("--rasa-port", type=PORT, default=5005, show_default=True, help="Port of Rasa, on this machine only.")
@click.option("--actions-port", type=PORT, default=5055, show_default=True, help="Port of the actions, likewise.")
def command(*, port: int | None, host: str | None, rasa_port: int, actions_port: int) -> None:
    """Set up what is missing, start everything, print the addresses. Ctrl-C stops all."""
    settings = load_settings()
    settings = replace(
        settings,
        host=host or settings.host,
        port=port or settings.port,
        # Of several the first is the one that is started here.
        rasa_url=",".join([f"http://{LOOPBACK}:{rasa_port}", *settings.rasa_urls[1:]]),
    )
    steps = Steps()
    require_free(settings.host, settings.port, "--port")
    require_free(LOOPBACK, rasa_port, "--rasa-port")
    require_free(LOOPBACK, actions_port, "--actions-port")
    signal.signal(signal.SIGTERM, _interrupt)
    (settings.root / "var").mkdir(exist_ok=True)
    account = preparing.prepare(settings, steps)
    run(settings, programs(settings, rasa_port=rasa_port, actions_port=actions_port), account, steps)


def run(settings: Settings, wanted: list[Program], account: preparing.FirstAccount, steps: Steps) -> None:
    """Start the processes, say how to reach them as soon as the edge serves, and keep them alive until told to stop.

    Args:
        settings: Where things are.
        wanted: The processes.
        account: Who can sign in.
        steps: Where it is shown.

    Raises:
        StepError: One of them did not start; all others are stopped.
    """
    supervisor = Supervisor(wanted, root=settings.root, logs=settings.root / "var" / "log", say=steps.say)
    stopping = threading.Event()
    try:
        supervisor.start()
        with steps.step("Starting the edge"):
            supervisor.wait_until_ready("edge", READY_WITHIN["edge"])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        _welcome(settings, account, steps)
        if _wake(supervisor, stopping, steps):
            note_running(settings)
            supervisor.watch(stopping)
    finally:
        # A second Ctrl-C must not leave one of them behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        forget_running(settings)
        with steps.step("Stopping"):
            supervisor.stop()


def _welcome(settings: Settings, account: preparing.FirstAccount, steps: Steps) -> None:
    steps.say("")
    steps.say(f"Patient chat:   {address(settings)}/")
    steps.say(f"Staff console:  {address(settings)}/staff/sign-in")
    if account.password is None:
        steps.say(f"Sign in as:     {account.email}   (forgotten? ./frontdesk staff set-password {account.email})")
    else:
        steps.say(f"Sign in as:     {account.email}")
        steps.say(f"Password:       {account.password}   (shown only now; write it down)")
    steps.say(f"Logs:           {settings.root / 'var' / 'log'}")
    steps.say("")


def _wake(supervisor: Supervisor, stopping: threading.Event, steps: Steps) -> bool:
    """Wait for the assistant behind the edge, and say when it is there; False if told to stop before."""
    steps.say("The assistant is waking. Until then patients have red-flag cards, a person, and a look-up by words.")
    started = time.monotonic()
    for name in ("actions", "rasa"):
        if not supervisor.wait_until_ready(name, READY_WITHIN[name], stopping):
            return False
    steps.say(f"The assistant is ready ({time.monotonic() - started:.1f} s). Ctrl-C stops everything.")
    return True


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt

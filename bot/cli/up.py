"""`frontdesk up`: sets up what is missing, starts the three processes, and keeps them running until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from types import FrameType
from typing import NoReturn

import click

from bot.cli import setup
from bot.cli.processes import Program, Supervisor, require_free
from bot.cli.programs import LOOPBACK, address, programs
from bot.cli.running import forget_running, note_running
from bot.cli.steps import Steps
from bot.settings import Settings, load_settings

PORT = click.IntRange(1, 65535)
# Rasa loads TensorFlow and the model; on a slow disk, the first time, that is most of this.
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
        rasa_url=f"http://{LOOPBACK}:{rasa_port}",
    )
    steps = Steps()
    require_free(settings.host, settings.port, "--port")
    require_free(LOOPBACK, rasa_port, "--rasa-port")
    require_free(LOOPBACK, actions_port, "--actions-port")
    signal.signal(signal.SIGTERM, _interrupt)
    (settings.root / "var").mkdir(exist_ok=True)
    setup.prepare(settings, steps)
    run(settings, programs(settings, rasa_port=rasa_port, actions_port=actions_port), steps)


def run(settings: Settings, wanted: list[Program], steps: Steps) -> None:
    """Start the processes, say how to reach them, and keep them alive until told to stop.

    Args:
        settings: Where things are.
        wanted: The processes.
        steps: Where it is shown.

    Raises:
        StepError: One of them did not start; all others are stopped.
    """
    supervisor = Supervisor(wanted, root=settings.root, logs=settings.root / "var" / "log", say=steps.say)
    try:
        supervisor.start()
        for program in wanted:
            with steps.step(f"Starting {program.name}"):
                supervisor.wait_until_ready(program.name, READY_WITHIN[program.name])
        note_running(settings)
        _welcome(settings, steps)
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        supervisor.watch(stopping)
    finally:
        # A second Ctrl-C must not leave one of them behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        forget_running(settings)
        with steps.step("Stopping"):
            supervisor.stop()


def _welcome(settings: Settings, steps: Steps) -> None:
    from bot.cli import staff

    email, password = staff.ensure_first_account(settings)
    steps.say("")
    steps.say(f"Patient chat:   {address(settings)}/")
    steps.say(f"Staff console:  {address(settings)}/staff/sign-in")
    if password:
        steps.say(f"Sign in as:     {email}")
        steps.say(f"Password:       {password}   (shown only now; write it down)")
    else:
        steps.say(f"Sign in as:     {email}   (forgotten? ./frontdesk staff set-password {email})")
    steps.say(f"Logs:           {settings.root / 'var' / 'log'}")
    steps.say("Ctrl-C stops everything.")
    steps.say("")


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt

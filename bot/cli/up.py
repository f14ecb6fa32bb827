"""`frontdesk up`: sets up what is missing, starts the three processes, and keeps them running until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from types import FrameType
from typing import NoReturn

import click

from bot.cli import environments, fingerprint, setup
from bot.cli.processes import Program, Supervisor, require_free
from bot.cli.running import forget_running, note_running
from bot.cli.steps import Steps
from bot.settings import Settings, load_settings

LOOPBACK = "127.0.0.1"
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


def programs(settings: Settings, *, rasa_port: int, actions_port: int) -> list[Program]:
    """Name the processes of a running Frontdesk; the one that faces the public comes last.

    Args:
        settings: Where things are.
        rasa_port: Port of Rasa.
        actions_port: Port of the action server.
    """
    env = child_environment(settings, actions_port=actions_port)
    rasa_python = str(environments.RASA.executable(settings.root))
    serve_rasa = ["-m", "bot.nlu.serve", "--port", str(rasa_port), "--model", str(fingerprint.MODEL)]
    actions_url, rasa_url = f"http://{LOOPBACK}:{actions_port}/health", f"{settings.rasa_url}/status"
    return [
        Program(
            name="actions",
            command=[sys.executable, "-m", "actions", "--port", str(actions_port)],
            health_url=actions_url,
            env=env,
        ),
        Program(
            name="rasa",
            command=[rasa_python, *serve_rasa],
            health_url=rasa_url,
            env={**env, **setup.QUIET_RASA},
        ),
        Program(
            name="edge",
            command=[sys.executable, "-m", "bot.web"],
            health_url=f"{address(settings)}/health/live",
            env=env,
        ),
    ]


def child_environment(settings: Settings, *, actions_port: int) -> Mapping[str, str]:
    """Give the variables that tell every process where the others are.

    Args:
        settings: Where things are.
        actions_port: Port of the action server.
    """
    tracker = f"sqlite:///{settings.root / 'var' / 'tracker.db'}"
    return {
        "FRONTDESK_ACTIONS_URL": f"http://{LOOPBACK}:{actions_port}/webhook",
        "FRONTDESK_DATABASE_URL": settings.database_url,
        "FRONTDESK_HOST": settings.host,
        "FRONTDESK_PORT": str(settings.port),
        "FRONTDESK_RASA_URL": settings.rasa_url,
        "FRONTDESK_TRACKER_URL": os.environ.get("FRONTDESK_TRACKER_URL", tracker),
        "SANIC_HOST": LOOPBACK,
    }


def address(settings: Settings) -> str:
    """Give the edge's address as it is typed into a browser on this machine.

    Args:
        settings: Where things are.
    """
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::", ""} else settings.host  # noqa: S104  (compared only)
    return f"http://{host}:{settings.port}"


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

"""Rasa and its actions for a command that needs them: those that `up` runs, or a pair of its own for a while."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx

from bot.cli.processes.programs import LOOPBACK, programs
from bot.cli.processes.running_record import RECORD, database_fingerprint
from bot.cli.processes.supervisor import Supervisor
from bot.cli.setting_up import last_setup, setup
from bot.cli.steps import Steps
from bot.settings import Settings

READY_WITHIN = 180.0


@contextmanager
def rasa_running(settings: Settings) -> Iterator[Settings]:
    """Give settings whose Rasa answers, and stop afterwards what was started for it.

    Args:
        settings: Where things are; Rasa's actions must use its database.
    """
    url = _recorded(settings)
    if url is not None:
        yield replace(settings, rasa_url=url)
        return
    steps = Steps(sys.stderr)
    if last_setup.first_account(settings) is None:
        setup.prepare_rasa(settings.root, steps)
        setup.prepare_store(settings, steps)
        setup.train_model(settings.root, steps)
    rasa_port, actions_port = free_port(), free_port()
    own = replace(settings, rasa_url=f"http://{LOOPBACK}:{rasa_port}")
    with started(own, rasa_port=rasa_port, actions_port=actions_port, steps=steps):
        yield own


@contextmanager
def started(settings: Settings, *, rasa_port: int, actions_port: int, steps: Steps) -> Iterator[None]:
    """Run Rasa and its actions on these ports for as long as the block lasts."""
    wanted = programs(settings, rasa_port=rasa_port, actions_port=actions_port)[:2]
    logs = settings.root / "var" / "log" / "for-a-while"
    supervisor = Supervisor(wanted, root=settings.root, logs=logs, say=steps.say)
    try:
        supervisor.start()
        for program in wanted:
            with steps.step(f"Starting {program.name}"):
                supervisor.wait_until_ready(program.name, READY_WITHIN)
        yield
    finally:
        supervisor.stop()


def free_port() -> int:
    """Give a port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def _recorded(settings: Settings) -> str | None:
    try:
        record = json.loads((settings.root / RECORD).read_text(encoding="utf-8"))
        if record["database"] != database_fingerprint(settings):
            return None
        answer = httpx.get(f"{record['rasa_url']}/status", timeout=2.0, trust_env=False)
    except (OSError, ValueError, KeyError, httpx.HTTPError):
        return None
    return str(record["rasa_url"]) if answer.is_success else None

"""How long `./frontdesk up` takes from typing it to a first answered question, the first time and the second."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.turn.chats import LOOPBACK, QUESTIONS, FrontdeskChat, TurnFailedError
from bot.cli.processes.running import free_port
from bot.cli.steps import stop_group

_LONGEST = 600.0
_LOOK_EVERY = 0.05


@dataclass(frozen=True, kw_only=True)
class Start:
    """One start.

    Attributes:
        serving: Seconds until the chat page is there.
        answered: Seconds until a question is answered by the whole product.
        watcher_mb: Resident memory of the process that watches the others, once all are up.
    """

    serving: float
    answered: float
    watcher_mb: float


def measure(root: Path, scratch: Path) -> tuple[Start, Start]:
    """Start Frontdesk twice with a database of its own; the environments and the model are there already.

    Args:
        root: The project, whose model is trained.
        scratch: An empty folder.

    Raises:
        TurnFailedError: It did not come up.
    """
    for entry in root.iterdir():
        if entry.name != "var":
            (scratch / entry.name).symlink_to(entry)
    (scratch / "var").mkdir()
    return _start(root, scratch), _start(root, scratch)


def _start(root: Path, scratch: Path) -> Start:
    ports = {option: free_port() for option in ("--port", "--rasa-port", "--actions-port")}
    port = ports["--port"]
    command = [str(root / "frontdesk"), "up", *(str(word) for option in ports.items() for word in option)]
    env = {
        **os.environ,
        "FRONTDESK_ROOT": str(scratch),
        "FRONTDESK_DATABASE_URL": f"sqlite:///{scratch / 'frontdesk.db'}",
        "FRONTDESK_TRACKER_URL": f"sqlite:///{scratch / 'tracker.db'}",
    }
    with (scratch / "up.log").open("a") as log:
        started = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 (our own program)
            command, cwd=scratch, env=env, stdout=log, stderr=log, start_new_session=True
        )
        try:
            serving = _seconds_until(lambda: _is_fine(port, "/health/live"), started, process)
            _seconds_until(lambda: _is_fine(port, "/health/ready"), started, process)
            answered = _seconds_until(lambda: _is_answered(port), started, process)
            return Start(serving=serving, answered=answered, watcher_mb=machine.resident_of(process.pid))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            finally:
                stop_group(process)


def _seconds_until(holds: Callable[[], bool], started: float, process: subprocess.Popen[bytes]) -> float:
    while not holds():
        if process.poll() is not None or time.monotonic() - started > _LONGEST:
            raise TurnFailedError("./frontdesk up did not come up.")
        time.sleep(_LOOK_EVERY)
    return time.monotonic() - started


def _is_fine(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=5) as answer:
            return bool(json.load(answer))
    except OSError:
        return False


def _is_answered(port: int) -> bool:
    try:
        chat = FrontdeskChat(port)
        try:
            chat.say(QUESTIONS[1])
        finally:
            chat.close()
    except TurnFailedError:
        return False
    return True

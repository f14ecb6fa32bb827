"""A Frontdesk started the way a person starts it: `./frontdesk up`, with everything it prints kept."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import httpx

from bot.cli.processes.running import free_port
from bot.cli.steps import LEASH, stop_group
from bot.settings import ROOT

READY_WITHIN = 240.0
"""Seconds; that includes training, should the model be older than its data."""


class RunningFrontdesk:
    """Starts `./frontdesk up` on free ports, reads what it prints, and ends it.

    Args:
        project: The folder whose `var/` it may write to.
        state: The folder of its two databases.
        program: What is typed before `up`.
        addresses: Variables with addresses of other databases than those in the folder.
    """

    def __init__(
        self,
        project: Path,
        state: Path,
        program: Sequence[str] = (str(ROOT / "frontdesk"),),
        addresses: Mapping[str, str] | None = None,
    ) -> None:
        self._program = program
        self.ports = {"--port": free_port(), "--rasa-port": free_port(), "--actions-port": free_port()}
        self.database, self.tracker = state / "frontdesk.db", state / "tracker.db"
        self.project = project
        self.printed: list[str] = []
        self._started_at_line = 0
        self._process: subprocess.Popen[str] | None = None
        self._environment = {
            **os.environ,
            "FRONTDESK_ROOT": str(project),
            "FRONTDESK_DATABASE_URL": f"sqlite:///{self.database}",
            "FRONTDESK_TRACKER_URL": f"sqlite:///{self.tracker}",
            **(addresses or {}),
        }

    @property
    def address(self) -> str:
        """Where the edge is."""
        return f"http://127.0.0.1:{self.ports['--port']}"

    @property
    def email(self) -> str:
        """The first staff account."""
        return self.found(r"Sign in as:\s+(\S+)")

    @property
    def password(self) -> str:
        """Its password, as printed at the first start."""
        return self.found(r"Password:\s+(\S+)")

    @property
    def pid(self) -> int:
        """The process that watches over the others."""
        assert self._process is not None
        return self._process.pid

    @property
    def printed_now(self) -> list[str]:
        """What was printed since the last start."""
        return self.printed[self._started_at_line :]

    def start(self) -> None:
        """Start it and wait until it says that it can be used."""
        # The leash ends it should the tests be killed.
        self._started_at_line = len(self.printed)
        self._process = subprocess.Popen(
            [*LEASH, *self._program, "up", *(str(word) for option in self.ports.items() for word in option)],
            cwd=self.project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        self.wait_for_line("The assistant is ready", READY_WITHIN)

    def start_another(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a second `./frontdesk up` that is expected to give up at once."""
        return subprocess.run(
            [str(ROOT / "frontdesk"), "up", *options],
            cwd=self.project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run another `./frontdesk` command beside it, in another terminal as it were."""
        return subprocess.run(
            [str(ROOT / "frontdesk"), *command],
            cwd=self.project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )

    def interrupt(self, patience: float = 40.0) -> int:
        """Press Ctrl-C; give the exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(patience)

    def is_running(self) -> bool:
        """Say whether it is there."""
        return self._process is not None and self._process.poll() is None

    def wait_until_ready(self, seconds: float) -> None:
        """Wait until the edge says that all it needs is up."""
        wait_until(self._is_ready, seconds)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health/ready", trust_env=False).is_success
        except httpx.TransportError:
            # The edge itself is not there yet.
            return False

    def stop(self) -> None:
        """Make sure that nothing of it is left."""
        if self._process is not None:
            stop_group(self._process, patience=30.0)

    def conversations_with(self, text: str) -> list[str]:
        """Give the conversation of each stored message that says this."""
        with closing(sqlite3.connect(self.database)) as store:
            rows = store.execute("SELECT conversation_id FROM messages WHERE text = ?", (text,)).fetchall()
        return [row[0] for row in rows]

    def found(self, pattern: str) -> str:
        """Give what a pattern finds in what was printed."""
        match = re.search(pattern, "\n".join(self.printed))
        assert match is not None, "\n".join(self.printed)
        return match.group(1)

    def wait_for_line(self, words: str, seconds: float) -> str:
        """Wait for a printed line with these words; give it."""
        wait_until(lambda: self._line(words) is not None or not self.is_running(), seconds)
        line = self._line(words)
        assert line is not None, "\n".join(self.printed)
        return line

    def child(self, module: str) -> int | None:
        """Give the process id of the child that runs a module, such as `bot.nlu.server.serve`."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                # The parent is the second field after the name, which may hold anything but a line's end.
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                # It ended while we looked.
                continue
            if parent == self.pid and module in command:
                return int(entry.name)
        return None

    def children(self) -> list[int]:
        """Give the process ids of the three children."""
        found = [self.child(module) for module in ("actions", "bot.nlu.server.serve", "bot.web")]
        return [pid for pid in found if pid is not None]

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.printed.append(line.rstrip())

    def _line(self, words: str) -> str | None:
        return next((line for line in self.printed_now if words in line), None)


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    """Look often until a condition holds.

    Raises:
        AssertionError: It does not hold in time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain"
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    """Say whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

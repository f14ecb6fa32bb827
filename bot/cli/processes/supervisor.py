"""Keeps the processes of a running Frontdesk alive: starts, watches, restarts and stops them."""

from __future__ import annotations

import contextlib
import io
import os
import re
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.cli.steps import LEASH, StepError, stop_group

LONGEST_WAIT = 30.0
# A process that has lived this long starts again with the shortest wait.
STEADY_AFTER = 60.0
LOG_BYTES = 5_000_000
_PROBLEM = re.compile(r"\b(ERROR|CRITICAL)\b")


@dataclass(frozen=True, kw_only=True)
class Program:
    """One process to keep alive.

    Attributes:
        name: Short name, also that of its log file.
        command: The program and its arguments.
        health_url: An address that answers with a status below 400 once it is ready.
        env: Variables to set for it.
    """

    name: str
    command: Sequence[str]
    health_url: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)


def backoff(deaths: int, first: float = 1.0) -> float:
    """Give the seconds to wait before a restart: 1, 2, 4 ... 30.

    Args:
        deaths: How many times it has died in a row, counted from 1.
        first: The wait after the first death.
    """
    return float(min(first * 2 ** min(deaths - 1, 20), LONGEST_WAIT))


def is_free(host: str, port: int) -> bool:
    """Say whether a server could listen on this port now.

    Args:
        host: The address to listen on, of either kind, or the name of one.
        port: The port.
    """
    try:
        for family, address in _addresses(host, port):
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError:
        return False
    return True


def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    """Give every address that a host stands for, as a server listens on it."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, address) for family, _kind, _protocol, _name, address in found))


def require_free(host: str, port: int, option: str) -> None:
    """Make sure that a port can be had.

    Args:
        host: The address to listen on.
        port: The port.
        option: The option that chooses another one.

    Raises:
        StepError: Another program has it, or this machine has no such address; the message says what to choose.
    """
    if is_free(host, port):
        return
    # Any port will do to see whether it is the address that cannot be had.
    if not is_free(host, 0):
        raise StepError(f"{host} is no address of this machine. Choose one with --host, such as 127.0.0.1 or ::1.")
    free = next((other for other in range(port + 1, min(port + 200, 65536)) if is_free(host, other)), None)
    example = f", for instance {option} {free}" if free else ""
    raise StepError(f"Port {port} is taken by another program. Choose another with {option}{example}.")


class Log:
    """A log file that is put aside as `<name>.log.1` when it has grown large.

    A full disk costs lines and nothing else: whoever stopped reading what a program says would stop the program.
    """

    def __init__(self, path: Path, limit: int = LOG_BYTES) -> None:
        self._path = path
        self._limit = limit
        self._file: io.FileIO | None = None
        self._lost = 0
        # It is there from the start, so that whoever looks for it finds that nothing was said.
        with contextlib.suppress(OSError):
            self._opened()

    def write(self, line: str) -> None:
        """Add one line, or count it as lost; the next one that finds room says how many were."""
        try:
            file = self._opened()
            if self._lost:
                file.write(f"{self._lost} lines were lost here: they could not be written.\n".encode())
            file.write(line.encode())
        except OSError:
            self._lost += 1
            self.close()
        else:
            self._lost = 0

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> io.FileIO:
        """Give the file, another one if it has grown large; nothing of it waits in memory for room."""
        if self._file is not None and self._file.tell() > self._limit:
            self.close()
            self._path.replace(self._path.with_name(self._path.name + ".1"))
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab", buffering=0)
        return self._file


class Child:
    """A program while it runs, with its output going to its log and its problems said aloud."""

    def __init__(self, program: Program, *, root: Path, logs: Path, say: Callable[[str], None]) -> None:
        self.program = program
        self.deaths = 0
        self.started_at = 0.0
        self.restart_at = 0.0
        self.was_ready = False
        self.process: subprocess.Popen[str] | None = None
        self._root = root
        self.log_path = logs / f"{program.name}.log"
        self._say = say
        self.tail: deque[str] = deque(maxlen=15)
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        """Start it. Must be called from the main thread: the leash is tied to the thread that starts it."""
        self.tail.clear()
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [*LEASH, *self.program.command],
            cwd=self._root,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()

    def exit_status(self) -> int | None:
        """Give its exit status, or None while it runs."""
        return self.process.poll() if self.process else None

    def last_words(self) -> list[str]:
        """Give the last lines it wrote; waits a moment for those still on their way."""
        if self._reader:
            self._reader.join(1.0)
        return list(self.tail)

    def stop(self, patience: float = 10.0) -> None:
        """End it and all that it started."""
        if self.process:
            stop_group(self.process, patience)
        if self._reader:
            self._reader.join(1.0)

    def _read(self, process: subprocess.Popen[str]) -> None:
        log = Log(self.log_path)
        if process.stdout is not None:
            with process.stdout:
                for line in process.stdout:
                    log.write(line)
                    self._hear(line.strip())
        log.close()

    def _hear(self, line: str) -> None:
        if line:
            self.tail.append(line)
        if _PROBLEM.search(line):
            self._say(f"{self.program.name}: {line}")


class Supervisor:
    """Starts several programs, brings back the ones that die, and stops them all."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        root: Path,
        logs: Path,
        say: Callable[[str], None],
        first_wait: float = 1.0,
    ) -> None:
        self.children = [Child(program, root=root, logs=logs, say=say) for program in programs]
        self._say = say
        self._first_wait = first_wait

    def start(self) -> None:
        """Start all of them at once; `wait_until_ready` says when each one answers."""
        for child in self.children:
            child.start()

    def wait_until_ready(self, name: str, timeout: float, stopping: threading.Event | None = None) -> bool:
        """Wait until the program called `name` answers on its health address; False if told to stop before.

        Args:
            name: The program's name.
            timeout: Seconds to wait at most.
            stopping: Set by whoever wants to end.

        Raises:
            StepError: It ended, or did not answer in time.
        """
        child = next(child for child in self.children if child.program.name == name)
        deadline = time.monotonic() + timeout
        while not _answers(child.program.health_url):
            if child.exit_status() is not None:
                words = "\n".join(child.last_words())
                raise StepError(f"{words}\n{name} ended while starting. All it said is in {child.log_path}.")
            if time.monotonic() > deadline:
                words = "\n".join(child.last_words())
                raise StepError(f"{words}\n{name} did not answer within {timeout:.0f} s. See {child.log_path}.")
            self._look_after_ready_ones()
            if (stopping or threading.Event()).wait(0.05):
                return False
        child.was_ready = True
        return True

    def watch(self, stopping: threading.Event, interval: float = 0.2) -> None:
        """Bring back every program that dies, until `stopping` is set.

        Args:
            stopping: Set by whoever wants to end.
            interval: Seconds between two looks.
        """
        while not stopping.wait(interval):
            self.look()

    def look(self) -> None:
        """Look once at every program, and restart the dead ones whose wait is over."""
        self._look_after(self.children)

    def _look_after_ready_ones(self) -> None:
        """Look at those that others need not wait for: one that never was ready must not start over and over."""
        self._look_after([child for child in self.children if child.was_ready])

    def _look_after(self, children: Sequence[Child]) -> None:
        for child in children:
            if child.restart_at:
                if time.monotonic() >= child.restart_at:
                    child.restart_at = 0.0
                    child.start()
                    self._say(f"{child.program.name} was started again.")
            elif child.exit_status() is not None:
                self._bury(child)

    def stop(self) -> None:
        """Stop all, the one that faces the public first."""
        for child in reversed(self.children):
            child.stop()

    def _bury(self, child: Child) -> None:
        lived = time.monotonic() - child.started_at
        child.deaths = 1 if lived > STEADY_AFTER else child.deaths + 1
        wait = backoff(child.deaths, self._first_wait)
        child.restart_at = time.monotonic() + wait
        # What it started itself must not hold its port when it comes back.
        child.stop(patience=1.0)
        status = child.exit_status()
        self._say(f"{child.program.name} died ({_cause(status)}); starting it again in {wait:.0f} s. {child.log_path}")


def _cause(status: int | None) -> str:
    if status is not None and status < 0:
        return f"signal {-status}"
    return f"exit status {status}"


def _answers(url: str | None) -> bool:
    """Ask a program of ours how it is, by hand: an HTTP library would be most of what the watching process holds."""
    if url is None:
        return True
    address = urlsplit(url)
    request = f"GET {address.path or '/'} HTTP/1.0\r\nHost: {address.netloc}\r\n\r\n"
    try:
        with socket.create_connection((address.hostname or "", address.port or 80), timeout=2.0) as connection:
            connection.sendall(request.encode())
            status = connection.makefile("rb").readline().split()[1:2]
    except OSError:
        return False
    return bool(status) and status[0].isdigit() and int(status[0]) < 400

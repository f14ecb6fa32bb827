"""Shows the steps of a long command: what is being done, how long it took, why it failed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.errors import FrontdeskError

TAIL_LINES = 15
CLEAR_LINE, RESET = "\r\033[K", "\033[0m"
LEASH = (sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py")))
_DISK_FULL = ("no space left", "disk quota")
_NO_NETWORK = (
    "dns error",
    "error sending request",
    "failed to fetch",
    "failed to download",
    "timed out",
    "certificate",
)


class StepError(FrontdeskError):
    """Raised when a step of setting up cannot be done; the message says why and what to do."""


class Step:
    """What a running step may tell: progress while it runs, what it found when it is done."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self.result = ""
        self._show = show

    def progress(self, text: str) -> None:
        """Show `text` beside the step for as long as it runs."""
        self._show(text)

    def found(self, result: str) -> None:
        """Say `result` on the step's final line."""
        self.result = result


class Steps:
    """Prints one line for each step; where a person is watching, that line also tells how far it is.

    Without rich: the process that prints them is the one that then watches over the others, and stays small.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._is_watched = self._stream.isatty()

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Run a block as the step `title` and print how it went.

        Args:
            title: What is being done, for instance "Training Rasa".
        """
        started = time.monotonic()
        self._show(f"{title} ...")
        step = Step(lambda text: self._show(f"{title} ... {self._in('2', text)}"))
        try:
            yield step
        except BaseException:
            self._print(f"{self._in('31', '✗')} {title} {self._in('2', _seconds(started))}")
            raise
        result = f": {step.result}" if step.result else ""
        self._print(f"{self._in('32', '✓')} {title}{result} {self._in('2', _seconds(started))}")

    def say(self, text: str) -> None:
        """Print one line of its own."""
        self._print(text)

    def _print(self, line: str) -> None:
        self._stream.write(f"{CLEAR_LINE if self._is_watched else ''}{line}\n")
        self._stream.flush()

    def _show(self, line: str) -> None:
        """Put what is being done into the line at the bottom, which the next print takes away."""
        if self._is_watched:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"{CLEAR_LINE}{line[:width]}{RESET}")
            self._stream.flush()

    def _in(self, style: str, text: str) -> str:
        return f"\033[{style}m{text}{RESET}" if self._is_watched and "NO_COLOR" not in os.environ else text


def run_logged(
    command: Sequence[str], *, what: str, root: Path, log: Path, step: Step, env: Mapping[str, str] | None = None
) -> None:
    """Run a program of a step, its output in a file and its newest line beside the step.

    Args:
        command: The program and its arguments.
        what: What it does, for the message when it fails ("training Rasa").
        root: The project's folder, where it runs.
        log: The file for its output.
        step: The step it belongs to.
        env: Variables to set for it.

    Raises:
        StepError: It failed; the message holds its last lines and what to do.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    with subprocess.Popen(
        [*LEASH, *command],
        cwd=root,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            with log.open("w", encoding="utf-8", buffering=1) as file:
                for line in process.stdout or ():
                    file.write(line)
                    if line.strip():
                        tail.append(line.rstrip())
                        step.progress(line.strip())
            status = process.wait()
        finally:
            stop_group(process)
    if status != 0:
        raise StepError(_failure(what, list(tail), log))


def stop_group(process: subprocess.Popen[str] | subprocess.Popen[bytes], patience: float = 5.0) -> None:
    """End a program and all that it started: ask first, then make sure.

    Args:
        process: Started as the leader of a session of its own.
        patience: Seconds to wait after asking.
    """
    _signal_group(process.pid, signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
    # Its own children may have outlived it, and would hold its port.
    _signal_group(process.pid, signal.SIGKILL)


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        # The group is empty (macOS says it with the second one).
        return


def _failure(what: str, tail: list[str], log: Path) -> str:
    words = "\n".join(tail).lower()
    advice = f"the lines above say why (all of them are in {log})."
    if any(sign in words for sign in _DISK_FULL):
        advice = "the disk is full: free about 2 GB, then run the same command again."
    elif any(sign in words for sign in _NO_NETWORK):
        advice = "the package index could not be reached: check the network or proxy, then run the same command again."
    return "\n".join([*tail, f"{what} failed: {advice}"])


def _seconds(started: float) -> str:
    return f"({time.monotonic() - started:.1f} s)"

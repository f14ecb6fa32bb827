"""What the benchmarks say while they run; one line a step, flushed, so that a log reads like a terminal."""

from __future__ import annotations

import sys
import time

_STARTED = time.monotonic()


def say(text: str) -> None:
    """Print one line with the seconds since the start."""
    sys.stdout.write(f"[{time.monotonic() - _STARTED:6.1f} s] {text}\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Print one line that belongs to the step said before; for processes whose own clock means nothing."""
    sys.stdout.write(f"{' ' * 13}{text}\n")
    sys.stdout.flush()


def show(text: str) -> None:
    """Print a result as it is."""
    sys.stdout.write(f"\n{text}\n")
    sys.stdout.flush()

"""What the figures were measured on: processor, load by others, and the memory of processes (Linux)."""

from __future__ import annotations

import os
import platform
from pathlib import Path

_PROC = Path("/proc")
# Places in /proc/<pid>/stat, counted from the one after the name: session, time in user mode, time in the kernel.
_SESSION_FIELD = 3
_WORKED_FIELDS = (11, 12)


def description() -> str:
    """Return the processor, how many cores may be used, and the memory, in a line."""
    return f"{_processor()}, {_cores()} cores, {_memory_gb():.0f} GB"


def load() -> float:
    """Return how many processes wanted a core in the last minute, on average."""
    return os.getloadavg()[0]


def resident_mb(session: int) -> float:
    """Return the resident memory of all processes of a session, in MB.

    Args:
        session: The id of its leader; each program is started as one.
    """
    return sum(_resident_kb(pid) for pid, _ in _processes(session)) / 1024


def proportional_mb(session: int) -> float:
    """Return the memory of all processes of a session, each page shared out among those that have it, in MB.

    Args:
        session: The id of its leader.
    """
    return sum(_proportional_kb(pid) for pid, _ in _processes(session)) / 1024


def resident_of(pid: int) -> float:
    """Return the resident memory of one process, in MB."""
    return _resident_kb(pid) / 1024


def cpu_seconds(session: int) -> float:
    """Return how long the processes of a session have worked so far, all threads together.

    Args:
        session: The id of its leader.
    """
    ticks = sum(int(fields[place]) for _, fields in _processes(session) for place in _WORKED_FIELDS)
    return ticks / os.sysconf("SC_CLK_TCK")


def _processes(session: int) -> list[tuple[int, list[str]]]:
    """Return the processes of a session, each with the fields of its stat file that follow its name."""
    pids = [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    found = [(pid, _fields(pid)) for pid in pids]
    return [(pid, fields) for pid, fields in found if fields and int(fields[_SESSION_FIELD]) == session]


def _fields(pid: int) -> list[str]:
    try:
        # The name in brackets may hold spaces; what follows it does not.
        return (_PROC / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _resident_kb(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _proportional_kb(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _processor() -> str:
    try:
        lines = (_PROC / "cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30

"""Disks that tests fill up: a limit on files everywhere, and a small file system where one may be mounted."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Protocol

ROOM_BYTES = 4_000_000
"""What is left on it when a test begins."""
_MAY_MOUNT = 1 << 21
"""The bit of CAP_SYS_ADMIN."""
_BLOCK = b"\0" * 65_536


class Disk(Protocol):
    """Where a database lies that can be given no room."""

    folder: Path

    def fill(self, pid: int) -> None:
        """Leave a process no room at all."""

    def make_room(self, pid: int) -> None:
        """Give it back."""

    def remove(self) -> None:
        """Leave nothing of it behind."""


class LimitedFiles:
    """No file of the process may grow any more: the system refuses each byte, as it does on a full disk."""

    def __init__(self, folder: Path, _files: Path) -> None:
        self.folder = folder

    def fill(self, pid: int) -> None:
        """Let no file of its be written beyond its first byte."""
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, most))

    def make_room(self, pid: int) -> None:
        """Take the limit away."""
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))

    def remove(self) -> None:
        """Nothing was made."""


class SmallFileSystem:
    """A file system in memory, with a file on it that takes what room is left."""

    def __init__(self, folder: Path, files: Path) -> None:
        """Mount it, with room for the files."""
        self.folder = folder
        size = sum(file.stat().st_size for file in files.parent.glob(f"{files.name}*")) + ROOM_BYTES
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        subprocess.run(command, check=True)
        self._ballast = folder / "ballast"

    def fill(self, _pid: int) -> None:
        """Write until there is no room for another byte."""
        with suppress(OSError), self._ballast.open("wb", buffering=0) as ballast:
            while True:
                ballast.write(_BLOCK)
        assert shutil.disk_usage(self.folder).free == 0

    def make_room(self, _pid: int) -> None:
        """Delete what took it."""
        self._ballast.unlink()

    def remove(self) -> None:
        """Unmount it."""
        command = ["umount", str(self.folder)]
        subprocess.run(command, check=True)


def may_mount() -> bool:
    """Say whether this process may mount a file system."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"CapEff:\s*([0-9a-f]+)", status)
    return os.geteuid() == 0 and found is not None and bool(int(found[1], 16) & _MAY_MOUNT)


DISKS = [LimitedFiles, *([SmallFileSystem] if may_mount() else [])]
"""Those that there can be here."""

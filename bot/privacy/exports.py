"""The folder of exports that were written on the server: each can be told to be whose, so that it is forgotten too."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection
from pathlib import Path

FOLDER = Path("var") / "exports"
DATA = "data.json"
"""The file in an export that a program reads."""


class Exports:
    """Keeps exports below the project's folder.

    Args:
        root: The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER

    def keep(self, name: str, content: bytes) -> Path:
        """Write an export that only our own account can read; give where it is."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{name}.zip"
        path.touch(mode=0o600)
        path.write_bytes(content)
        return path

    def of(self, conversation_ids: Collection[str]) -> list[Path]:
        """Give the exports in which one of these conversations is."""
        wanted = set(conversation_ids)
        return [path for path in self._all() if wanted & _conversations_in(path)]

    def older_than(self, moment: float) -> list[Path]:
        """Give the exports that were written before a moment, in seconds since 1970."""
        return [path for path in self._all() if path.stat().st_mtime < moment]

    def _all(self) -> list[Path]:
        return sorted(self._folder.glob("*.zip"))


def delete(paths: Collection[Path]) -> int:
    """Delete exports; give how many there were."""
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def _conversations_in(path: Path) -> set[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return {str(row["id"]) for row in json.loads(archive.read(DATA))["conversations"]}
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        # What is no export of ours is nobody's.
        return set()

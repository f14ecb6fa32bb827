"""Saves a SQLite database while others write to it, and puts a saved one in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from bot.backup.manifest import require_rows
from bot.errors import ConflictError

_WAITS_SECONDS = 15.0
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


class SqliteStore:
    """One file, with its log beside it while it is open."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        """Take the file; it need not be there."""
        self._path = path

    @property
    def files(self) -> tuple[Path, ...]:
        """The file and what stands beside it while it is open."""
        return tuple(self._path.with_name(self._path.name + end) for end in ("", "-wal", "-shm", "-journal"))

    def exists(self) -> bool:
        """Say whether there is anything in the file; one that cannot be read may hold something."""
        if not self._path.is_file():
            return False
        try:
            with closing(self._open()) as connection:
                return bool(connection.execute(_TABLES).fetchall())
        except sqlite3.DatabaseError:
            return True

    def save(self, target: Path) -> Mapping[str, int]:
        """Copy it by SQLite's own backup, which takes the log into account; writers go on meanwhile."""
        try:
            with closing(self._open()) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
                # Else the copy would be two files as soon as somebody looks at it.
                copy.execute("PRAGMA journal_mode=DELETE")
                _require_sound(copy)
                return _rows(copy)
        except sqlite3.Error as error:
            raise ConflictError(f"{self._path} could not be read: {error}. Nothing was saved.") from error

    def check(self, source: Path) -> None:
        """Read the whole saved file."""
        try:
            with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as connection:
                _require_sound(connection)
        except sqlite3.Error as error:
            raise ConflictError(f"The database in the backup is damaged: {error}.") from error

    def used_by(self) -> str | None:
        """Leave the log behind, which SQLite lets only the last one do who has the file open."""
        if not self._path.is_file():
            return None
        try:
            with closing(self._open(waits=0.0)) as connection:
                connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            return f"another program ({self._path}: {error})"
        except sqlite3.DatabaseError:
            # What is broken is what somebody restores over.
            return None
        return None

    def load(self, source: Path, rows: Mapping[str, int]) -> None:
        """Put a copy beside it, on the same disk, then rename that: whenever it is cut short, one of them is whole."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f"{self._path.name}.restoring")
        try:
            shutil.copyfile(source, beside)
            beside.chmod(0o600)
            _wait_for_disk(beside)
            with closing(sqlite3.connect(beside)) as connection:
                require_rows(_rows(connection), rows)
            for file in self.files[1:]:
                file.unlink(missing_ok=True)
            beside.replace(self._path)
            _wait_for_disk(self._path.parent)
        except OSError as error:
            raise ConflictError(f"{self._path} could not be written: {error.strerror}.") from error
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)

    def _open(self, waits: float = _WAITS_SECONDS) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._path.as_uri()}?mode=rw", uri=True, timeout=waits)


def _require_sound(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    names = [row[0] for row in connection.execute(_TABLES)]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _wait_for_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

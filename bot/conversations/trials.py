"""Conversations that are only tried: kept in a store of their own that is removed afterwards, so that staff see none.

The conversation's id says in which store it is. Rasa passes the id on to the actions, which thereby open what tickets
there are in the same store, also where the Rasa that is asked serves patients at the same time.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.db.base import Base
from bot.db.engine import Database
from bot.errors import NotFoundError

_FOLDER = Path("var") / "trials"
_ID = re.compile(r"trial-([0-9a-f]{12})-[\w-]+")
_LEFT_BEHIND_AFTER = 24 * 3600
"""Seconds after which a store belongs to a command that was killed."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A store for conversations that are only tried.

    Attributes:
        prefix: What the ids of its conversations begin with.
        path: Its SQLite file.
    """

    prefix: str
    path: Path

    @property
    def database_url(self) -> str:
        """Its SQLAlchemy address."""
        return f"sqlite:///{self.path}"


def trial_of(conversation_id: str, root: Path) -> Trial | None:
    """Give the trial that a conversation belongs to; None for a patient's.

    Args:
        conversation_id: Its id.
        root: The project's folder.

    Raises:
        NotFoundError: The trial is over.
    """
    match = _ID.fullmatch(conversation_id)
    if match is None:
        return None
    trial = _named(match.group(1), root)
    if not trial.path.is_file():
        # Never the clinic's own store in its place.
        raise NotFoundError("This trial is over.")
    return trial


@contextmanager
def trying(root: Path) -> Iterator[Trial]:
    """Make a store for a trial, and remove it when the block ends; also those that killed commands left behind.

    Args:
        root: The project's folder.
    """
    folder = root / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        if time.time() - left.stat().st_mtime > _LEFT_BEHIND_AFTER:
            _remove(left)
    trial = _named(secrets.token_hex(6), root)
    database = Database(trial.database_url)
    try:
        Base.metadata.create_all(database.engine)
        database.close()
        yield trial
    finally:
        database.close()
        _remove(trial.path)


def stores_left(root: Path) -> list[Trial]:
    """Give the trials that have a store now: those that go on, and those that killed commands left behind."""
    return [_named(path.stem, root) for path in sorted((root / _FOLDER).glob("*.db"))]


def _named(name: str, root: Path) -> Trial:
    return Trial(prefix=f"trial-{name}-", path=(root / _FOLDER / f"{name}.db").absolute())


def _remove(path: Path) -> None:
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)

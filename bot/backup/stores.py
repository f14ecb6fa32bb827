"""What a backup asks of a database, whichever kind it is, and which databases there are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from bot.backup.postgresql_store import PostgresqlStore
from bot.backup.sqlite_store import SqliteStore
from bot.settings import Settings


class Store(Protocol):
    """A database that is saved into a file and loaded from one."""

    engine: str
    """`sqlite` or `postgresql`."""

    def exists(self) -> bool:
        """Say whether there are tables in it."""

    def save(self, target: Path) -> Mapping[str, int]:
        """Write all of it into a new file, as it stands at one moment; give the rows of each table.

        Raises:
            ConflictError: It cannot be; the message says what to do.
        """

    def check(self, source: Path) -> None:
        """Make sure that a file can be loaded, as far as that can be seen without loading it.

        Raises:
            ConflictError: It cannot.
        """

    def used_by(self) -> str | None:
        """Say who else has it open, as far as that can be told; None for nobody."""

    def load(self, source: Path, rows: Mapping[str, int]) -> None:
        """Put what a file holds in the place of all that is there.

        Args:
            source: The file.
            rows: How many rows each table then must have.

        Raises:
            ConflictError: It cannot be; what was there is there still.
        """


def store_of(settings: Settings) -> Store:
    """Give the store."""
    return _at(settings.database_url, settings.root)


def memory_of(settings: Settings) -> Store:
    """Give Rasa's memory."""
    return _at(settings.tracker_url, settings.root)


def _at(url: str, root: Path) -> Store:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return SqliteStore((root / (address.database or "")).absolute())
    return PostgresqlStore(address)

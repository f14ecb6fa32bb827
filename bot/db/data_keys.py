"""The keys that a database's values are sealed with: made here, and kept in it, wrapped by the installation's key."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import time
from collections.abc import Sequence

from sqlalchemy import Engine, Row, String, Text, delete, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base
from bot.db.sealed import NO_KEY, UnreadableError
from bot.sealing import KEY_FILE_VARIABLE, MasterKey, ValueKey

FOLLOW_SECONDS = 5.0
"""After so long a process looks whether there is a newer key."""
_SECRET_BYTES = 32


class DataKey(Base):
    """A key of this database, wrapped by a key of the installation; while that is changed, by each of the two.

    None is ever deleted: what a slow process has still sealed with an older one stays readable.

    Attributes:
        id: What sealed values name it by.
        wrapped_by: Which key of the installation opens it.
        position: The highest is in use.
    """

    __tablename__ = "data_keys"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    wrapped_by: Mapped[str] = mapped_column(String(8), primary_key=True)
    position: Mapped[int]
    wrapped: Mapped[str] = mapped_column(Text)
    made_at: Mapped[dt.datetime]


class DataKeys:
    """What the columns of one database are sealed with.

    Args:
        engine: Of the database.
        writing: The same, for statements that write.
        master: The keys of the installation, the one in use first; empty for none.
    """

    def __init__(self, engine: Engine, writing: Engine, master: Sequence[MasterKey]) -> None:
        self._engine = engine
        self._writing = writing
        self._master = {key.id: key for key in master}
        self._first = master[0] if master else None
        self._keys: tuple[ValueKey, ...] = ()
        self._secrets: dict[str, bytes] = {}
        self._looked_at = 0.0
        self._one_at_a_time = threading.Lock()

    def follow(self, *, to_write: bool = False) -> None:
        """Look now and then which keys there are; whoever is about to write makes the first one.

        Raises:
            EncryptionKeyError: The key of the installation is missing or another one; says what to do.
        """
        is_first = to_write and self._first is not None and not self._keys
        if not is_first and time.monotonic() - self._looked_at < FOLLOW_SECONDS and self._looked_at:
            return
        with self._one_at_a_time:
            self._look()
            if is_first and not self._keys and self._has_table():
                self._add()
                self._look()

    def looking(self) -> tuple[ValueKey, ...]:
        """Give the keys that something may have been sealed with, the newest first."""
        if self._first is not None and not self._keys:
            self.follow()
        return self._keys

    def sealing(self) -> ValueKey | None:
        """Give the key to seal with; None where the installation has none.

        Raises:
            EncryptionKeyError: It has one, and the database none yet.
        """
        keys = self.looking()
        if self._first is not None and not keys:
            raise UnreadableError("The database has no key yet. `./frontdesk database upgrade` brings it up to date.")
        return keys[0] if keys else None

    def named(self, key_id: str) -> ValueKey:
        """Give one of them.

        Raises:
            EncryptionKeyError: It is not known; says what to do.
        """
        found = self._find(key_id)
        if found is None:
            # Another process has made it since.
            with self._one_at_a_time:
                self._look()
            found = self._find(key_id)
        if found is None:
            raise UnreadableError(f"A value is encrypted with the key {key_id}, which this database does not have.")
        return found

    def opened_by(self) -> tuple[str, ...]:
        """Name the keys of the installation each of which opens all of these; empty where there are none."""
        wrapped: dict[str, set[str]] = {}
        for row in self._rows():
            wrapped.setdefault(row.id, set()).add(row.wrapped_by)
        return tuple(sorted(set.intersection(*wrapped.values()))) if wrapped else ()

    def make(self) -> ValueKey:
        """Make a new key, with which all is sealed from now on; other processes follow within `FOLLOW_SECONDS`.

        Raises:
            EncryptionKeyError: No key of the installation is set.
        """
        with self._one_at_a_time:
            self._look()
            self._add()
            self._look()
            return self._keys[0]

    def wrap_anew(self) -> None:
        """Wrap all keys by each key of the installation that is set, and by no other: all of them or none.

        Raises:
            EncryptionKeyError: One cannot be opened.
        """
        with self._one_at_a_time:
            rows = self._look()
            there = {(row.id, row.wrapped_by) for row in rows}
            known = {row.id: row for row in rows}
            with self._writing.begin() as connection:
                for key_id, row in known.items():
                    for master in self._master.values():
                        if (key_id, master.id) not in there:
                            values = self._row(master, key_id, self._secrets[key_id], row.position)
                            connection.execute(insert(DataKey), {**values, "made_at": row.made_at})
                connection.execute(delete(DataKey).where(DataKey.wrapped_by.not_in(self._master)))

    def _find(self, key_id: str) -> ValueKey | None:
        return next((key for key in self._keys if key.id == key_id), None)

    def _look(self) -> Sequence[Row[str, str, int, str, dt.datetime]]:
        rows = self._rows()
        ids = list(dict.fromkeys(row.id for row in rows))
        for row in rows:
            if row.id not in self._secrets and row.wrapped_by in self._master:
                self._secrets[row.id] = self._master[row.wrapped_by].unwrap(row.wrapped)
        missing = [row.wrapped_by for row in rows if row.id not in self._secrets]
        if missing:
            raise UnreadableError(_what_to_do(missing, list(self._master)))
        known = {key.id: key for key in self._keys}
        self._keys = tuple(known.get(each) or ValueKey(each, self._secrets[each]) for each in ids)
        self._looked_at = time.monotonic()
        return rows

    def _rows(self) -> Sequence[Row[str, str, int, str, dt.datetime]]:
        query = select(DataKey.id, DataKey.wrapped_by, DataKey.position, DataKey.wrapped, DataKey.made_at)
        try:
            with self._engine.connect() as connection:
                return connection.execute(query.order_by(DataKey.position.desc(), DataKey.id)).all()
        except DBAPIError:
            if self._has_table():
                raise
            # An older schema, or none yet: nothing is sealed in it.
            return ()

    def _has_table(self) -> bool:
        return inspect(self._engine).has_table(DataKey.__tablename__)

    def _add(self) -> None:
        if self._first is None:
            raise UnreadableError(NO_KEY)
        key_id, secret = secrets.token_hex(4), secrets.token_bytes(_SECRET_BYTES)
        with self._writing.begin() as connection:
            highest = connection.execute(select(func.max(DataKey.position))).scalar() or 0
            for master in self._master.values():
                values = self._row(master, key_id, secret, highest + 1)
                connection.execute(insert(DataKey), {**values, "made_at": dt.datetime.now(dt.UTC)})

    @staticmethod
    def _row(master: MasterKey, key_id: str, secret: bytes, position: int) -> dict[str, object]:
        return {"id": key_id, "wrapped_by": master.id, "position": position, "wrapped": master.wrap(secret)}


def _what_to_do(wrapped_by: Sequence[str], given: Sequence[str]) -> str:
    wanted, name = " or ".join(dict.fromkeys(wrapped_by)), KEY_FILE_VARIABLE
    is_set = f"the one that is set is {' and '.join(given)}" if given else "none is set"
    return (
        f"What is stored is encrypted with the key {wanted}, and {is_set}. Set {name} to the file with that key, which "
        "was made with `./frontdesk keys make`; nothing was changed, and without it nothing can be read."
    )

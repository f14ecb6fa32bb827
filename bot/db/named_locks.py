"""Locks with names, held between transactions, that several processes on one PostgreSQL respect."""

from __future__ import annotations

import hashlib
import threading

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from bot.db.engine import Database

_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_GIVE_BACK = text("SELECT pg_advisory_unlock(:key)")


class NamedLocks:
    """What one process has in hand, for longer than a transaction.

    All are held by one connection: when the process dies, or the connection, the server gives them back, so none is
    ever left behind. SQLite serves one edge, whose own locks are enough: there each is free. Nobody takes one twice.
    """

    def __init__(self, database: Database) -> None:
        """Take the database; nothing is connected before the first lock."""
        self._database = database
        self._connection: Connection | None = None
        self._one_at_a_time = threading.Lock()

    @property
    def are_needed(self) -> bool:
        """Whether there can be another process that has one of them."""
        return not self._database.is_sqlite

    def take(self, name: str) -> bool:
        """Take a lock unless another process has it; tell whether it is ours now.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: The server is out of reach.
        """
        if self._database.is_sqlite:
            return True
        with self._one_at_a_time:
            try:
                return bool(self._connected().execute(_TAKE, {"key": _key(name)}).scalar())
            except SQLAlchemyError:
                self._drop()
                raise

    def give_back(self, name: str) -> None:
        """Give a lock back; one that was lost with its connection is free already."""
        if self._database.is_sqlite:
            return
        with self._one_at_a_time:
            try:
                if self._connection is not None:
                    self._connection.execute(_GIVE_BACK, {"key": _key(name)})
            except SQLAlchemyError:
                self._drop()

    def close(self) -> None:
        """Give back all of them."""
        with self._one_at_a_time:
            self._drop()

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return self._connection

    def _drop(self) -> None:
        # Not back to the pool: whoever got it next would hold our locks.
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _key(name: str) -> int:
    """Give the number that PostgreSQL knows a name by."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)

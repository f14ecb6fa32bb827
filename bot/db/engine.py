"""The connection to the database: one engine, read and write transactions."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.db import folding

BUSY_TIMEOUT_MS = 5000
"""How long a SQLite writer waits for another before it gives up."""
KEPT_CONNECTIONS = 8
"""As many as the edge has threads at work on the store."""
CACHE_KB = 1000
"""Of each connection to SQLite, half of its own default: the system caches the file too, once for all."""
SCRUB_WAIT_SECONDS = 15.0
"""How long it is waited for readers that keep SQLite's log from being emptied."""


def utc_now() -> dt.datetime:
    """Give the present as an aware UTC time."""
    return dt.datetime.now(dt.UTC)


class Database:
    """Opens transactions on one database; SQLite runs in WAL mode, so that readers never wait for a writer."""

    def __init__(self, url: str) -> None:
        """Take a SQLAlchemy address; nothing is connected until the first transaction."""
        self.url = make_url(url)
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_engine(
            self.url, pool_pre_ping=not self.is_sqlite, pool_size=KEPT_CONNECTIONS, hide_parameters=True
        )
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        self._writing = self.engine.execution_options(frontdesk_write=True)
        self._turn_to_write = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for looking only; it is rolled back at the end."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls back when an error leaves it."""
        with self._turn(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the writers of this process wait for each other in line: SQLite would have them ask again and again.

        After as long as SQLite would wait, it is asked all the same; it then says that the database is locked.
        """
        waits = self.is_sqlite and self._turn_to_write.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            yield
        finally:
            if waits:
                self._turn_to_write.release()

    def scrub(self) -> bool:
        """Leave nothing of deleted rows in the files of the tables: write them anew, and empty SQLite's log.

        Returns:
            Whether that is done; not while another process reads on and on.
        """
        if not self.is_sqlite:
            return self._scrub_postgresql()
        until = time.monotonic() + SCRUB_WAIT_SECONDS
        with self._turn():
            connection = self.engine.raw_connection()
            try:
                while not _is_scrubbed(connection.cursor()):
                    if time.monotonic() > until:
                        return False
                    time.sleep(0.1)
            finally:
                connection.close()
        return True

    def _scrub_postgresql(self) -> bool:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                # Whoever waits for a table that this one waits for is not to wait for long.
                connection.exec_driver_sql("SET lock_timeout = '5s'")
                connection.exec_driver_sql("VACUUM FULL")
            except DBAPIError:
                return False
            finally:
                connection.exec_driver_sql("RESET lock_timeout")
        return True

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # Python's sqlite3 would begin transactions late and in the wrong mode; we say BEGIN ourselves below.
        connection.isolation_level = None
        folding.add_to_sqlite(connection)
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is deleted is overwritten, not only given free.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A writer takes its lock at once: a read that later turns into a write would fail instead of waiting.
        writing = connection.get_execution_options().get("frontdesk_write")
        driver = connection.connection.driver_connection
        try:
            # To the driver itself: SQLAlchemy's way to it takes ten times as long as the statement.
            driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN")  # type: ignore[union-attr]
        except sqlite3.Error as error:
            raise DBAPIError.instance("BEGIN", None, error, sqlite3.Error, hide_parameters=True) from error


def _is_scrubbed(cursor: Any) -> bool:
    """Try it once; what is in the way is another process's transaction."""
    try:
        # Overwriting leaves copies of what SQLite had moved from page to page; a new file has none.
        cursor.execute("VACUUM")
        (busy, _written, _moved) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy

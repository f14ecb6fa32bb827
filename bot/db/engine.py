"""The connection to the database: one engine, read and write transactions."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.db import folding
from bot.db.data_keys import DataKeys
from bot.db.sealed import use_keys
from bot.errors import UnstorableTextError
from bot.sealing import MasterKey
from bot.settings import Settings

BUSY_TIMEOUT_MS = 5000
"""How long a writer waits for another before it gives up: for the whole of SQLite, or for a row of PostgreSQL."""
CONNECT_SECONDS = 5
"""How long a server may take to answer a new connection."""
KEPT_CONNECTIONS = 8
"""As many as the edge has threads at work on the store."""
CACHE_KB = 1000
"""Of each connection to SQLite, half of its own default: the system caches the file too, once for all."""
SEALED = "frontdesk_sealed"
"""What an engine says of itself whose columns are sealed."""
SCRUB_WAIT_SECONDS = 15.0
"""How long it is waited for readers that keep SQLite's log from being emptied."""


def utc_now() -> dt.datetime:
    """Give the present as an aware UTC time."""
    return dt.datetime.now(dt.UTC)


class Database:
    """Opens transactions on one database; SQLite runs in WAL mode, so that readers never wait for a writer."""

    def __init__(self, url: str, encryption_keys: Sequence[MasterKey] = ()) -> None:
        """Take where it is; nothing is connected until the first transaction.

        Args:
            url: A SQLAlchemy address.
            encryption_keys: The keys of the installation, the one in use first.
        """
        self.url = make_url(url)
        self.encryption_keys = tuple(encryption_keys)
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_engine(
            self.url,
            pool_pre_ping=not self.is_sqlite,
            pool_size=KEPT_CONNECTIONS,
            hide_parameters=True,
            connect_args={} if self.is_sqlite else _postgresql_options(self.url),
            execution_options={SEALED: True} if encryption_keys else {},
        )
        event.listen(self.engine, "before_cursor_execute", _refuse_what_cannot_be_stored)
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        self._writing = self.engine.execution_options(frontdesk_write=True)
        self._turn_to_write = threading.Lock()
        self.keys = DataKeys(self.engine, self._writing, self.encryption_keys)
        if self.encryption_keys:
            use_keys(self.engine.dialect, self.keys)

    @classmethod
    def of(cls, settings: Settings) -> Database:
        """Give the store that the settings name."""
        return cls(settings.database_url, settings.encryption_keys)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for looking only; it is rolled back at the end.

        Raises:
            EncryptionKeyError: What is stored is encrypted, and the key is missing or another one.
        """
        self.keys.follow()
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls back when an error leaves it.

        Raises:
            EncryptionKeyError: What is stored is encrypted, and the key is missing or another one.
        """
        self.keys.follow(to_write=True)
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
                # Its statistics hold values of the columns: new ones first, then their table is written anew too.
                connection.exec_driver_sql("ANALYZE")
                connection.exec_driver_sql("VACUUM FULL")
            except DBAPIError:
                return False
            finally:
                connection.exec_driver_sql("RESET lock_timeout")
        return True

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _postgresql_options(url: URL) -> dict[str, Any]:
    # Beside those of the address, such as a schema: what is given here takes their place.
    given = url.normalized_query.get("options", ())
    options = " ".join([*given, f"-c lock_timeout={BUSY_TIMEOUT_MS}"])
    return {"connect_timeout": CONNECT_SECONDS, "options": options}


def _refuse_what_cannot_be_stored(
    _connection: Any, _cursor: Any, _statement: str, parameters: Any, _context: Any, _many: Any
) -> None:
    """Refuse a NUL, on its way into whichever database: PostgreSQL takes none, and a copy of SQLite goes there."""
    for row in parameters if isinstance(parameters, list) else (parameters,):
        for value in row.values() if isinstance(row, dict) else row:
            if isinstance(value, str) and "\0" in value:
                raise UnstorableTextError


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

"""A PostgreSQL server that lives as long as a run of tests, and databases on it that each test finds as new."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from bot.cli.testing.servers import find_postgresql, how_to_get_postgresql

OWNER = "frontdesk"
STARTS_SECONDS = 30.0
# A database is some three hundred files. Some file systems of disks look through all that were just removed before they
# make a new one: creating and dropping databases took two thirds of what the tests on PostgreSQL took.
IN_MEMORY, ON_DISK = Path("/dev/shm"), Path("/tmp")  # noqa: S108  # A folder with a random name is made in it.
ROOM_BYTES = 1_000_000_000
# What is thrown away need not outlive a power cut.
CARELESS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "wal_level": "minimal",
}


class PostgresqlServer:
    """A server on a socket of its own, in a folder that is removed with it."""

    def __init__(self) -> None:
        """Prepare the folder.

        Raises:
            RuntimeError: There is no PostgreSQL on this machine; the message says how to get it.
        """
        programs = find_postgresql()
        if programs is None:
            raise RuntimeError(f"No PostgreSQL for the tests. To get one: {how_to_get_postgresql()}")
        self._programs = programs
        # Short, since a socket's path may have 100 characters or so.
        self.folder = Path(tempfile.mkdtemp(prefix="fd-pg-", dir=_place()))
        # The server refuses to run as root.
        self._user = next(user for user in ("postgres", "nobody") if _exists(user)) if os.geteuid() == 0 else None
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._numbers = count(1)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        initdb = ["-D", "data", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        with (self.folder / "log").open("w", encoding="utf-8") as log:
            # `user` of None is whoever runs the tests.
            common = {"cwd": self.folder, "user": self._user, "stdout": log, "stderr": log}
            subprocess.run([self._programs / "initdb", *initdb], check=True, **common)  # type: ignore[call-overload]
            settings = [part for name, value in CARELESS.items() for part in ("-c", f"{name}={value}")]
            command = [self._programs / "postgres", "-D", "data", "-k", str(self.folder), *settings]
            self._process: subprocess.Popen[bytes] = subprocess.Popen(command, **common)  # type: ignore[call-overload]
        until = time.monotonic() + STARTS_SECONDS
        while True:
            try:
                self._admin = self.connect("postgres")
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it, whoever is still connected, and remove all of it."""
        self._admin.close()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(STARTS_SECONDS)
        shutil.rmtree(self.folder)

    def connect(self, name: str) -> psycopg.Connection:
        """Connect to a database; each statement is a transaction."""
        return psycopg.connect(host=str(self.folder), user=OWNER, dbname=name, autocommit=True)

    def url(self, name: str, *, driver: str = "psycopg") -> str:
        """Give a database's address for SQLAlchemy."""
        return f"postgresql+{driver}://{OWNER}@/{name}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """Create a database, empty or as another one is; give its name."""
        name = f"db{next(self._numbers)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self._admin.execute(create)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


_SEQUENCES = "SELECT schemaname, sequencename FROM pg_sequences"
_SHAPE = "SELECT tgname FROM pg_trigger UNION ALL SELECT relname FROM pg_class WHERE relkind IN ('r', 'i') ORDER BY 1"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


class AsNew:
    """A database that is filled once, and given to one test after the other as it was then.

    Only what a test has changed is put back: to copy the whole takes a fifth of a second, which is longer than most
    tests take.
    """

    def __init__(self, server: PostgresqlServer, fill: Callable[[str], None], *, template: AsNew | None = None) -> None:
        """Take the server, what fills the database at an address, and what it is filled as before."""
        self._server = server
        self._original = server.create() if template is None else server.create(template._original)
        fill(server.url(self._original))
        self._copy: str | None = None

    def url(self) -> str:
        """Give the address of a database as it was filled; what was given before is gone."""
        if self._copy is not None and not self._put_back(self._copy):
            self._server.drop(self._copy)
            self._copy = None
        if self._copy is None:
            self._copy = self._server.create(template=self._original)
            with self._server.connect(self._copy) as connection:
                self._tables = [name for (name,) in connection.execute(_TABLES)]
                self._shape_was = self._shape(connection)
                self._was = self._state(connection)
                self._numbers = self._sequences(connection)
        return self._server.url(self._copy)

    def _put_back(self, name: str) -> bool:
        """Delete the rows written since; tell whether the others, and which tables there are, are as then."""
        with self._server.connect(name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if self._shape(connection) != self._shape_was:
                return False
            state = self._state(connection)
            changed = [table for table in self._tables if state[table] != self._was[table]]
            # Neither the triggers that protect the audit log nor the order of references stands in the way.
            connection.execute("SET session_replication_role = replica")
            for table in changed:
                rows_then, newest_then = self._was[table]
                delete = sql.SQL("DELETE FROM {} WHERE xmin::text::bigint > {}")
                deleted = connection.execute(delete.format(sql.Identifier(table), sql.Literal(newest_then))).rowcount
                # What was changed is a row written since: without it, there is one less than there was.
                if state[table][0] - deleted != rows_then:
                    return False
            for sequence, values in self._sequences(connection).items():
                if values != self._numbers[sequence]:
                    connection.execute("SELECT setval(%s, %s, %s)", (sequence, *self._numbers[sequence]))
        return True

    def _shape(self, connection: psycopg.Connection) -> list[str]:
        """Name the tables and what watches over them."""
        return [name for (name,) in connection.execute(_SHAPE)]

    def _state(self, connection: psycopg.Connection) -> dict[str, tuple[int, int]]:
        """Give of each table how many rows it has, and which transaction wrote the newest of them."""
        each = (
            sql.SQL("SELECT {}, count(*), coalesce(max(xmin::text::bigint), 0) FROM {}").format(
                sql.Literal(table), sql.Identifier(table)
            )
            for table in self._tables
        )
        rows = connection.execute(sql.SQL(" UNION ALL ").join(each)).fetchall()
        return {table: (rows_there, newest) for table, rows_there, newest in rows}

    def _sequences(self, connection: psycopg.Connection) -> dict[str, tuple[int, bool]]:
        names = [name for _schema, name in connection.execute(_SEQUENCES)]
        each = (
            sql.SQL("SELECT {}, last_value, is_called FROM {}").format(sql.Literal(name), sql.Identifier(name))
            for name in names
        )
        rows = connection.execute(sql.SQL(" UNION ALL ").join(each)).fetchall()
        return {name: (value, called) for name, value, called in rows}


def _place() -> Path:
    has_room = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM_BYTES
    return IN_MEMORY if has_room else ON_DISK


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True

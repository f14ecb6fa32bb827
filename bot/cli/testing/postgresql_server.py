"""A PostgreSQL server of one's own for tests and benchmarks, and databases on it; all of it is thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bot.cli.steps import StepError
from bot.cli.testing.servers import find_postgresql, how_to_get_postgresql

OWNER = "frontdesk"
STARTS_SECONDS = 30.0
# A database is some three hundred files. Some file systems of disks look through all that were just removed before they
# make a new one: creating and dropping databases took two thirds of what the tests on PostgreSQL took.
IN_MEMORY, ON_DISK = Path("/dev/shm"), Path("/tmp")  # noqa: S108  # A folder with a random name is made in it.
ROOM_BYTES = 1_000_000_000
# Reached by a socket in its own folder, and by nobody else.
CAREFUL = {"listen_addresses": "", "max_connections": "200"}
"""As a server is installed: what was committed outlives it."""
# What is thrown away need not outlive a power cut.
CARELESS = {
    **CAREFUL,
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "wal_level": "minimal",
}


class PostgresqlServer:
    """A server on a socket of its own, in a folder that is removed with it.

    Attributes:
        name: What it is called where it is told of.
    """

    name = "postgresql"

    def __init__(self, settings: Mapping[str, str] = CARELESS) -> None:
        """Prepare the folder.

        Args:
            settings: Those of the server; careless ones in memory, if that has room, others on the disk.

        Raises:
            StepError: There is no PostgreSQL on this machine; the message says how to get it.
        """
        programs = find_postgresql()
        if programs is None:
            raise StepError(f"There is no PostgreSQL on this machine. To get one: {how_to_get_postgresql()}")
        self._programs = programs
        self._settings = settings
        # Short, since a socket's path may have 100 characters or so.
        place = _in_memory() if settings.get("fsync") == "off" else ON_DISK
        self.folder = Path(tempfile.mkdtemp(prefix="fd-pg-", dir=place))
        # The server refuses to run as root; `user` of None is whoever runs this.
        self._user = next(user for user in ("postgres", "nobody") if _exists(user)) if os.geteuid() == 0 else None
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._numbers = count(1)

    def start(self) -> None:
        """Start it, the first time with nothing in it, and wait until it answers.

        Raises:
            StepError: It does not; the message says where its log is.
        """
        if not (self.folder / "data").exists():
            initdb = ["-D", "data", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
            if self._run("initdb", *initdb).wait() != 0:
                raise StepError(f"initdb failed: {self.folder / 'log'}")
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = ["postgres", "-D", "data", "-k", str(self.folder), *settings]
        self._process = self._run(*command)
        until = time.monotonic() + STARTS_SECONDS
        while time.monotonic() < until:
            try:
                self._admin = self.connect("postgres")
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    # One that was killed leaves what it shared in memory until the last of its own has noticed.
                    self._process = self._run(*command)
                time.sleep(0.05)
            else:
                return
        raise StepError(f"PostgreSQL does not answer: {self.folder / 'log'}")

    def stop(self) -> None:
        """Stop it, whoever is still connected, and remove all of it."""
        self.halt()
        shutil.rmtree(self.folder)

    def halt(self) -> None:
        """Stop it, whoever is still connected; what it wrote stays, and `start` goes on from there."""
        self._admin.close()
        self.thaw()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(STARTS_SECONDS)

    def kill(self) -> None:
        """Kill it and all that it has started, as a cut of the power would; what it wrote stays."""
        self._signal(signal.SIGKILL)
        self._process.wait(STARTS_SECONDS)
        self._admin.close()

    def freeze(self) -> None:
        """Let it say nothing any more, with its connections open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

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

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("a", encoding="utf-8") as log:
            common: dict[str, Any] = {"cwd": self.folder, "user": self._user, "stdout": log, "stderr": log}
            return subprocess.Popen([self._programs / program, *arguments], **common)

    def _signal(self, number: signal.Signals) -> None:
        """Send it to the server, which starts the others, and then to each of these."""
        pid = self._process.pid
        with suppress(OSError):
            its_own = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
            for each in (pid, *map(int, its_own)):
                with suppress(ProcessLookupError):
                    os.kill(each, number)


def _in_memory() -> Path:
    has_room = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM_BYTES
    return IN_MEMORY if has_room else ON_DISK


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True

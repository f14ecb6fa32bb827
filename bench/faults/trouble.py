"""The faults, one after the other: processes and servers killed outright or frozen, a database's connections cut."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from sqlalchemy import text

from bench.terminal import say
from bot.cli.processes.supervisor import Supervisor
from bot.db.engine import Database

FROZEN_SECONDS = 12.0
"""Longer than an edge waits for Rasa."""
GONE_SECONDS = 4.0
"""How long a server that was killed stays away."""
_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, kw_only=True)
class Done:
    """One fault that was made: what, and at which second of the run."""

    what: str
    at: float


@dataclass(frozen=True, kw_only=True)
class _Fault:
    what: str
    make: Callable[[], None]
    while_sending: bool = False


class Server(Protocol):
    """A database or a Redis that was started for the run, and that nothing but the run starts again."""

    name: str

    def start(self) -> None:
        """Start it again with what it had stored."""

    def kill(self) -> None:
        """Kill it outright."""

    def freeze(self) -> None:
        """Let it say nothing any more."""

    def thaw(self) -> None:
        """Let it go on."""


class Trouble:
    """Makes the next fault whenever its time has come; to be called from the thread that watches over the processes."""

    def __init__(
        self,
        supervisor: Supervisor,
        database: Database,
        every: float,
        is_sending: Callable[[], bool],
        servers: Sequence[Server] = (),
    ) -> None:
        """Take what is to be hurt.

        Args:
            supervisor: The processes.
            database: Whose connections are cut, if it is no file.
            every: The seconds between two faults.
            is_sending: Whether a text is just being handed over.
            servers: What else is killed and frozen.
        """
        self._supervisor = supervisor
        self._servers = servers
        self._is_sending = is_sending
        self._database = database
        self._every = every
        self._began = time.monotonic()
        self._next_at = self._began + every / 2
        self._faults = itertools.cycle(list(self._all()))
        self._next = next(self._faults)
        self._to_mend: tuple[Callable[[], None], float] | None = None
        self.done: list[Done] = []

    def look(self) -> None:
        """Make a fault if it is time, and mend what was frozen or gone for long enough: never two at once."""
        now = time.monotonic()
        if self._to_mend is not None:
            if now >= self._to_mend[1]:
                self.mend()
            return
        if now < self._next_at or (self._next.while_sending and not self._is_sending()):
            return
        self._next_at = now + self._every
        say(self._next.what)
        self._next.make()
        self.done.append(Done(what=self._next.what, at=now - self._began))
        self._next = next(self._faults)

    def mend(self) -> None:
        """Let go on what is frozen, start what is gone."""
        if self._to_mend is not None:
            self._to_mend[0]()
            self._to_mend = None

    def _all(self) -> Iterator[_Fault]:
        """Name the faults in an order in which kills and freezes of different processes alternate."""
        names = [child.program.name for child in reversed(self._supervisor.children)]
        edges = [name for name in names if name.startswith("edge")]
        of_servers = itertools.chain.from_iterable(map(self._of_server, self._servers))
        yield _Fault(
            what="every edge killed while a text was being handed over",
            make=partial(self._kill, *edges),
            while_sending=True,
        )
        for name, other in zip(names, [*names[1:], names[0]], strict=True):
            yield _Fault(what=f"{name} killed", make=partial(self._kill, name))
            yield from itertools.islice(of_servers, 1)
            yield _Fault(what=f"{other} frozen for {FROZEN_SECONDS:.0f} s", make=partial(self._freeze, other))
            if not self._database.is_sqlite:
                yield _Fault(what="all connections to the database cut", make=self._cut)
        yield from of_servers

    def _of_server(self, server: Server) -> Iterator[_Fault]:
        yield _Fault(
            what=f"{server.name} killed, and gone for {GONE_SECONDS:.0f} s", make=partial(self._take_away, server)
        )
        yield _Fault(what=f"{server.name} frozen for {FROZEN_SECONDS:.0f} s", make=partial(self._silence, server))

    def _kill(self, *names: str) -> None:
        for name in names:
            with suppress(ProcessLookupError):
                os.kill(self._pid(name), signal.SIGKILL)

    def _freeze(self, name: str) -> None:
        pid = self._pid(name)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self._mend_after(FROZEN_SECONDS, partial(_go_on, pid))

    def _take_away(self, server: Server) -> None:
        server.kill()
        self._mend_after(GONE_SECONDS, server.start)

    def _silence(self, server: Server) -> None:
        server.freeze()
        self._mend_after(FROZEN_SECONDS, server.thaw)

    def _mend_after(self, seconds: float, mend: Callable[[], None]) -> None:
        self._to_mend = mend, time.monotonic() + seconds

    def _cut(self) -> None:
        with self._database.engine.connect() as connection:
            connection.execute(text(_CUT))

    def _pid(self, name: str) -> int:
        child = next(child for child in self._supervisor.children if child.program.name == name)
        return 0 if child.process is None else child.process.pid


def _go_on(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)

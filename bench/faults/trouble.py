"""The faults, one after the other: a process killed outright, a process frozen, all connections of a database cut."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from sqlalchemy import text

from bench.terminal import say
from bot.cli.processes.supervisor import Supervisor
from bot.db.engine import Database

FROZEN_SECONDS = 12.0
"""Longer than an edge waits for Rasa."""
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


class Trouble:
    """Makes the next fault whenever its time has come; to be called from the thread that watches over the processes."""

    def __init__(
        self, supervisor: Supervisor, database: Database, every: float, is_sending: Callable[[], bool]
    ) -> None:
        """Take what is to be hurt, the seconds between two faults, and whether a text is just being handed over."""
        self._supervisor = supervisor
        self._is_sending = is_sending
        self._database = database
        self._every = every
        self._began = time.monotonic()
        self._next_at = self._began + every / 2
        self._faults = itertools.cycle(list(self._all()))
        self._next = next(self._faults)
        self._frozen: tuple[int, float] | None = None
        self.done: list[Done] = []

    def look(self) -> None:
        """Make a fault if it is time, and let go on what was frozen for long enough."""
        now = time.monotonic()
        if self._frozen is not None and now >= self._frozen[1]:
            self.thaw()
        if now < self._next_at or (self._next.while_sending and not self._is_sending()):
            return
        self._next_at = now + self._every
        say(self._next.what)
        self._next.make()
        self.done.append(Done(what=self._next.what, at=now - self._began))
        self._next = next(self._faults)

    def thaw(self) -> None:
        """Let go on what is frozen."""
        if self._frozen is not None:
            with suppress(ProcessLookupError):
                os.kill(self._frozen[0], signal.SIGCONT)
            self._frozen = None

    def _all(self) -> Iterator[_Fault]:
        """Name the faults in an order in which kills and freezes of different processes alternate."""
        names = [child.program.name for child in reversed(self._supervisor.children)]
        edges = [name for name in names if name.startswith("edge")]
        yield _Fault(
            what="every edge killed while a text was being handed over",
            make=partial(self._kill, *edges),
            while_sending=True,
        )
        for name, other in zip(names, [*names[1:], names[0]], strict=True):
            yield _Fault(what=f"{name} killed", make=partial(self._kill, name))
            yield _Fault(what=f"{other} frozen for {FROZEN_SECONDS:.0f} s", make=partial(self._freeze, other))
            if not self._database.is_sqlite:
                yield _Fault(what="all connections to the database cut", make=self._cut)

    def _kill(self, *names: str) -> None:
        for name in names:
            with suppress(ProcessLookupError):
                os.kill(self._pid(name), signal.SIGKILL)

    def _freeze(self, name: str) -> None:
        pid = self._pid(name)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self._frozen = pid, time.monotonic() + FROZEN_SECONDS

    def _cut(self) -> None:
        with self._database.engine.connect() as connection:
            connection.execute(text(_CUT))

    def _pid(self, name: str) -> int:
        child = next(child for child in self._supervisor.children if child.program.name == name)
        return 0 if child.process is None else child.process.pid

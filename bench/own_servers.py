"""Servers that a benchmark starts and throws away: a PostgreSQL as it is installed, and a Redis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.terminal import say
from bot.cli.testing.postgresql_server import CAREFUL, PostgresqlServer
from bot.cli.testing.redis_server import RedisServer


@contextmanager
def own_postgresql() -> Iterator[PostgresqlServer]:
    """Run a PostgreSQL until the block ends; what it says is written is on the disk.

    Raises:
        StepError: There is none on this machine; the message says how to get it.
    """
    server = PostgresqlServer(CAREFUL)
    say("starting a PostgreSQL of its own")
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def own_redis() -> Iterator[RedisServer]:
    """Run a Redis until the block ends.

    Raises:
        StepError: There is none on this machine; the message says how to get it.
    """
    server = RedisServer()
    say("starting a Redis of its own")
    server.start()
    try:
        yield server
    finally:
        server.kill()

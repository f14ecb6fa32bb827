"""The servers that tests and benchmarks start: killed they come back with what was stored, frozen they only wait."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaitingError

import pytest
from redis import Redis

from bot.cli.testing.postgresql_server import CAREFUL, PostgresqlServer
from bot.cli.testing.redis_server import RedisServer


@pytest.fixture
def careful() -> Iterator[PostgresqlServer]:
    """Give a server that a test may kill."""
    server = PostgresqlServer(CAREFUL)
    server.start()
    yield server
    server.stop()


@pytest.mark.postgresql
def test_what_was_committed_outlives_a_kill_and_nothing_outlives_the_server(careful: PostgresqlServer):
    """A connection that was open is lost; another finds the rows, and databases can be made as before."""
    name = careful.create()
    with careful.connect(name) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        careful.kill()

    careful.start()

    with careful.connect(name) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]
    careful.drop(careful.create())


@pytest.mark.postgresql
def test_frozen_it_answers_nobody_until_it_thaws(careful: PostgresqlServer):
    """The connection stays open meanwhile."""
    with careful.connect("postgres") as connection, ThreadPoolExecutor(1) as pool:
        careful.freeze()
        asked = pool.submit(lambda: connection.execute("SELECT 1").fetchall())
        with pytest.raises(StillWaitingError):
            asked.result(0.5)

        careful.thaw()

        assert asked.result(30) == [(1,)]


@pytest.mark.redis
def test_a_redis_that_was_killed_comes_back_at_the_same_address(redis_server: RedisServer):
    """With nothing in it."""
    with Redis.from_url(redis_server.url) as client:
        client.set("name", "value")
    redis_server.kill()

    redis_server.start()

    with Redis.from_url(redis_server.url) as client:
        assert client.get("name") is None

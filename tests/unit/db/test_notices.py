"""Notices reach whoever listens, in order and at once, by PostgreSQL and by Redis alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from bot.cli.testing.postgresql_server import PostgresqlServer
from bot.cli.testing.redis_server import RedisServer
from bot.db.engine import Database
from bot.db.notices import LONGEST, Notices, PostgresqlNotices, notices_between_edges
from bot.db.redis_notices import RedisNotices
from bot.errors import ConnectionFailedError

SECONDS = 30.0
NOWHERE = "127.0.0.1:1"

Make = Callable[[], Notices]


@pytest.fixture(
    params=[pytest.param("postgresql", marks=pytest.mark.postgresql), pytest.param("redis", marks=pytest.mark.redis)]
)
def make(request: pytest.FixtureRequest) -> Make:
    """Give what makes each way, as many times as there are processes."""
    if request.param == "redis":
        redis: RedisServer = request.getfixturevalue("redis_server")
        return lambda: RedisNotices(redis.url)
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    url = server.url(server.create())
    return lambda: PostgresqlNotices(Database(url))


class Ear:
    """Hears what one process would."""

    def __init__(self, way: Notices) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.task = asyncio.create_task(self._listen(way.hear()))

    async def _listen(self, notices: AsyncIterator[str]) -> None:
        async for notice in notices:
            self.heard.put_nowait(notice)

    async def next(self) -> str:
        """Give the next notice."""
        async with asyncio.timeout(SECONDS):
            return await self.heard.get()

    async def is_there(self, sender: Notices) -> None:
        """Wait until it hears."""
        while self.heard.empty():
            with suppress(ConnectionFailedError):
                await sender.send(["there?"])
            await asyncio.sleep(0.02)

    async def end(self) -> None:
        """Listen no more."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def test_everybody_hears_all_in_order(make: Make) -> None:
    """The sender too, and the longest that may be sent."""
    sender, other = make(), make()
    ears = [Ear(sender), Ear(other)]
    for ear in ears:
        await ear.is_there(sender)
    wanted = ["one", "two", "x" * LONGEST]

    await sender.send(wanted)

    for ear in ears:
        heard = []
        while len(heard) < len(wanted):
            notice = await ear.next()
            if notice != "there?":
                heard.append(notice)
        assert heard == wanted
        await ear.end()
    await sender.close()
    await other.close()


@pytest.mark.parametrize(
    "way",
    [
        lambda: RedisNotices(f"redis://{NOWHERE}/0"),
        lambda: PostgresqlNotices(Database(f"postgresql+psycopg://nobody@{NOWHERE}/none")),
    ],
)
async def test_a_server_out_of_reach_is_told(way: Make) -> None:
    """To who sends and to who listens."""
    notices = way()

    with pytest.raises(ConnectionFailedError):
        await notices.send(["one"])
    with pytest.raises(ConnectionFailedError):
        await anext(notices.hear())
    await notices.close()


@pytest.mark.redis
async def test_where_nobody_listens_redis_has_not_told(redis_server: RedisServer) -> None:
    """Then the next way is taken: at the start, and right after Redis was away."""
    notices = RedisNotices(redis_server.url)

    with pytest.raises(ConnectionFailedError, match="NobodyListens"):
        await notices.send(["one"])
    await notices.close()


@pytest.mark.redis
async def test_a_redis_that_falls_silent_is_given_up(redis_server: RedisServer, monkeypatch) -> None:
    """Its connections stay open, so only asking tells; while it answers, silence means nothing."""
    monkeypatch.setattr("bot.db.redis_notices.SILENCE", 0.05)
    notices = RedisNotices(redis_server.url)
    ear = Ear(notices)
    await ear.is_there(notices)
    await asyncio.sleep(0.5)
    assert not ear.task.done()

    redis_server.freeze()
    async with asyncio.timeout(SECONDS):
        with pytest.raises(ConnectionFailedError):
            await ear.task
    await notices.close()


@pytest.mark.redis
async def test_two_clinics_may_share_a_redis(redis_server: RedisServer) -> None:
    """Each in a database of its own."""
    ours, theirs = RedisNotices(redis_server.url), RedisNotices(redis_server.url.removesuffix("0") + "1")
    our_ear, their_ear = Ear(ours), Ear(theirs)
    await our_ear.is_there(ours)
    await their_ear.is_there(theirs)

    heard = [their_ear.heard.get_nowait() for _ in range(their_ear.heard.qsize())]
    await ours.send(["ours"])
    await theirs.send(["theirs"])
    while (notice := await their_ear.next()) != "theirs":
        heard.append(notice)

    assert set(heard) == {"there?"}
    for ear in (our_ear, their_ear):
        await ear.end()
    await ours.close()
    await theirs.close()


def test_redis_comes_first_and_the_database_stays() -> None:
    """SQLite serves one edge, which has nobody to tell."""
    server = Database(f"postgresql+psycopg://nobody@{NOWHERE}/none")

    assert [way.name for way in notices_between_edges(server, f"redis://{NOWHERE}/0")] == ["redis", "postgresql"]
    assert [way.name for way in notices_between_edges(server, "")] == ["postgresql"]
    assert notices_between_edges(Database("sqlite://"), f"redis://{NOWHERE}/0") == []

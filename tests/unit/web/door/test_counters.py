"""Counting: up to the limit, by name; by several edges together where they share a Redis."""

from __future__ import annotations

import socket

import pytest
from limits import parse_many

from bot.cli.testing.redis_server import RedisServer
from bot.web.door.counters import Counters

TWO = parse_many("2/day")


async def test_up_to_the_limit_everybody_is_let_through() -> None:
    """Each name has a count of its own, and looking does not count."""
    counters = Counters()

    assert [await counters.wait_for(TWO, "road", "a") for _ in range(2)] == [0, 0]
    assert 0 < await counters.wait_for(TWO, "road", "a") <= 2 * 86400
    assert await counters.wait_left(TWO, "road", "a") > 0
    assert [await counters.wait_left(TWO, "road", "b") for _ in range(3)] == [0, 0, 0]
    assert await counters.wait_for(TWO, "road", "b") == 0
    assert await counters.wait_for((), "road", "a") == 0


async def test_each_of_several_limits_holds() -> None:
    """The short one lets three through, the long one two."""
    limits = parse_many("3/hour;2/day")
    counters = Counters()

    waits = [await counters.wait_for(limits, "a") for _ in range(3)]

    assert waits[:2] == [0, 0]
    assert waits[2] > 60


async def test_off_means_off() -> None:
    """Whatever comes."""
    counters = Counters(off=True)

    assert [await counters.wait_for(TWO, "a") for _ in range(9)] == [0] * 9


async def test_without_redis_this_process_counts_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """Patients are not turned away because a count cannot be shared, and nobody is let through for ever."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        counters = Counters(f"redis://127.0.0.1:{unused.getsockname()[1]}/0")

        waits = [await counters.wait_for(TWO, "a") for _ in range(3)]

    assert waits[:2] == [0, 0]
    assert waits[2] > 0
    assert "limits_not_shared" in "".join(capsys.readouterr())


@pytest.mark.redis
async def test_edges_with_a_redis_count_together(redis_server: RedisServer, capsys: pytest.CaptureFixture[str]) -> None:
    """However a caller is dealt out; when it goes, each counts by itself from nothing."""
    here, there = Counters(redis_server.url), Counters(redis_server.url)

    assert [await here.wait_for(TWO, "a"), await there.wait_for(TWO, "a")] == [0, 0]
    assert await here.wait_for(TWO, "a") > 0
    assert await there.wait_left(TWO, "a") > 0
    assert "limits_not_shared" not in "".join(capsys.readouterr())

    redis_server.kill()
    assert [await there.wait_for(TWO, "a") for _ in range(2)] == [0, 0]
    assert await there.wait_for(TWO, "a") > 0
    assert "limits_not_shared" in "".join(capsys.readouterr())
    for counters in (here, there):
        # A process ends its connections by ending.
        await counters._shared.storage.bridge.storage.aclose()  # type: ignore[union-attr]

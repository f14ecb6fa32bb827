"""What happens at one edge goes to the others by the first way that takes it; they hear by every way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from bot.bootstrap import Services
from bot.errors import ConnectionFailedError
from bot.messaging.feed import STAFF, Feed, TicketChanged
from bot.messaging.relay import Relay

SECONDS = 30.0
CHANGED = TicketChanged(ticket_id=7, conversation_id="c1")


class Way:
    """A way between the edges of one process."""

    def __init__(self, name: str, ears: list[asyncio.Queue[str]]) -> None:
        self.name = name
        self.is_up = True
        self.closed = False
        self._ears = ears

    async def send(self, notices: Sequence[str]) -> None:
        """Hand them to who listens, if it is up."""
        if not self.is_up:
            raise ConnectionFailedError("Down")
        for ear in self._ears:
            for notice in notices:
                ear.put_nowait(notice)

    async def hear(self) -> AsyncIterator[str]:
        """Give what is sent from now on."""
        ear: asyncio.Queue[str] = asyncio.Queue()
        self._ears.append(ear)
        while True:
            yield await ear.get()

    async def close(self) -> None:
        """Say that it was closed."""
        self.closed = True


async def test_the_next_way_is_taken_where_one_fails(services: Services) -> None:
    """And the first again when it is back; an edge does not hear itself."""
    first_ears: list[asyncio.Queue[str]] = []
    second_ears: list[asyncio.Queue[str]] = []
    here, there = Feed(), Feed()
    ways = [Way("first", first_ears), Way("second", second_ears)]
    theirs = [Way("first", first_ears), Way("second", second_ears)]
    relays = [Relay(services.database, here, ways), Relay(services.database, there, theirs)]
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    async with asyncio.timeout(SECONDS):
        while len(first_ears) + len(second_ears) < 4:  # noqa: ASYNC110 (nothing tells when both listen)
            await asyncio.sleep(0.01)
        with here.listen(STAFF) as own, there.listen(STAFF) as other:
            for is_up in (True, False, True):
                ways[0].is_up = is_up
                here.publish("c1", CHANGED)
                assert await other.get() == CHANGED
                assert await own.get() == CHANGED
            assert (own.empty(), other.empty()) == (True, True)

    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert all(way.closed for way in (*ways, *theirs))

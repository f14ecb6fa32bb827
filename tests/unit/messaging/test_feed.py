"""Live events reach whoever listens to their conversation, and staff."""

from __future__ import annotations

import asyncio

from bot.messaging.feed import QUEUE_LENGTH, STAFF, Event, Feed, HandlerChanged, TicketChanged, Typing
from bot.vocabulary import Handler

TAKEN = HandlerChanged(conversation_id="mine", handler=Handler.STAFF, staff_name="Ana")


def _drain(queue: asyncio.Queue[Event]) -> list[Event]:
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def test_an_event_reaches_its_conversation_and_staff_but_no_other():
    """Every listener has a queue of its own."""
    feed = Feed()
    with feed.listen("mine") as one, feed.listen("mine") as two, feed.listen(STAFF) as staff, feed.listen("x") as x:
        feed.publish("mine", TAKEN)

        assert [_drain(queue) for queue in (one, two, staff, x)] == [[TAKEN], [TAKEN], [TAKEN], []]


async def test_typing_is_not_shown_to_staff():
    """It is of no use to them."""
    feed = Feed()
    with feed.listen("mine") as mine, feed.listen(STAFF) as staff:
        feed.publish("mine", Typing(conversation_id="mine"))

        assert len(_drain(mine)) == 1
        assert _drain(staff) == []


async def test_a_listener_that_falls_behind_loses_the_oldest_events():
    """It catches up from the transcript; the others go on."""
    feed = Feed()
    with feed.listen("mine") as queue:
        for number in range(QUEUE_LENGTH + 5):
            feed.publish("mine", TicketChanged(ticket_id=number, conversation_id="mine"))

        events = _drain(queue)

    assert len(events) == QUEUE_LENGTH
    assert events[-1] == TicketChanged(ticket_id=QUEUE_LENGTH + 4, conversation_id="mine")


async def test_a_listener_that_left_gets_nothing():
    """And leaves nothing behind."""
    feed = Feed()
    with feed.listen("mine") as queue:
        pass

    feed.publish("mine", TAKEN)

    assert queue.empty()
    assert not feed._queues

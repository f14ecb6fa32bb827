"""A conversation has its order also where its messages come to two edges at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.bootstrap import Services
from bot.conversations.models import Message
from bot.conversations.store import StoredMessage
from bot.vocabulary import Channel
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS

BURST = 8


async def test_a_burst_over_two_edges_is_answered_one_by_one(services: Services, other: Services, rasa: FakeRasa):
    """Each message has its answer before the next one is stored."""
    conversation_id, _token = await services.access.start_conversation(Channel.WEB_CHAT)

    await asyncio.gather(
        *(
            each.receive.receive(conversation_id, f"question {number}", f"m{number}")
            for number, each in enumerate([services, other] * (BURST // 2))
        )
    )

    with services.database.read() as session:
        rows = session.execute(select(Message.author, Message.text).order_by(Message.id)).all()
    asked = [row.text for row in rows if row.author == "patient"]
    assert len(asked) == BURST
    assert [row.text for row in rows] == [text for each in asked for text in (each, f"You said: {each}")]
    assert rasa.heard[conversation_id] == asked


async def test_the_same_message_at_both_edges_is_one(services: Services, other: Services, rasa: FakeRasa):
    """A browser that sends it again may get to the other edge."""
    conversation_id, _token = await services.access.start_conversation(Channel.WEB_CHAT)

    received = await asyncio.gather(
        *(each.receive.receive(conversation_id, "once", "m1") for each in (services, other, services, other))
    )

    assert len({each.inbound.id for each in received}) == 1
    assert len({each.replies for each in received}) == 1
    assert rasa.heard[conversation_id] == ["once"]


async def test_an_edge_that_starts_leaves_the_others_their_messages(
    services: Services, other: Services, rasa: FakeRasa
):
    """What is being answered is not what a crash has left."""
    conversation_id, _token = await services.access.start_conversation(Channel.WEB_CHAT)

    asking = asyncio.create_task(services.receive.receive(conversation_id, "slow", "m1"))
    while not _is_stored(services):  # noqa: ASYNC110 (it is stored in a thread, which tells nobody)
        await asyncio.sleep(0.005)
    await other.receive.recover()
    await asking

    assert rasa.heard[conversation_id] == ["slow"]


def _is_stored(services: Services) -> bool:
    with services.database.read() as session:
        return session.scalar(select(Message.id)) is not None


async def test_a_dead_edge_leaves_no_conversation_locked(services: Services, other: Services):
    """The server gives its locks back with its connection."""
    conversation_id, _token = await services.access.start_conversation(Channel.WEB_CHAT)
    assert other.named_locks.take(f"conversation {conversation_id}")
    assert not services.named_locks.take(f"conversation {conversation_id}")

    other.named_locks.close()

    async with asyncio.timeout(5):
        received = await services.receive.receive(conversation_id, "hello", "m1")
    assert [reply.text for reply in received.replies] == ["You said: hello"]


@pytest.mark.parametrize("text", ["slow", DANGEROUS])
async def test_a_turn_that_was_lost_with_its_connection_makes_no_second_answer(
    text: str, services: Services, other: Services, monkeypatch: pytest.MonkeyPatch
):
    """The server starts anew while a message is being answered, and another edge finds it unanswered."""
    conversation_id, _token = await services.access.start_conversation(Channel.WEB_CHAT)
    store_replies = services.deliver.bot_replies
    first = True

    async def late(*words: Any, **values: Any) -> list[StoredMessage]:
        nonlocal first
        if first:
            first = False
            services.named_locks.close()
            await other.receive.recover()
        return await store_replies(*words, **values)

    monkeypatch.setattr(services.deliver, "bot_replies", late)
    received = await services.receive.receive(conversation_id, text, "m1")

    with services.database.read() as session:
        replies = session.scalars(select(Message.text).where(Message.author == "bot")).all()
    assert [reply.text for reply in received.replies] == replies
    assert len(replies) == 1

"""What was left unanswered for too long is not answered by the bot at the next start: it is for staff, danger first."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.bootstrap import Services
from bot.conversations import store
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.vocabulary import EscalationReason, TicketStatus, Urgency
from tests.factories import EMERGENCY, a_conversation
from tests.fakes import FakeRasa


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation that has just started."""
    return await a_conversation(services)


async def _left_behind(services: Services, conversation: str, ago: dt.timedelta, *texts: str) -> list[int]:
    with services.database.write() as session:
        left = [
            store.add_inbound(session, conversation_id=conversation, text=text, client_message_id=None).id
            for text in texts
        ]
        for message in left:
            session.get_one(Message, message).created_at = utc_now() - ago
        return left


def _replies(services: Services, message_id: int) -> list[str]:
    with services.database.read() as session:
        return [message.text for message in store.replies_to(session, message_id)]


async def test_what_was_left_behind_for_too_long_goes_to_staff_and_is_told_once(
    services: Services, rasa: FakeRasa, conversation: str
):
    """The bot does not answer a question of three weeks ago; nothing is lost either, and a fresh one is answered."""
    first, second = await _left_behind(services, conversation, dt.timedelta(days=21), "is it safe?", "hello?")
    await _left_behind(services, conversation, dt.timedelta(0), "and today?")

    assert await services.receive.recover() == 3
    assert await services.receive.recover() == 0

    assert rasa.heard[conversation] == ["and today?"]
    assert _replies(services, first) == []
    late, promise = _replies(services, second)
    written = (utc_now() - dt.timedelta(days=21)).astimezone(ZoneInfo(services.clinic.timezone))
    assert f"your message of {written:%A, %B} {written.day} was left without an answer" in late
    # In its hours the clinic is named, outside of them "our staff".
    assert "our staff" in promise or f"the staff of {services.clinic.name}" in promise
    views, _ = services.tickets.inbox([TicketStatus.OPEN])
    assert [view.reason for view in views] == [EscalationReason.ASSISTANT_DOWN]


async def test_danger_is_looked_for_first_however_late_it_is(services: Services, conversation: str):
    """The card, an alarm, and no answer."""
    (message,) = await _left_behind(services, conversation, dt.timedelta(hours=2), EMERGENCY)

    await services.receive.recover()

    (card,) = _replies(services, message)
    assert "Call 911 now" in card
    (view,) = services.tickets.inbox([TicketStatus.OPEN])[0]
    assert (view.reason, view.urgency) == (EscalationReason.RED_FLAG, Urgency.EMERGENCY)


async def test_a_text_message_that_waited_too_long_is_not_answered_with_the_next_one(
    services: Services, rasa: FakeRasa, conversation: str
):
    """What waits is looked at by the same rule whenever it is looked at."""
    (old,) = await _left_behind(services, conversation, dt.timedelta(minutes=61), "is it safe?")
    (young,) = await _left_behind(services, conversation, dt.timedelta(minutes=59), "does it hurt?")

    await services.receive.answer_waiting(conversation)

    assert rasa.heard[conversation] == ["does it hurt?"]
    assert "was left without an answer" in _replies(services, old)[0]
    assert _replies(services, young) == ["You said: does it hurt?"]

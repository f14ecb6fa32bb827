"""Whoever asks how long it will be hears a time that is still to come."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.bootstrap import Services
from bot.escalation import store
from bot.escalation.due.promises import Promises, still_promised
from bot.reply import Reply
from bot.vocabulary import EscalationReason
from tests.factories import ALWAYS, a_clinic, a_conversation

HOUR = dt.timedelta(hours=1)
NOON = dt.datetime(2026, 3, 3, 18, tzinfo=dt.UTC)
"""Far from the minute before midnight in which a clinic that never closes is closed."""


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation that staff are asked about."""
    return await a_conversation(services)


def _said(services: Services, conversation: str, *, later: dt.timedelta, call_back: dt.timedelta | None) -> Reply:
    """Open a ticket that is promised in an hour; give what is said so much later."""
    ticket, now = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON), NOON
    with services.database.write() as session:
        row = store.get_ticket(session, ticket)
        row.promised_at = now + HOUR
        row.call_back_at = None if call_back is None else now + call_back
        return still_promised(session, row, _promises(services), now=now + later)


def _promises(services: Services) -> Promises:
    return Promises(a_clinic(hours=ALWAYS), services.responses)


@pytest.mark.parametrize(
    ("later", "call_back", "words"),
    [
        (dt.timedelta(), None, "Someone will reply here by"),
        (2 * HOUR, 3 * HOUR, "nobody from our staff was free in time"),
    ],
)
async def test_the_time_that_holds_is_said(
    later: dt.timedelta, call_back: dt.timedelta | None, words: str, services: Services, conversation: str
):
    """The promise; after it was broken, the call back."""
    assert words in _said(services, conversation, later=later, call_back=call_back).text


@pytest.mark.parametrize("call_back", [None, 2 * HOUR])
async def test_a_time_that_is_past_is_not_said_again(
    call_back: dt.timedelta | None, services: Services, conversation: str
):
    """Nothing is promised then."""
    text = _said(services, conversation, later=5 * HOUR, call_back=call_back).text

    assert "cannot say by when" in text
    assert re.search(r"\d (am|pm)", text) is None

"""The store of links and codes: which conversation a number's texts go on in, and how many codes there may be."""

from __future__ import annotations

import datetime as dt

from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.channels import text_codes
from bot.db.engine import utc_now
from bot.escalation.by_text import begin_by_text
from tests.factories import a_conversation

PHONE = "+15550199001"


async def test_the_newest_link_has_the_number(services: Services) -> None:
    """And the conversation that it had before none; what began by text before a link is not gone on with."""
    first, second = await a_conversation(services), await a_conversation(services)
    with services.database.write() as session:
        number = numbers.lock_number(session, PHONE)
        by_text = begin_by_text(session, number)
        assert numbers.going_on(session, number.id) == [by_text]
        later = utc_now() + dt.timedelta(minutes=1)

        numbers.link(session, conversation_id=first, number_id=number.id, now=later)
        assert numbers.going_on(session, number.id) == [first]
        numbers.link(session, conversation_id=second, number_id=number.id, now=later)
        numbers.link(session, conversation_id=second, number_id=number.id, now=later)

        assert numbers.going_on(session, number.id) == [second]
        assert set(numbers.conversation_ids(session, number.id)) == {by_text, second}
        assert numbers.number_of(session, first) is None


async def test_codes_are_counted_by_number_and_conversation(services: Services) -> None:
    """Within the hour; after it there may be more."""
    one, other = await a_conversation(services), await a_conversation(services)
    now = utc_now()
    with services.database.write() as session:
        number = numbers.lock_number(session, PHONE)
        for _ in range(text_codes.MOST_OF_ONE):
            assert text_codes.may_send(session, one, PHONE, now)
            text_codes.add(session, conversation_id=one, number_id=number.id, code_hash="a hash", now=now)

        assert not text_codes.may_send(session, other, PHONE, now)
        assert not text_codes.may_send(session, one, "+15550199002", now)
        assert text_codes.may_send(session, other, "+15550199002", now)
        assert text_codes.may_send(session, one, PHONE, now + text_codes.PERIOD)

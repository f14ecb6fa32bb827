"""A text is stored with as few questions to the store as need be, and most of them before others must wait to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, update

from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.messaging.texting import InboundText

PHONE = "+15550199001"


def test_a_number_with_many_conversations_asks_the_store_no_more_often(services: Services) -> None:
    """One query for each question, not one for each conversation that the number ever had."""
    counts = []
    for number in range(5):
        with _statements(services) as statements:
            _texts(services, f"SM{number}")
        counts.append(len(statements))
        with services.database.write() as session:
            session.execute(update(Message).values(created_at=utc_now() - dt.timedelta(days=8)))

    assert len(_conversations(services)) == 5
    assert counts[1:] == [counts[1]] * 4


def test_a_text_that_is_known_writes_nothing(services: Services) -> None:
    """Twilio calls again when it is in doubt."""
    _texts(services, "SM1")

    with _statements(services) as statements:
        _texts(services, "SM1")

    assert not any("IMMEDIATE" in statement for statement in statements)
    assert len(_conversations(services)) == 1


def test_a_conversation_begun_between_look_and_write_is_not_begun_twice(services: Services) -> None:
    """The second look sees it."""
    look, looked = services.texting._look, []

    def look_late(inbound: InboundText) -> Any:
        seen = look(inbound)
        if not looked:
            looked.append(seen)
            _texts(services, "SM1")
        return seen

    services.texting._look = look_late  # type: ignore[method-assign]

    _texts(services, "SM2")

    assert len(_conversations(services)) == 1


def _texts(services: Services, sid: str) -> None:
    services.texting._store(InboundText(phone=PHONE, sid=sid, body="hello"), "hello", None)


def _conversations(services: Services) -> list[str]:
    with services.database.read() as session:
        number = numbers.find_number(session, PHONE)
        return [] if number is None else numbers.conversation_ids(session, number.id)


@contextmanager
def _statements(services: Services) -> Iterator[list[str]]:
    """Give what is asked of the database meanwhile."""
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(str(arguments[2]))

    event.listen(services.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(services.database.engine, "before_cursor_execute", note)

"""The only SQL on the codes that link a web chat with the number of a phone, and how many there may be."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.models import TextCode
from bot.channels.store import lock_number

GOOD_FOR = dt.timedelta(minutes=10)
MOST_TRIES = 5
"""Wrong codes typed for one; then it is no longer good."""
PERIOD, MOST_OF_ONE, MOST_OF_ALL = dt.timedelta(hours=1), 3, 60
"""So many codes in that time to one number, from one conversation, and to all: a stranger's phone is no toy."""


def may_send(session: Session, conversation_id: str, phone: str, now: dt.datetime) -> bool:
    """Tell whether another code may be texted; the number's row is locked, so that two at once are counted."""
    number = lock_number(session, phone)
    recent = TextCode.sent_at > now - PERIOD
    own = func.count().filter(TextCode.conversation_id == conversation_id)
    same = func.count().filter(TextCode.number_id == number.id)
    by_conversation, to_number, all_sent = session.execute(select(own, same, func.count()).where(recent)).one()
    return max(by_conversation, to_number) < MOST_OF_ONE and all_sent < MOST_OF_ALL


def add(session: Session, *, conversation_id: str, number_id: int, code_hash: str, now: dt.datetime) -> None:
    """Store what is kept of a code; it takes the place of the conversation's one before."""
    session.add(TextCode(conversation_id=conversation_id, number_id=number_id, code_hash=code_hash, sent_at=now))
    session.flush()


def newest(session: Session, conversation_id: str, now: dt.datetime) -> TextCode | None:
    """Give a conversation's newest code, good or not; None if the last was so long ago that nobody speaks of it."""
    query = select(TextCode).where(TextCode.conversation_id == conversation_id, TextCode.sent_at > now - PERIOD)
    return session.scalar(query.order_by(TextCode.id.desc()).limit(1))


def is_good(code: TextCode, now: dt.datetime) -> bool:
    """Tell whether a code can still link."""
    return code.used_at is None and code.tries < MOST_TRIES and now - code.sent_at < GOOD_FOR

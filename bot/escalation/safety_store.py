"""The only SQL on dangers that patients were asked about, and on cards that were not about them now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.escalation.models import SafetyRecord, Ticket
from bot.vocabulary import Author, Counted, SafetyAnswer, Shown


@dataclass(frozen=True, kw_only=True)
class SafetyView:
    """A record as clinicians see it.

    Attributes:
        message_id: The patient's message.
        text: What it says.
        shown: What the danger in it was met with.
        sign: The slug of its gravest sign.
        level: What the card says.
        shown_at: When.
        answer: What the patient said of it; None if nothing yet.
        answered_at: When they said so.
        conversation_id: Whose it is.
        ticket_id: The conversation's newest ticket; None if staff have none.
    """

    message_id: int
    text: str
    shown: Shown
    sign: str
    level: str
    shown_at: dt.datetime
    answer: SafetyAnswer | None
    answered_at: dt.datetime | None
    conversation_id: str
    ticket_id: int | None


def add(session: Session, *, message_id: int, conversation_id: str, shown: Shown, sign: str, level: str) -> None:
    """Note what a danger in a message was met with, unless that is noted already."""
    if session.get(SafetyRecord, (message_id, shown.value)) is None:
        session.add(
            SafetyRecord(
                message_id=message_id,
                shown=shown.value,
                conversation_id=conversation_id,
                sign=sign,
                level=level,
                shown_at=utc_now(),
            )
        )
        session.flush()


def find(session: Session, message_id: int, shown: Shown) -> SafetyRecord | None:
    """Give what is noted of a danger in a message."""
    return session.get(SafetyRecord, (message_id, shown.value))


def answer(session: Session, message_id: int, shown: Shown, said: SafetyAnswer, *, answer_id: int) -> None:
    """Note what the patient says of a danger; of one that they have said yes to, nothing else is noted any more.

    Where its record was deleted with its message, there is nothing to note it on.
    """
    record = session.get(SafetyRecord, (message_id, shown.value), with_for_update=True)
    if record is not None and record.answer not in {SafetyAnswer.YES.value, said.value}:
        record.answer, record.answered_at, record.answer_id = said.value, utc_now(), answer_id


def refused_signs(session: Session, conversation_id: str) -> set[str]:
    """Give the signs that the patient of a conversation was asked about and said no to."""
    return set(
        session.scalars(
            select(SafetyRecord.sign).where(
                SafetyRecord.conversation_id == conversation_id, SafetyRecord.answer == SafetyAnswer.NO.value
            )
        )
    )


def not_now(session: Session, conversation_ids: Collection[str]) -> list[SafetyRecord]:
    """Give the cards of these conversations that were not about the patient now, oldest first."""
    query = select(SafetyRecord).where(
        SafetyRecord.conversation_id.in_(conversation_ids), SafetyRecord.answer == SafetyAnswer.NOT_NOW.value
    )
    return list(session.scalars(query.order_by(SafetyRecord.answered_at)))


@dataclass(frozen=True, kw_only=True)
class MetWith:
    """What a danger in a message was met with: a check or a card, for which sign, how grave."""

    shown: Shown
    level: str
    sign: str


def met_with(session: Session, message_ids: Collection[int]) -> dict[int, list[MetWith]]:
    """Give what these messages were met with, as far as there is a check or a card of it."""
    found: dict[int, list[MetWith]] = {}
    checks = select(SafetyRecord).where(SafetyRecord.message_id.in_(message_ids))
    for record in session.scalars(checks.where(SafetyRecord.shown == Shown.CHECK.value)):
        found.setdefault(record.message_id, []).append(MetWith(shown=Shown.CHECK, level=record.level, sign=record.sign))
    # A card stands in the transcript, whether the patient said something of it or not.
    about = func.coalesce(Message.reply["about"].as_integer(), Message.in_reply_to)
    cards = select(about, Message.reply).where(
        Message.author == Author.BOT.value, Message.counted_as == Counted.CARD.value, about.in_(message_ids)
    )
    for message_id, reply in session.execute(cards):
        found.setdefault(message_id, []).append(
            MetWith(shown=Shown.CARD, level=str(reply["kind"]), sign=next(iter(reply.get("signs") or ()), ""))
        )
    return found


def counts(session: Session) -> dict[str, int]:
    """Give how many checks have which answer ("none" for those without one), and how many cards were not about now."""
    rows = session.execute(select(SafetyRecord.answer, func.count()).group_by(SafetyRecord.answer)).all()
    found = {said or "none": count for said, count in rows}
    return {name: found.get(name, 0) for name in ("none", *(said.value for said in SafetyAnswer))}


def newest(session: Session, *, before: tuple[dt.datetime, int] | None = None, limit: int) -> list[SafetyView]:
    """Give the newest records, with the patients' words from the transcript.

    Args:
        session: The open session.
        before: Time and message of the last record of the page before.
        limit: How many at most.
    """
    later = aliased(Ticket)
    ticket = select(func.max(later.id)).where(later.conversation_id == SafetyRecord.conversation_id).scalar_subquery()
    query = select(SafetyRecord, Message.text, ticket).join(Message, Message.id == SafetyRecord.message_id)
    if before is not None:
        at, message_id = before
        is_older = (SafetyRecord.shown_at < at) | (
            (SafetyRecord.shown_at == at) & (SafetyRecord.message_id < message_id)
        )
        query = query.where(is_older)
    order = (SafetyRecord.shown_at.desc(), SafetyRecord.message_id.desc())
    return [_view(*row) for row in session.execute(query.order_by(*order).limit(limit))]


def _view(record: SafetyRecord, text: str, ticket_id: int | None) -> SafetyView:
    return SafetyView(
        message_id=record.message_id,
        text=text,
        shown=Shown(record.shown),
        sign=record.sign,
        level=record.level,
        shown_at=record.shown_at,
        answer=None if record.answer is None else SafetyAnswer(record.answer),
        answered_at=record.answered_at,
        conversation_id=record.conversation_id,
        ticket_id=ticket_id,
    )

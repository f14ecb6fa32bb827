"""The only SQL of the figures: it counts what other packages have stored, and writes nothing.

All that is counted of messages stands in one index, `ix_messages_figures`: whole answers need not be read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Integer

from bot.analytics.period import QUARTER, Period, Span
from bot.conversations.models import Conversation, Message
from bot.escalation.models import SafetyRecord, Ticket
from bot.knowledge.models import Feedback
from bot.vocabulary import Author, Counted, SafetyAnswer, Shown

_LEFT_OPEN = (Counted.ASKED_BACK.value, Counted.NOT_UNDERSTOOD.value)


class quarter_of(GenericFunction[int]):  # noqa: N801  (named as it stands in a query)
    """The quarter of an hour since 1970 that a time is in."""

    type = Integer()
    inherit_cache = True


@compiles(quarter_of, "sqlite")
def _quarter_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"(strftime('%s', {compiler.process(element.clauses, **options)}) / {QUARTER})"


@compiles(quarter_of, "postgresql")
def _quarter_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"floor(extract(epoch from {compiler.process(element.clauses, **options)}) / {QUARTER})::bigint"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """So many replies of one kind on one topic of some treatments."""

    counted_as: Counted
    topic: str | None
    treatments: tuple[str, ...]
    count: int


@dataclass(frozen=True, kw_only=True)
class AnsweredChat:
    """A conversation in which the assistant gave an answer.

    Attributes:
        conversation_id: Which.
        channel: Its channel.
        left_open: Whether something in it had no answer, or what was asked back last was never cleared up.
    """

    conversation_id: str
    channel: str
    left_open: bool


@dataclass(frozen=True, kw_only=True)
class Unclear:
    """A message that was not understood; its words are for grouping, and go nowhere else."""

    message_id: int
    conversation_id: str
    at: dt.datetime
    words: str
    ticket_id: int | None


def asked(session: Session, span: Span | Period) -> list[Asked]:
    """Give what the assistant replied to patients' messages, by kind, topic and treatments."""
    parts = (Message.counted_as, Message.topic, Message.treatments)
    query = (
        select(*parts, func.count())
        .where(_within(span), Message.author == Author.BOT.value, Message.counted_as.is_not(None))
        .group_by(*parts)
    )
    return [
        Asked(counted_as=Counted(kind), topic=topic, treatments=tuple((treatments or "").split()), count=count)
        for kind, topic, treatments, count in session.execute(query)
    ]


def messages_by_quarter(session: Session, period: Period) -> dict[int, int]:
    """Give how many messages patients wrote in each quarter of an hour."""
    quarter = quarter_of(Message.created_at)
    query = select(quarter, func.count()).where(_within(period), _by_patient()).group_by(quarter)
    return {int(found): count for found, count in session.execute(query)}


def chats_by_channel(session: Session, period: Period) -> dict[str, int]:
    """Give in how many conversations patients wrote, by channel."""
    written = select(Message.conversation_id).where(_within(period), _by_patient())
    query = select(Conversation.channel, func.count()).where(Conversation.id.in_(written))
    rows = session.execute(query.group_by(Conversation.channel)).all()
    return dict(rows)


def answered_chats(session: Session, period: Period) -> list[AnsweredChat]:
    """Give the conversations in which the assistant gave an answer."""
    kinds = (Counted.ANSWERED.value, Counted.NO_ANSWER.value, *_LEFT_OPEN)
    last_answer = func.max(case((Message.counted_as == Counted.ANSWERED.value, Message.created_at)))
    last_open = func.max(case((Message.counted_as.in_(_LEFT_OPEN), Message.created_at)))
    missing = func.max(case((Message.counted_as == Counted.NO_ANSWER.value, 1), else_=0))
    ended = (
        select(
            Message.conversation_id,
            case((missing == 1, 1), (last_open > last_answer, 1), else_=0).label("left_open"),
        )
        .where(_within(period), Message.counted_as.in_(kinds))
        .group_by(Message.conversation_id)
        .having(last_answer.is_not(None))
        .subquery()
    )
    query = select(ended.c.conversation_id, Conversation.channel, ended.c.left_open).join(
        Conversation, Conversation.id == ended.c.conversation_id
    )
    return [
        AnsweredChat(conversation_id=known, channel=channel, left_open=bool(left_open))
        for known, channel, left_open in session.execute(query)
    ]


def with_ticket_since(session: Session, start: dt.datetime) -> set[str]:
    """Give the conversations that were passed to staff since a time, even if that was taken back."""
    return set(session.scalars(select(Ticket.conversation_id).where(_last_opened() >= start)))


def with_thumbs_down_since(session: Session, start: dt.datetime) -> set[str]:
    """Give the conversations in which an answer was said not to help, or to be on another topic, since a time."""
    return set(
        session.scalars(
            select(Feedback.conversation_id).where(Feedback.helpful.is_(False), Feedback.created_at >= start)
        )
    )


def with_danger_since(session: Session, start: dt.datetime) -> set[str]:
    """Give the conversations with a card since a time, or a check that was not answered with a no."""
    cards = select(Message.conversation_id).where(
        Message.created_at >= start,
        Message.author == Author.BOT.value,
        Message.counted_as == Counted.CARD.value,
    )
    checks = select(SafetyRecord.conversation_id).where(
        SafetyRecord.shown == Shown.CHECK.value,
        SafetyRecord.shown_at >= start,
        SafetyRecord.answer.is_distinct_from(SafetyAnswer.NO.value),
    )
    return set(session.scalars(cards.union(checks)))


def tickets(session: Session, period: Period) -> Sequence[Ticket]:
    """Give the tickets that were opened in a period, oldest first."""
    query = select(Ticket).where(Ticket.opened_at >= period.start, Ticket.opened_at < period.end)
    return session.scalars(query.order_by(Ticket.id)).all()


def merged_conversations(session: Session) -> list[tuple[int, str]]:
    """Give the conversations of tickets that are part of others now, each with the number of that other one."""
    query = select(Ticket.merged_into_id, Ticket.conversation_id).where(Ticket.merged_into_id.is_not(None))
    return [(into, known) for into, known in session.execute(query) if into is not None]


def staff_replies_since(session: Session, start: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """Give when staff wrote to which conversation, from a time on and in the order of time."""
    query = (
        select(Message.conversation_id, Message.created_at)
        .where(Message.created_at >= start, Message.author == Author.STAFF.value)
        .order_by(Message.created_at)
    )
    return [(known, at) for known, at in session.execute(query)]


def cards(session: Session, period: Period) -> list[tuple[str, dict[str, Any]]]:
    """Give the cards that were shown, each with its conversation and as it was stored."""
    query = select(Message.conversation_id, Message.reply).where(*_is_card(period))
    return [(known, reply or {}) for known, reply in session.execute(query)]


def not_about_now(session: Session, start: dt.datetime) -> set[int]:
    """Give the patients' messages since a time whose card they said was not about them now."""
    return set(
        session.scalars(
            select(SafetyRecord.message_id).where(
                SafetyRecord.answer == SafetyAnswer.NOT_NOW.value, SafetyRecord.answered_at >= start
            )
        )
    )


def checks(session: Session, period: Period) -> list[tuple[str, str | None, int]]:
    """Give how many checks were put, by sign and by what the patient answered."""
    parts = (SafetyRecord.sign, SafetyRecord.answer)
    query = select(*parts, func.count()).where(
        SafetyRecord.shown == Shown.CHECK.value,
        SafetyRecord.shown_at >= period.start,
        SafetyRecord.shown_at < period.end,
    )
    return [(sign, answer, count) for sign, answer, count in session.execute(query.group_by(*parts))]


def newest_tickets_of_cards(session: Session, period: Period) -> dict[str, Ticket]:
    """Give the newest ticket of each conversation that a card was shown in."""
    carded = select(Message.conversation_id).where(*_is_card(period))
    query = select(Ticket).where(Ticket.conversation_id.in_(carded)).order_by(Ticket.id)
    return {ticket.conversation_id: ticket for ticket in session.scalars(query)}


def thumbs(session: Session, period: Period) -> list[tuple[str, bool, str | None, int]]:
    """Give how often answers were said to help or not, by answer and reason."""
    parts = (Feedback.answer_id, Feedback.helpful, Feedback.reason)
    query = select(*parts, func.count()).where(Feedback.created_at >= period.start, Feedback.created_at < period.end)
    return [
        (answer, helpful, reason, count) for answer, helpful, reason, count in session.execute(query.group_by(*parts))
    ]


def unclear(session: Session, period: Period, *, limit: int) -> list[Unclear]:
    """Give the newest messages that were not understood, each with the conversation's newest ticket."""
    patients, ticket = aliased(Message), aliased(Ticket)
    newest = select(func.max(ticket.id)).where(ticket.conversation_id == Message.conversation_id).scalar_subquery()
    query = (
        select(patients.id, Message.conversation_id, patients.created_at, patients.text, newest)
        .join(patients, patients.id == Message.in_reply_to)
        .where(
            _within(period),
            Message.author == Author.BOT.value,
            Message.counted_as == Counted.NOT_UNDERSTOOD.value,
        )
        .order_by(Message.created_at.desc())
        .limit(limit)
    )
    return [
        Unclear(message_id=number, conversation_id=known, at=at, words=words, ticket_id=ticket_id)
        for number, known, at, words, ticket_id in session.execute(query)
    ]


def _within(span: Span | Period) -> ColumnElement[bool]:
    return and_(Message.created_at >= span.start, Message.created_at < span.end)


def _is_card(period: Period) -> tuple[ColumnElement[bool], ...]:
    return (_within(period), Message.author == Author.BOT.value, Message.counted_as == Counted.CARD.value)


def _by_patient() -> ColumnElement[bool]:
    return Message.author == Author.PATIENT.value


def _last_opened() -> ColumnElement[dt.datetime]:
    return func.coalesce(Ticket.reopened_at, Ticket.opened_at)

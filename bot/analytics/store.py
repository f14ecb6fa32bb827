"""The only SQL of the figures: it counts what other packages have stored, and writes nothing.

All that is counted of messages stands in one index, `ix_messages_figures`: whole answers need not be read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, ScalarSelect, Select, and_, case, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Integer

from bot.analytics.period import QUARTER, Period
from bot.conversations.models import Conversation, Message
from bot.curation.models import GatheredQuestion
from bot.curation.states import WhyGathered
from bot.escalation.models import DangerJudgement, SafetyRecord, Ticket
from bot.knowledge.models import Feedback
from bot.vocabulary import Author, Channel, Counted, Judgement, SafetyAnswer, Shown

_LEFT_OPEN = (Counted.ASKED_BACK, Counted.NOT_UNDERSTOOD)
_ENDS = (Counted.ANSWERED, Counted.NO_ANSWER, *_LEFT_OPEN)


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


class Against(Enum):
    """Why a conversation is not safely contained: the first of these that holds."""

    NOT_ANSWERED = "not_answered"
    DANGER = "danger"
    PASSED_ON = "passed_on"
    NOT_HELPFUL = "not_helpful"
    LEFT_OPEN = "left_open"


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """What figures need of a ticket, under the names of its columns."""

    id: int
    conversation_id: str
    reason: str
    urgency: str
    status: str
    resolution: str | None
    opened_at: dt.datetime
    reopened_at: dt.datetime | None
    promised_at: dt.datetime | None
    resolved_at: dt.datetime | None
    merged_into_id: int | None


@dataclass(frozen=True, kw_only=True)
class Behind:
    """A conversation behind a figure, and its newest ticket; None where staff have none."""

    conversation_id: str
    at: dt.datetime
    ticket_id: int | None


@dataclass(frozen=True, kw_only=True)
class Unclear(Behind):
    """A message that was not understood; its words are for grouping, and go nowhere else."""

    words: str


def asked(session: Session, period: Period, kinds: Collection[Counted]) -> list[Asked]:
    """Give what the assistant replied to patients' messages, of these kinds, by kind, topic and treatments."""
    parts = (Message.counted_as, Message.topic, Message.treatments)
    query = select(*parts, func.count()).where(_within(period), *_counted(*kinds)).group_by(*parts)
    return [
        Asked(counted_as=Counted(kind), topic=topic, treatments=tuple((treatments or "").split()), count=count)
        for kind, topic, treatments, count in session.execute(query)
    ]


def messages_by_quarter(session: Session, period: Period) -> dict[int, int]:
    """Give how many messages patients wrote in each quarter of an hour."""
    quarter = quarter_of(Message.created_at)
    query = select(quarter, func.count()).where(_within(period), *_written(Author.PATIENT)).group_by(quarter)
    return {int(found): count for found, count in session.execute(query)}


def chats_by_channel(session: Session, period: Period) -> dict[str, int]:
    """Give in how many conversations patients wrote, by channel."""
    known = Message.conversation_id
    chats = select(known).where(_within(period), *_written(Author.PATIENT)).group_by(known).subquery()
    channel = select(_channel_of(chats.c.conversation_id).label("channel")).subquery().c.channel
    rows = session.execute(select(channel, func.count()).group_by(channel)).all()
    return dict(rows)


def answered_chats(session: Session, period: Period) -> list[tuple[str, Against | None, int]]:
    """Give in how many conversations the assistant gave an answer, by channel and by what speaks against it.

    What was heard later than in the period counts too.
    """
    known = Message.conversation_id
    last_answer = _last(Counted.ANSWERED)
    ended = (
        select(known, case((_last(*_LEFT_OPEN) > last_answer, True), else_=False).label("left_open"))
        .add_columns(func.max(_one_if(Message.counted_as == Counted.NO_ANSWER.value)).label("missing"))
        .where(_within(period), *_counted(*_ENDS))
        .group_by(known)
        .having(last_answer.is_not(None))
        .subquery()
    )
    chat = ended.c.conversation_id
    against = case(
        (chat.in_(_with_danger(period.start)), Against.DANGER.value),
        (chat.in_(_with_ticket(period.start)), Against.PASSED_ON.value),
        (chat.in_(_contradicted(period.start)), Against.NOT_HELPFUL.value),
        (or_(ended.c.left_open, ended.c.missing == 1), Against.LEFT_OPEN.value),
    )
    # Worked out once for each conversation, and then counted.
    judged = select(_channel_of(chat).label("channel"), against.label("against")).subquery()
    query = select(judged.c.channel, judged.c.against, func.count()).group_by(judged.c.channel, judged.c.against)
    return [(name, None if why is None else Against(why), count) for name, why, count in session.execute(query)]


def _with_danger(start: dt.datetime) -> CompoundSelect[str]:
    """Select the conversations with a card since a time, a check not answered with a no, or a danger missed."""
    cards = select(Message.conversation_id).where(Message.created_at >= start, *_counted(Counted.CARD))
    checks = select(SafetyRecord.conversation_id).where(
        SafetyRecord.shown == Shown.CHECK.value,
        SafetyRecord.shown_at >= start,
        SafetyRecord.answer.is_distinct_from(SafetyAnswer.NO.value),
    )
    missed = select(DangerJudgement.conversation_id).where(
        DangerJudgement.judgement == Judgement.MISSED.value, DangerJudgement.judged_at >= start
    )
    return cards.union(checks, missed)


def _with_ticket(start: dt.datetime) -> Select[str]:
    """Select the conversations that were passed to staff since a time, even if that was taken back."""
    return select(Ticket.conversation_id).where(func.coalesce(Ticket.reopened_at, Ticket.opened_at) >= start)


def _contradicted(start: dt.datetime) -> CompoundSelect[str]:
    """Select the conversations with an answer since a time that did not help, or that staff found off topic."""
    thumbs_down = select(Feedback.conversation_id).where(Feedback.helpful.is_(False), Feedback.created_at >= start)
    off_topic = select(GatheredQuestion.conversation_id).where(
        GatheredQuestion.why == WhyGathered.WRONG_TOPIC.value, GatheredQuestion.asked_at >= start
    )
    return thumbs_down.union(off_topic)


def tickets(session: Session, period: Period) -> list[OpenedTicket]:
    """Give the tickets that were opened in a period, oldest first."""
    columns = [getattr(Ticket, field.name) for field in fields(OpenedTicket)]
    query = select(*columns).where(Ticket.opened_at >= period.start, Ticket.opened_at < period.end)
    return [OpenedTicket(*row) for row in session.connection().execute(query.order_by(Ticket.id))]


def merged_conversations(session: Session) -> list[tuple[int, str]]:
    """Give the conversations of tickets that are part of others now, each with the number of that other one."""
    query = select(Ticket.merged_into_id, Ticket.conversation_id).where(Ticket.merged_into_id.is_not(None))
    return [(into, known) for into, known in session.execute(query) if into is not None]


def staff_replies_since(session: Session, start: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """Give when staff wrote to which conversation, from a time on and in the order of time."""
    query = (
        select(Message.conversation_id, Message.created_at)
        .where(Message.created_at >= start, *_written(Author.STAFF))
        .order_by(Message.created_at)
    )
    return [(known, at) for known, at in session.connection().execute(query)]


def cards(session: Session, period: Period) -> list[tuple[str, dict[str, Any]]]:
    """Give the cards that were shown, each with its conversation and as it was stored."""
    query = select(Message.conversation_id, Message.reply).where(_within(period), *_counted(Counted.CARD))
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


def tickets_of_cards(session: Session, period: Period) -> dict[str, tuple[str, str | None]]:
    """Give status and resolution of the newest ticket of each conversation that a card was shown in."""
    carded = select(Message.conversation_id).where(_within(period), *_counted(Counted.CARD))
    query = select(Ticket.conversation_id, Ticket.status, Ticket.resolution).where(Ticket.conversation_id.in_(carded))
    return {known: (status, resolution) for known, status, resolution in session.execute(query.order_by(Ticket.id))}


def thumbs(session: Session, period: Period) -> list[tuple[str, bool, str | None, int]]:
    """Give how often answers were said to help or not, by answer and reason."""
    parts = (Feedback.answer_id, Feedback.helpful, Feedback.reason)
    query = select(*parts, func.count()).where(Feedback.created_at >= period.start, Feedback.created_at < period.end)
    return [
        (answer, helpful, reason, count) for answer, helpful, reason, count in session.execute(query.group_by(*parts))
    ]


def unclear(session: Session, period: Period, *, limit: int) -> list[Unclear]:
    """Give the newest messages that were not understood, each with the conversation's newest ticket."""
    patients = aliased(Message)
    query = (
        select(Message.conversation_id, patients.created_at, patients.text, _newest_ticket())
        .join(patients, patients.id == Message.in_reply_to)
        .where(_within(period), *_counted(Counted.NOT_UNDERSTOOD))
        .order_by(Message.created_at.desc())
        .limit(limit)
    )
    return [
        Unclear(conversation_id=known, at=at, words=words, ticket_id=ticket_id)
        for known, at, words, ticket_id in session.execute(query)
    ]


def behind(
    session: Session, period: Period, kinds: Collection[Counted], *, topic: str | None, limit: int
) -> list[Behind]:
    """Give the newest conversations with a reply of these kinds, on a topic if one is named."""
    last = func.max(Message.created_at)
    query = select(Message.conversation_id, last, _newest_ticket()).where(_within(period), *_counted(*kinds))
    if topic is not None:
        query = query.where(Message.topic == topic)
    query = query.group_by(Message.conversation_id).order_by(last.desc()).limit(limit)
    return [Behind(conversation_id=known, at=at, ticket_id=ticket) for known, at, ticket in session.execute(query)]


def _newest_ticket() -> ScalarSelect[int]:
    ticket = aliased(Ticket)
    query = select(func.max(ticket.id)).where(ticket.conversation_id == Message.conversation_id)
    return query.correlate(Message).scalar_subquery()


def _channel_of(known: ColumnElement[str]) -> ColumnElement[str]:
    """Give a conversation's channel; to look up the few that are not the web chat's takes half as long as to join."""
    others = [channel.value for channel in Channel if channel is not Channel.WEB_CHAT]
    return case(
        *((known.in_(select(Conversation.id).where(Conversation.channel == other)), other) for other in others),
        else_=Channel.WEB_CHAT.value,
    )


def _within(period: Period) -> ColumnElement[bool]:
    return and_(Message.created_at >= period.start, Message.created_at < period.end)


def _counted(*kinds: Counted) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions of a reply that counts as one of these kinds."""
    return Message.author == Author.BOT.value, Message.counted_as.in_([kind.value for kind in kinds])


def _written(author: Author) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions of a message of a patient or of staff; that it is not counted lets the index find it."""
    return Message.author == author.value, Message.counted_as.is_(None)


def _last(*kinds: Counted) -> ColumnElement[dt.datetime | None]:
    """Give, of a group of replies, when the last of these kinds was."""
    return func.max(case((Message.counted_as.in_([kind.value for kind in kinds]), Message.created_at)))


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)

"""The only SQL on what staff say of the look for danger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, aliased

from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.escalation.models import DangerJudgement, Ticket
from bot.staff.models import StaffMember
from bot.vocabulary import Judgement


@dataclass(frozen=True, kw_only=True)
class JudgementView:
    """What a staff member says of a message.

    Attributes:
        text: What the message says; empty where nobody asked for it.
        ticket_id: The conversation's newest ticket; None if staff have none, or nobody asked.
    """

    message_id: int
    conversation_id: str
    staff_member_id: int
    staff_name: str
    judgement: Judgement
    judged_at: dt.datetime
    text: str = ""
    ticket_id: int | None = None


def find(session: Session, message_id: int, staff_member_id: int) -> DangerJudgement | None:
    """Give what a staff member said of a message."""
    return session.get(DangerJudgement, (message_id, staff_member_id), with_for_update=True)


def keep(session: Session, *, message_id: int, conversation_id: str, staff_member_id: int, says: Judgement) -> None:
    """Store what a staff member says of a message, in place of what they said before."""
    row = session.get(DangerJudgement, (message_id, staff_member_id))
    if row is None:
        row = DangerJudgement(message_id=message_id, staff_member_id=staff_member_id, conversation_id=conversation_id)
        session.add(row)
    row.judgement, row.judged_at = says.value, utc_now()
    session.flush()


def delete(session: Session, row: DangerJudgement) -> None:
    """Delete what a staff member said."""
    session.delete(row)
    session.flush()


def of(session: Session, conversation_ids: Collection[str]) -> list[JudgementView]:
    """Give what staff say of the messages of these conversations, oldest first."""
    query = (
        select(DangerJudgement, StaffMember.name)
        .join(StaffMember, StaffMember.id == DangerJudgement.staff_member_id)
        .where(DangerJudgement.conversation_id.in_(conversation_ids))
        .order_by(DangerJudgement.judged_at)
    )
    return [_view(row, name) for row, name in session.execute(query)]


def newest(
    session: Session, *, before: tuple[dt.datetime, int, int] | None = None, limit: int | None = None
) -> list[JudgementView]:
    """Give what staff say, the newest first, with the patients' words from the transcript.

    Args:
        session: The open session.
        before: Time, message and staff member of the last one of the page before.
        limit: How many at most; None for all.
    """
    later = aliased(Ticket)
    ticket = select(func.max(later.id)).where(later.conversation_id == DangerJudgement.conversation_id)
    order = (DangerJudgement.judged_at, DangerJudgement.message_id, DangerJudgement.staff_member_id)
    query = (
        select(DangerJudgement, StaffMember.name, Message.text, ticket.scalar_subquery())
        .join(StaffMember, StaffMember.id == DangerJudgement.staff_member_id)
        .join(Message, Message.id == DangerJudgement.message_id)
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    if before is not None:
        query = query.where(tuple_(*order) < tuple_(*before))
    return [_view(*row) for row in session.execute(query)]


def counts(session: Session) -> dict[Judgement, int]:
    """Give how often staff said which."""
    rows = session.execute(select(DangerJudgement.judgement, func.count()).group_by(DangerJudgement.judgement)).all()
    found: dict[str, int] = dict(rows)
    return {judgement: found.get(judgement.value, 0) for judgement in Judgement}


def _view(row: DangerJudgement, name: str, text: str = "", ticket_id: int | None = None) -> JudgementView:
    return JudgementView(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        staff_member_id=row.staff_member_id,
        staff_name=name,
        judgement=Judgement(row.judgement),
        judged_at=row.judged_at,
        text=text,
        ticket_id=ticket_id,
    )

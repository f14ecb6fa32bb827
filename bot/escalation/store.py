"""The only SQL on tickets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, delete, func, or_, select
from sqlalchemy.orm import Session

from bot.conversations.models import Conversation, Message
from bot.db.engine import utc_now
from bot.errors import NotFoundError
from bot.escalation.models import CannedReply, Ticket, TicketNote
from bot.staff.models import StaffMember
from bot.vocabulary import Channel, EscalationReason, Resolution, TicketStatus, Urgency


@dataclass(frozen=True, kw_only=True)
class TicketView:
    """A ticket with what staff need to see of its conversation."""

    id: int
    conversation_id: str
    reason: EscalationReason
    urgency: Urgency
    status: TicketStatus
    signs: tuple[str, ...]
    assignee_id: int | None
    assignee_name: str | None
    patient_name: str | None
    patient_phone: str | None
    patient_email: str | None
    channel: Channel
    treatment: str | None
    helped: bool | None
    first_line: str
    opened_at: dt.datetime
    promised_at: dt.datetime | None
    raised_at: dt.datetime | None
    call_back_at: dt.datetime | None
    snoozed_until: dt.datetime | None
    reopened_at: dt.datetime | None
    resolved_at: dt.datetime | None
    resolution: Resolution | None
    merged_into_id: int | None


# Made once: every message of a patient asks for it.
_UNRESOLVED = select(Ticket).where(
    Ticket.conversation_id == bindparam("conversation_id"), Ticket.status != TicketStatus.RESOLVED.value
)


def find_unresolved(session: Session, conversation_id: str) -> Ticket | None:
    """Give the conversation's ticket that is not resolved, if there is one."""
    return session.scalar(_UNRESOLVED, {"conversation_id": conversation_id})


def find_resolved(session: Session, conversation_id: str, *, since: dt.datetime) -> Ticket | None:
    """Give the conversation's newest ticket if it was resolved since then, and not as part of another."""
    query = (
        select(Ticket)
        .where(
            Ticket.conversation_id == conversation_id,
            Ticket.resolved_at >= since,
            Ticket.resolution != Resolution.MERGED.value,
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def lock_ticket(session: Session, ticket_id: int) -> Ticket:
    """Give a ticket that nobody else changes until this transaction ends.

    Raises:
        NotFoundError: There is none with this number.
    """
    found = session.get(Ticket, ticket_id, with_for_update=True)
    if found is None:
        raise NotFoundError(f"There is no ticket {ticket_id}.")
    return found


def get_ticket(session: Session, ticket_id: int) -> Ticket:
    """Give a ticket.

    Raises:
        NotFoundError: There is none with this number.
    """
    found = session.get(Ticket, ticket_id)
    if found is None:
        raise NotFoundError(f"There is no ticket {ticket_id}.")
    return found


def add_ticket(
    session: Session,
    *,
    conversation_id: str,
    message_id: int | None,
    reason: EscalationReason,
    urgency: Urgency,
    signs: Sequence[str],
    promised_at: dt.datetime | None,
) -> Ticket:
    """Store a new open ticket."""
    ticket = Ticket(
        conversation_id=conversation_id,
        message_id=message_id,
        reason=reason.value,
        urgency=urgency.value,
        status=TicketStatus.OPEN.value,
        signs=list(signs),
        opened_at=utc_now(),
        promised_at=promised_at,
    )
    session.add(ticket)
    session.flush()
    return ticket


def count_waiting_before(session: Session, ticket: Ticket) -> int:
    """Give how many tickets that nobody has come before this one: more urgent, or as urgent and older."""
    urgency = Urgency(ticket.urgency)
    more_urgent = [other.value for other in Urgency if other.rank > urgency.rank]
    query = (
        select(func.count())
        .select_from(Ticket)
        .where(
            Ticket.status == TicketStatus.OPEN.value,
            or_(
                Ticket.urgency.in_(more_urgent),
                and_(Ticket.urgency == urgency.value, _waiting_since() < (ticket.reopened_at or ticket.opened_at)),
            ),
        )
    )
    return session.scalar(query) or 0


def overdue(session: Session, now: dt.datetime) -> list[Ticket]:
    """Give the tickets that nobody took by the promised time and that were not raised yet, the oldest promise first."""
    query = (
        select(Ticket)
        .where(Ticket.status == TicketStatus.OPEN.value, Ticket.promised_at <= now, Ticket.raised_at.is_(None))
        .order_by(Ticket.promised_at)
    )
    return list(session.scalars(query))


def of_status(session: Session, status: TicketStatus) -> list[Ticket]:
    """Give the tickets of a status, oldest first."""
    return list(session.scalars(select(Ticket).where(Ticket.status == status.value).order_by(Ticket.id)))


def _waiting_since() -> ColumnElement[dt.datetime]:
    return func.coalesce(Ticket.reopened_at, Ticket.opened_at)


def view(session: Session, ticket_id: int) -> TicketView:
    """Give one ticket as staff see it.

    Raises:
        NotFoundError: There is none with this number.
    """
    rows = session.execute(with_conversation().where(Ticket.id == ticket_id)).all()
    if not rows:
        raise NotFoundError(f"There is no ticket {ticket_id}.")
    return views_of(rows)[0]


def views(session: Session, *, statuses: Sequence[TicketStatus]) -> list[TicketView]:
    """Give all tickets of these statuses: most urgent first, then the oldest."""
    rank = case({urgency.value: -urgency.rank for urgency in Urgency}, value=Ticket.urgency)
    query = (
        with_conversation()
        .where(Ticket.status.in_([status.value for status in statuses]))
        .order_by(case((Ticket.status == TicketStatus.RESOLVED.value, 1), else_=0), rank, Ticket.opened_at)
    )
    return views_of(session.execute(query).all())


def merged_into(session: Session, ticket_id: int) -> list[TicketView]:
    """Give the tickets that were merged into this one, oldest first."""
    query = with_conversation().where(Ticket.merged_into_id == ticket_id).order_by(Ticket.id)
    return views_of(session.execute(query).all())


def counts(session: Session) -> dict[TicketStatus, int]:
    """Give how many tickets there are of each status."""
    rows = session.execute(select(Ticket.status, func.count()).group_by(Ticket.status)).all()
    found: dict[str, int] = dict(rows)
    return {status: found.get(status.value, 0) for status in TicketStatus}


def with_conversation() -> Select[Ticket, Conversation, str | None, str | None]:
    """Select tickets with what `views_of` needs of their conversations; more columns may be added after that."""
    return (
        select(Ticket, Conversation, StaffMember.name, Message.text)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .outerjoin(StaffMember, StaffMember.id == Ticket.assignee_id)
        .outerjoin(Message, Message.id == Ticket.message_id)
    )


def views_of(rows: Iterable[Sequence[Any]]) -> list[TicketView]:
    """Turn rows of `with_conversation` into the form that staff see."""
    return [_view(row[0], row[1], row[2], row[3]) for row in rows]


def _view(ticket: Ticket, conversation: Conversation, assignee_name: str | None, text: str | None) -> TicketView:
    return TicketView(
        id=ticket.id,
        conversation_id=ticket.conversation_id,
        reason=EscalationReason(ticket.reason),
        urgency=Urgency(ticket.urgency),
        status=TicketStatus(ticket.status),
        signs=tuple(str(sign) for sign in ticket.signs),
        assignee_id=ticket.assignee_id,
        assignee_name=assignee_name,
        patient_name=conversation.patient_name,
        patient_phone=conversation.patient_phone,
        patient_email=conversation.patient_email,
        channel=Channel(conversation.channel),
        treatment=ticket.treatment,
        helped=ticket.helped,
        first_line=" ".join((text or "").split())[:140],
        opened_at=ticket.opened_at,
        promised_at=ticket.promised_at,
        raised_at=ticket.raised_at,
        call_back_at=ticket.call_back_at,
        snoozed_until=ticket.snoozed_until,
        reopened_at=ticket.reopened_at,
        resolved_at=ticket.resolved_at,
        resolution=None if ticket.resolution is None else Resolution(ticket.resolution),
        merged_into_id=ticket.merged_into_id,
    )


def add_note(session: Session, *, ticket_id: int, staff_member_id: int, text: str, mentions: Sequence[int]) -> None:
    """Store a note of staff."""
    session.add(
        TicketNote(
            ticket_id=ticket_id,
            staff_member_id=staff_member_id,
            text=text,
            mentions=list(mentions),
            created_at=utc_now(),
        )
    )


def notes(session: Session, ticket_id: int) -> list[TicketNote]:
    """Give the notes on a ticket, oldest first."""
    return list(session.scalars(select(TicketNote).where(TicketNote.ticket_id == ticket_id).order_by(TicketNote.id)))


def canned_replies(session: Session) -> list[CannedReply]:
    """Give the clinic's own texts, by shortcut."""
    return list(session.scalars(select(CannedReply).order_by(CannedReply.shortcut)))


def keep_canned_reply(session: Session, *, shortcut: str, text: str) -> None:
    """Store a text of the clinic's own, in place of the one with this shortcut if there is one."""
    known = session.scalar(select(CannedReply).where(CannedReply.shortcut == shortcut))
    if known is None:
        session.add(CannedReply(shortcut=shortcut, text=text))
    else:
        known.text = text


def delete_canned_reply(session: Session, shortcut: str) -> None:
    """Delete a text of the clinic's own."""
    session.execute(delete(CannedReply).where(CannedReply.shortcut == shortcut))

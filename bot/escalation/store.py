"""The only SQL on tickets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, delete, func, or_, select
from sqlalchemy.orm import Session

from bot.conversations.models import Conversation, Message
from bot.db.engine import utc_now
from bot.errors import NotFoundError
from bot.escalation.models import CannedReply, Ticket, TicketLabel, TicketNote
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
    labels: tuple[str, ...]
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
    resolved_by: str | None
    merged_into_id: int | None


_BETWEEN = "\n"
"""Stands between labels that the database gives as one text; none holds a line's end."""

# Made once: every message of a patient asks for it.
_TICKET_OF = (
    select(Ticket)
    .where(Ticket.conversation_id == bindparam("conversation_id"))
    .order_by(case((Ticket.status == TicketStatus.RESOLVED.value, 1), else_=0), Ticket.id.desc())
    .limit(1)
)


def _ticket_of(session: Session, conversation_id: str) -> Ticket | None:
    """Give the ticket that a conversation belongs to: its unresolved or newest one, or what that was merged into."""
    ticket = session.scalar(_TICKET_OF, {"conversation_id": conversation_id})
    while ticket is not None and ticket.merged_into_id is not None:
        ticket = session.get(Ticket, ticket.merged_into_id)
    return ticket


def find_unresolved(session: Session, conversation_id: str) -> Ticket | None:
    """Give the ticket that a conversation belongs to if it is not resolved."""
    ticket = _ticket_of(session, conversation_id)
    return None if ticket is None or ticket.status == TicketStatus.RESOLVED.value else ticket


def with_unresolved(session: Session, conversation_ids: Collection[str]) -> set[str]:
    """Give those of these conversations that have a ticket that is not resolved."""
    query = select(Ticket.conversation_id).where(
        Ticket.conversation_id.in_(conversation_ids), Ticket.status != TicketStatus.RESOLVED.value
    )
    return set(session.scalars(query))


def find_resolved(session: Session, conversation_id: str, *, since: dt.datetime) -> Ticket | None:
    """Give the ticket that a conversation belongs to if it was resolved since then."""
    ticket = _ticket_of(session, conversation_id)
    return None if ticket is None or ticket.resolved_at is None or ticket.resolved_at < since else ticket


def lock_ticket(session: Session, ticket_id: int) -> Ticket:
    """Give a ticket that nobody else changes until this transaction ends; its conversations are locked before it.

    Raises:
        NotFoundError: There is none with this number.
    """
    # What was read before it was locked may have changed since.
    found = session.get(Ticket, ticket_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError(f"There is no ticket {ticket_id}.")
    return found


def lock_if_free(session: Session, ticket_id: int) -> Ticket | None:
    """Give a ticket that nobody else changes until this transaction ends; None if somebody does so now."""
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update(skip_locked=True)
    return session.scalar(query, execution_options={"populate_existing": True})


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


def of_assignee(session: Session, staff_member_id: int) -> list[Ticket]:
    """Give the unresolved tickets that a staff member has, oldest first."""
    query = select(Ticket).where(Ticket.assignee_id == staff_member_id, Ticket.status != TicketStatus.RESOLVED.value)
    return list(session.scalars(query.order_by(Ticket.id)))


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


def opened_and_unresolved(session: Session) -> list[tuple[TicketStatus, dt.datetime]]:
    """Give where each ticket stands that is not resolved, and since when it has been open."""
    query = select(Ticket.status, Ticket.opened_at).where(Ticket.status != TicketStatus.RESOLVED.value)
    return [(TicketStatus(status), opened_at) for status, opened_at in session.execute(query)]


def views(session: Session, *, statuses: Sequence[TicketStatus]) -> list[TicketView]:
    """Give all tickets of these statuses: most urgent first, then the oldest."""
    rank = case({urgency.value: -urgency.rank for urgency in Urgency}, value=Ticket.urgency)
    query = (
        with_conversation()
        .where(Ticket.status.in_([status.value for status in statuses]))
        .order_by(case((Ticket.status == TicketStatus.RESOLVED.value, 1), else_=0), rank, Ticket.opened_at)
    )
    return views_of(session.execute(query).all())


def of_conversations(session: Session, conversation_ids: Collection[str]) -> list[TicketView]:
    """Give all tickets of these conversations, the newest first."""
    query = with_conversation().where(Ticket.conversation_id.in_(conversation_ids)).order_by(Ticket.id.desc())
    return views_of(session.execute(query).all())


def counts(session: Session) -> dict[TicketStatus, int]:
    """Give how many tickets there are of each status."""
    rows = session.execute(select(Ticket.status, func.count()).group_by(Ticket.status)).all()
    found: dict[str, int] = dict(rows)
    return {status: found.get(status.value, 0) for status in TicketStatus}


def with_conversation() -> Select[Ticket, Conversation, str | None, str | None, str | None]:
    """Select tickets with what `views_of` needs of their conversations; more columns may be added after that."""
    labels = (
        select(func.aggregate_strings(TicketLabel.label, _BETWEEN))
        .where(TicketLabel.ticket_id == Ticket.id)
        .scalar_subquery()
    )
    return (
        select(Ticket, Conversation, StaffMember.name, Message.text, labels)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .outerjoin(StaffMember, StaffMember.id == Ticket.assignee_id)
        .outerjoin(Message, Message.id == Ticket.message_id)
    )


def views_of(rows: Iterable[Sequence[Any]]) -> list[TicketView]:
    """Turn rows of `with_conversation` into the form that staff see."""
    return [_view(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def _view(
    ticket: Ticket, conversation: Conversation, assignee_name: str | None, text: str | None, labels: str | None
) -> TicketView:
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
        labels=tuple(sorted((labels or "").split(_BETWEEN), key=str.casefold)) if labels else (),
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
        resolved_by=ticket.resolved_by,
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

"""The SQL of tickets of one patient: those that could be merged, and the conversations that belong to a merged one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.conversations.models import Conversation
from bot.escalation.models import Ticket
from bot.escalation.store import TicketView, view, views_of, with_conversation
from bot.vocabulary import TicketStatus


def conversation_ids(session: Session, ticket: Ticket) -> list[str]:
    """Give the conversations that a ticket is about: its own first, then those of the tickets merged into it."""
    query = select(Ticket.conversation_id).where(Ticket.merged_into_id == ticket.id, is_the_last_of(Ticket))
    return list(dict.fromkeys([ticket.conversation_id, *session.scalars(query.order_by(Ticket.id))]))


def is_the_last_of(ticket: type[Ticket]) -> ColumnElement[bool]:
    """Tell, in SQL, whether a merged ticket's conversation went to no other ticket since."""
    other = aliased(Ticket)
    return ~exists().where(
        other.conversation_id == ticket.conversation_id,
        other.merged_into_id.is_distinct_from(ticket.merged_into_id),
        or_(other.id > ticket.id, other.status != TicketStatus.RESOLVED.value),
    )


def of_same_patient(session: Session, ticket_id: int) -> list[TicketView]:
    """Give the other unresolved tickets whose patient left the same phone number or email address."""
    mine = view(session, ticket_id)
    same = [
        column == value
        for column, value in (
            (Conversation.patient_phone, mine.patient_phone),
            (func.lower(Conversation.patient_email), (mine.patient_email or "").lower()),
        )
        if value
    ]
    if not same:
        return []
    query = with_conversation().where(or_(*same), Ticket.id != ticket_id, Ticket.status != TicketStatus.RESOLVED.value)
    return views_of(session.execute(query.order_by(Ticket.id)).all())


def merged_into(session: Session, ticket_id: int) -> list[TicketView]:
    """Give the tickets that were merged into this one, oldest first."""
    query = with_conversation().where(Ticket.merged_into_id == ticket_id).order_by(Ticket.id)
    return views_of(session.execute(query).all())

"""The SQL of tickets of one patient: which could be merged, and which conversations belong to a merged one."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.channels import store as numbers
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.escalation.models import Ticket
from bot.escalation.store import TicketView, views_of, with_conversation
from bot.vocabulary import TicketStatus


def conversation_ids(session: Session, ticket: Ticket) -> list[str]:
    """Give the conversations that a ticket is about: its own first, then those of the tickets merged into it."""
    return list(dict.fromkeys([ticket.conversation_id, *session.scalars(_merged_into(), {"ticket_id": ticket.id})]))


@cache
def _merged_into() -> Select[str]:
    """Select the conversations of the tickets merged into `ticket_id`: said once, since each message asks for them."""
    merged = select(Ticket.conversation_id).where(Ticket.merged_into_id == bindparam("ticket_id"))
    return merged.where(_is_the_last_of(Ticket)).order_by(Ticket.id)


@cache
def conversations_of() -> Select[str]:
    """Select, for each ticket of the query around it, the same conversations; none for one that was merged away."""
    part = aliased(Ticket)
    own = and_(part.id == Ticket.id, part.merged_into_id.is_(None))
    merged = and_(part.merged_into_id == Ticket.id, _is_the_last_of(part))
    return select(part.conversation_id).where(or_(own, merged)).correlate(Ticket)


def tickets_of(conversation_ids: Select[str]) -> Select[int]:
    """Select the tickets that these conversations belong to, as `conversations_of` has it from the other side."""
    part = aliased(Ticket)
    return select(func.coalesce(part.merged_into_id, part.id)).where(
        part.conversation_id.in_(conversation_ids), or_(part.merged_into_id.is_(None), _is_the_last_of(part))
    )


def _is_the_last_of(ticket: type[Ticket]) -> ColumnElement[bool]:
    """Tell, in SQL, whether a merged ticket's conversation went to no other ticket since."""
    other = aliased(Ticket)
    return ~exists().where(
        other.conversation_id == ticket.conversation_id,
        other.merged_into_id.is_distinct_from(ticket.merged_into_id),
        or_(other.id > ticket.id, other.status != TicketStatus.RESOLVED.value),
    )


def spoken_to_in(session: Session, ticket: Ticket) -> str:
    """Give the conversation in which a ticket's patient wrote last: there they hear from us.

    One in which they want no messages is passed over as long as there is another.
    """
    known = conversation_ids(session, ticket)
    if len(known) == 1:
        return known[0]
    reached = [each for each in known if not numbers.is_opted_out(session, each)]
    return max(reached or known, key=lambda each: conversations.last_inbound_id(session, each) or 0)


def transcript(session: Session, ticket: Ticket) -> list[StoredMessage]:
    """Give the newest messages of all of a ticket's conversations, in the order in which they were stored."""
    said = (conversations.transcript(session, each) for each in conversation_ids(session, ticket))
    return sorted((message for messages in said for message in messages), key=lambda message: message.id)


def newest_id(session: Session, ticket: Ticket) -> int:
    """Give the id of the newest message of a ticket's conversations, or 0."""
    return max(conversations.newest_id(session, each) for each in conversation_ids(session, ticket))


def last_inbound_id(session: Session, ticket: Ticket) -> int:
    """Give the id of the newest message that a ticket's patient wrote, or 0."""
    known = conversation_ids(session, ticket)
    return max(conversations.last_inbound_id(session, each) or 0 for each in known)


def last_said_by_patient(session: Session, ticket_id: int) -> str:
    """Give what a ticket's patient wrote last; empty if they wrote nothing."""
    ticket = session.get_one(Ticket, ticket_id)
    return conversations.text_of(session, last_inbound_id(session, ticket))


def merged_into(session: Session, ticket_id: int) -> list[TicketView]:
    """Give the tickets that were merged into this one, oldest first."""
    query = with_conversation().where(Ticket.merged_into_id == ticket_id).order_by(Ticket.id)
    return views_of(session.execute(query).all())

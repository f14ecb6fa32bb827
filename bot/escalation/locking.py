"""The one order of locks: conversations first, by their ids, then tickets; so no two that change one wait for ever."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.conversations import several_store
from bot.errors import ConflictError
from bot.escalation import store
from bot.escalation.merging.merged_store import conversation_ids
from bot.escalation.models import Ticket

MOVED = "Somebody has just changed which conversations belong to this ticket. Look at it again."


def lock_tickets(session: Session, *ticket_ids: int) -> list[Ticket]:
    """Give tickets that nobody else changes until this transaction ends, nor who answers in their conversations.

    Args:
        session: The open write session, which has locked nothing yet.
        ticket_ids: Which.

    Raises:
        ConflictError: Two of them were merged or parted while they were waited for.
        NotFoundError: There is no such ticket.
    """
    seen = _conversations(session, [store.get_ticket(session, ticket_id) for ticket_id in ticket_ids])
    several_store.lock_conversations(session, seen)
    locked = {ticket_id: store.lock_ticket(session, ticket_id) for ticket_id in sorted(ticket_ids)}
    tickets = [locked[ticket_id] for ticket_id in ticket_ids]
    if _conversations(session, tickets) - seen:
        raise ConflictError(MOVED)
    return tickets


def lock_if_free(session: Session, ticket_id: int) -> Ticket | None:
    """Give a ticket as `lock_tickets` does; None if it is gone, or anything of it is locked by somebody else."""
    known = session.get(Ticket, ticket_id)
    if known is None:
        return None
    seen = _conversations(session, [known])
    if not several_store.lock_conversations(session, seen, unless_locked=True):
        return None
    ticket = store.lock_if_free(session, ticket_id)
    return None if ticket is None or _conversations(session, [ticket]) - seen else ticket


def _conversations(session: Session, tickets: Sequence[Ticket]) -> set[str]:
    return {each for ticket in tickets for each in conversation_ids(session, ticket)}

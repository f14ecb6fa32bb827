"""The only SQL on labels of tickets."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.escalation.models import TicketLabel


def known(session: Session) -> list[str]:
    """Give all labels that some ticket has, in the order of the alphabet."""
    found = session.scalars(select(TicketLabel.label).distinct())
    return sorted(found, key=str.casefold)


def of(session: Session, ticket_id: int) -> set[str]:
    """Give the labels of a ticket."""
    return set(session.scalars(select(TicketLabel.label).where(TicketLabel.ticket_id == ticket_id)))


def add(session: Session, ticket_id: int, label: str) -> None:
    """Store a label that the ticket has not got yet."""
    session.add(TicketLabel(ticket_id=ticket_id, label=label))
    session.flush()


def remove(session: Session, ticket_id: int, label: str) -> None:
    """Delete a label that the ticket has."""
    session.delete(session.get_one(TicketLabel, (ticket_id, label)))
    session.flush()

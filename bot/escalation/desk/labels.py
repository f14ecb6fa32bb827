"""Labels: staff's own words on tickets, put on, taken off, and found again however they are written."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.folding import fold
from bot.errors import ConflictError, InvalidMessageError
from bot.escalation import store
from bot.escalation.change import Change, changed, note
from bot.escalation.desk import labels_store
from bot.staff.actor import Actor

LONGEST = 40
MOST = 10
"""On one ticket; with more of them nobody finds anything."""


class Labels:
    """Keeps the labels of tickets."""

    def __init__(self, database: Database) -> None:
        """Take the database that holds them."""
        self._database = database

    def all(self) -> list[str]:
        """Give all labels that some ticket has."""
        with self._database.read() as session:
            return labels_store.known(session)

    def add(self, ticket_id: int, written: str, by: Actor) -> Change | None:
        """Put a label on a ticket; None if it has it already.

        Raises:
            ConflictError: The ticket has as many as it can.
            InvalidMessageError: It is no label.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket = store.lock_ticket(session, ticket_id)
            label = as_known(session, written)
            has = labels_store.of(session, ticket_id)
            if label in has:
                return None
            if len(has) >= MOST:
                raise ConflictError(f"A ticket has at most {MOST} labels. Take one off first.")
            labels_store.add(session, ticket_id, label)
            note(session, ticket, by, "ticket.label_added", label=label)
            return changed(session, ticket)

    def remove(self, ticket_id: int, written: str, by: Actor) -> Change | None:
        """Take a label off a ticket; None if it does not have it.

        Raises:
            InvalidMessageError: It is no label.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket = store.lock_ticket(session, ticket_id)
            label = as_known(session, written)
            if label not in labels_store.of(session, ticket_id):
                return None
            labels_store.remove(session, ticket_id, label)
            note(session, ticket, by, "ticket.label_removed", label=label)
            return changed(session, ticket)


def as_known(session: Session, written: str) -> str:
    """Give a label as colleagues have written it before, should only capitals and accents differ.

    Raises:
        InvalidMessageError: It is empty or too long.
    """
    label = " ".join(written.split())
    if not 0 < len(label) <= LONGEST:
        raise InvalidMessageError(f"Write a label of at most {LONGEST} characters.")
    return next((known for known in labels_store.known(session) if fold(known) == fold(label)), label)

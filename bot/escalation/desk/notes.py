"""What staff write for each other beside a conversation, and whom they call in with an @."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.db.engine import Database
from bot.errors import InvalidMessageError
from bot.escalation import inbox_store, store
from bot.escalation.change import note
from bot.escalation.locking import lock_tickets
from bot.staff import store as staff
from bot.staff.actor import Actor

MAX_CHARACTERS = 4000


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """A note as the ticket shows it."""

    id: int
    author_name: str
    text: str
    mentioned: tuple[str, ...]
    created_at: dt.datetime


class Notes:
    """Keeps the notes of tickets."""

    def __init__(self, database: Database) -> None:
        """Take the database that holds them."""
        self._database = database

    def add(self, ticket_id: int, text: str, by: Actor) -> tuple[int, ...]:
        """Store a note; give the ids of the staff members whom it mentions.

        Raises:
            InvalidMessageError: It is empty or too long.
            NotFoundError: There is no such ticket.
        """
        text = text.strip()
        if not text:
            raise InvalidMessageError("Write the note first.")
        if len(text) > MAX_CHARACTERS:
            raise InvalidMessageError(f"A note has at most {MAX_CHARACTERS:,} characters.", too_long=True)
        with self._database.write() as session:
            (ticket,) = lock_tickets(session, ticket_id)
            mentioned = mentions(text, staff.names(session))
            store.add_note(
                session, ticket_id=ticket_id, staff_member_id=by.staff_member_id or 0, text=text, mentions=mentioned
            )
            for who in mentioned:
                inbox_store.mention(session, ticket_id=ticket_id, staff_member_id=who)
            note(session, ticket, by, "ticket.note_added")
            return mentioned

    def of(self, ticket_id: int) -> list[NoteView]:
        """Give a ticket's notes, oldest first."""
        with self._database.read() as session:
            names = staff.all_names(session)
            return [
                NoteView(
                    id=row.id,
                    author_name=names.get(row.staff_member_id, "Staff"),
                    text=row.text,
                    mentioned=tuple(names[who] for who in row.mentions if who in names),
                    created_at=row.created_at,
                )
                for row in store.notes(session, ticket_id)
            ]


def mentions(text: str, names: Mapping[int, str]) -> tuple[int, ...]:
    """Give the staff members whose names stand behind an @ in a text.

    Where one name begins like another, the longer one is meant.
    """
    lowered = text.casefold()
    found: set[int] = set()
    for staff_member_id, name in sorted(names.items(), key=lambda item: -len(item[1])):
        wanted = f"@{name.casefold()}"
        if wanted in lowered:
            found.add(staff_member_id)
            lowered = lowered.replace(wanted, " ")
    return tuple(sorted(found))

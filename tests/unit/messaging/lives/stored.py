"""What the store holds of the conversations of a random life, read once after each step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from bot.conversations.models import Conversation, Message
from bot.db.engine import Database
from bot.escalation.merging import merged_store
from bot.escalation.models import SafetyRecord, Ticket
from bot.escalation.store import find_unresolved
from bot.vocabulary import TicketStatus


@dataclass(frozen=True)
class Stored:
    """What stands there now.

    Attributes:
        messages: Those of each conversation, in order.
        conversations: By id.
        tickets: All that were opened for a conversation itself.
        open_ticket: The one that a conversation belongs to now, which may be one that its own was merged into.
        belonging: The conversations that each unresolved ticket knows, with its id.
        records: Of dangers, those of each conversation in order.
        signs: Of all tickets.
    """

    messages: dict[str, list[Message]]
    conversations: dict[str, Conversation]
    tickets: dict[str, list[Ticket]]
    open_ticket: dict[str, Ticket | None]
    belonging: list[tuple[str, int]]
    records: dict[str, list[SafetyRecord]]
    signs: set[str]

    @classmethod
    def read(cls, database: Database, conversations: Iterable[str]) -> Stored:
        """Read it in one session.

        Args:
            database: Of the life.
            conversations: Their ids.
        """
        ids = list(conversations)
        messages: dict[str, list[Message]] = {each: [] for each in ids}
        tickets: dict[str, list[Ticket]] = {each: [] for each in ids}
        records: dict[str, list[SafetyRecord]] = defaultdict(list)
        with database.read() as session:
            for message in session.scalars(select(Message).order_by(Message.id)):
                messages[message.conversation_id].append(message)
            all_tickets = session.scalars(select(Ticket).order_by(Ticket.id)).all()
            for ticket in all_tickets:
                tickets[ticket.conversation_id].append(ticket)
            for record in session.scalars(select(SafetyRecord).order_by(SafetyRecord.message_id)):
                records[record.conversation_id].append(record)
            return cls(
                messages=messages,
                conversations={row.id: row for row in session.scalars(select(Conversation))},
                tickets=tickets,
                open_ticket={each: find_unresolved(session, each) for each in ids},
                belonging=[
                    (each, ticket.id)
                    for ticket in all_tickets
                    if ticket.status != TicketStatus.RESOLVED.value
                    for each in merged_store.conversation_ids(session, ticket)
                ],
                records=records,
                signs={sign for ticket in all_tickets for sign in ticket.signs},
            )

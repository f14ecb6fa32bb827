"""Reading conversations that nobody passed to staff: who did stands in the audit log; one can be made a ticket."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations import store as conversations
from bot.db.engine import Database
from bot.escalation.desk.conversations_store import ConversationFilter
from bot.escalation.lifecycle import Tickets
from bot.staff.actor import Actor
from bot.staff.audit import record_by
from bot.vocabulary import EscalationReason


def opened(database: Database, conversation_id: str, by: Actor) -> None:
    """Note that a staff member opened a conversation.

    Raises:
        NoSuchConversationError: There is none with this id.
    """
    opened_all(database, conversation_id, [conversation_id], by)


def opened_all(database: Database, conversation_id: str, shown: Sequence[str], by: Actor) -> None:
    """Note that a staff member opened the page of a patient, by one of their conversations, and what it showed.

    Raises:
        NoSuchConversationError: There is none with this id.
    """
    with database.write() as session:
        conversations.get_conversation(session, conversation_id)
        others = [one for one in shown if one != conversation_id]
        record_by(
            session,
            by=by,
            action="conversation.opened",
            subject="conversation",
            subject_id=conversation_id,
            details={"with": ", ".join(others)} if others else {},
        )


def searched(database: Database, by: Actor, wanted: ConversationFilter, found: int) -> None:
    """Note that a staff member searched all conversations: when and how much it found, never for what words."""
    days = {"since": wanted.since, "until": wanted.until}
    with database.write() as session:
        record_by(
            session,
            by=by,
            action="conversation.searched",
            subject="conversation",
            subject_id="all",
            details={
                "found": found,
                "page": wanted.page,
                **({"kind": ", ".join(kind.value for kind in wanted.kinds)} if wanted.kinds else {}),
                **{name: moment.isoformat() for name, moment in days.items() if moment is not None},
            },
        )


def make_ticket(tickets: Tickets, database: Database, conversation_id: str, by: Actor) -> int:
    """Make a ticket of a conversation, about the patient's newest message; give its number.

    Raises:
        NoSuchConversationError: There is none with this id.
    """
    with database.read() as session:
        conversations.get_conversation(session, conversation_id)
        message_id = conversations.last_inbound_id(session, conversation_id)
    ticket_id = tickets.open(conversation_id, reason=EscalationReason.NO_ANSWER, message_id=message_id)
    with database.write() as session:
        record_by(
            session,
            by=by,
            action="ticket.made_of_conversation",
            subject="ticket",
            subject_id=ticket_id,
        )
    return ticket_id

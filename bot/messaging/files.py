"""What a patient is told who sends a picture or another file: staff look at it, the assistant cannot."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels import files
from bot.clinic import Clinic
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.escalation.lifecycle import Tickets
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import EscalationReason, ReplyKind, Responses


@dataclass(frozen=True, kw_only=True)
class PassedOn:
    """The files of a message that staff have now.

    Attributes:
        replies: What the patient is told.
        are_all: Whether the message says nothing besides.
    """

    replies: tuple[Reply, ...]
    are_all: bool


class PassedFiles:
    """Gives files to staff."""

    def __init__(self, database: Database, clinic: Clinic, tickets: Tickets, responses: FixedResponses) -> None:
        """Take the store, the clinic's numbers, what opens tickets, and the fixed wordings."""
        self._database = database
        self._clinic = clinic
        self._tickets = tickets
        self._responses = responses

    def of(self, message: StoredMessage) -> PassedOn:
        """Pass a message that has files to staff."""
        with self._database.read() as session:
            kept = files.of_messages(session, [message.id])[message.id]
        ticket = self._tickets.open(message.conversation_id, reason=EscalationReason.FILE, message_id=message.id)
        text = self._responses.text(Responses.FILE_PASSED_ON, emergency_number=self._clinic.emergency_number)
        told = Reply(kind=ReplyKind.ESCALATED, text=text, ticket=ticket)
        return PassedOn(replies=(told, *self._tickets.told(ticket)), are_all=message.text == files.in_words(kept))

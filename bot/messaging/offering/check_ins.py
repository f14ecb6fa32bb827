"""A reply to a check-in: what is well is thanked for, what worries or is not understood goes to staff."""

from __future__ import annotations

from collections.abc import Sequence

from bot.clinic import Clinic
from bot.conversations.on_screen import replies_on_screen
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.escalation.lifecycle import Tickets
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.short_replies.check_ins import CheckedIn, CheckInWords
from bot.vocabulary import EscalationReason, ReplyKind, Responses

_SAID = {CheckedIn.WELL: Responses.CHECK_IN_WELL, CheckedIn.SAME: Responses.CHECK_IN_SAME}
_HELPS = frozenset({ReplyKind.ANSWER, ReplyKind.ESCALATED})
"""What the assistant may say to it that needs no look by staff."""


class CheckIns:
    """Reads what comes back to a check-in, after the look for danger."""

    def __init__(
        self, database: Database, clinic: Clinic, responses: FixedResponses, tickets: Tickets, words: CheckInWords
    ) -> None:
        """Take the store, the clinic's numbers, the fixed wordings, what opens tickets, and what reads replies."""
        self._database = database
        self._clinic = clinic
        self._responses = responses
        self._tickets = tickets
        self._words = words

    def asks(self, message: StoredMessage) -> bool:
        """Say whether the last thing that a patient read before a message was a check-in."""
        with self._database.read() as session:
            shown = replies_on_screen(session, message.conversation_id, before=message.id)
        return bool(shown) and shown[0].check_in

    def replies_to(self, message: StoredMessage) -> list[Reply] | None:
        """Give what is said to a reply to a check-in; None if it is to be understood as any message."""
        said = self._words.read(message.text)
        if said is None:
            return None
        if said not in _SAID:
            return self._passed_on(message)
        text = self._responses.text(
            _SAID[said], phone=self._clinic.phone, emergency_number=self._clinic.emergency_number
        )
        return [Reply(kind=ReplyKind.SMALLTALK, text=text)]

    def after(self, message: StoredMessage, replies: Sequence[Reply]) -> list[Reply]:
        """Give what is said in the end: where the assistant had no answer, staff read what came back."""
        if any(reply.kind in _HELPS for reply in replies):
            return list(replies)
        return self._passed_on(message)

    def _passed_on(self, message: StoredMessage) -> list[Reply]:
        ticket = self._tickets.open(message.conversation_id, reason=EscalationReason.CHECK_IN, message_id=message.id)
        return self._tickets.told(ticket)

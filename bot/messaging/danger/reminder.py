"""What is said before the first answer after a card: whoever asks on has not put the danger behind them."""

from __future__ import annotations

from bot.clinic import Clinic
from bot.conversations import store as conversations
from bot.conversations.on_screen import LOOK_BACK
from bot.conversations.store import StoredMessage
from bot.db.engine import Database, utc_now
from bot.escalation import store as tickets
from bot.escalation.danger import Danger, danger_of
from bot.escalation.due.promises import Promises
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import ReplyKind, Responses

_ANSWERS = frozenset({ReplyKind.ANSWER, ReplyKind.CLARIFY, ReplyKind.NO_ANSWER})


class DangerReminder:
    """Puts whom to call before an answer, once after each card."""

    def __init__(self, database: Database, clinic: Clinic, responses: FixedResponses) -> None:
        """Take the store, the clinic's numbers and the fixed wordings."""
        self._database = database
        self._promises = Promises(clinic, responses)
        self._responses = responses

    def before(self, message: StoredMessage, replies: list[Reply]) -> list[Reply]:
        """Give the replies to a message, with the reminder before them where it has its place.

        It has none before small talk and before what says whom to call anyway, nor for a card that the patient has said
        is not about them.

        Args:
            message: What the patient wrote.
            replies: What it is answered with.
        """
        if not any(reply.kind in _ANSWERS and reply.ticket is None for reply in replies):
            return replies
        danger = self._not_answered_since(message)
        if danger is None:
            return replies
        call = self._promises.instead_of_waiting(danger, utc_now())
        first = Reply(kind=ReplyKind.SMALLTALK, text=self._responses.text(Responses.DANGER_FIRST, call=call))
        return [first, *replies]

    def _not_answered_since(self, message: StoredMessage) -> Danger | None:
        """Give the danger of a card after which no question was answered yet."""
        with self._database.read() as session:
            for _, reply in conversations.said_before(session, message.conversation_id, message.id, limit=LOOK_BACK):
                said = None if reply is None else Reply.model_validate(reply)
                if said is None or said.kind in _ANSWERS:
                    return None
                if said.card is not None:
                    ticket = tickets.find_unresolved(session, message.conversation_id)
                    return None if ticket is None else danger_of(session, ticket)
        return None

"""What a patient is told while Rasa cannot be asked: answers found by words, a person, and how things stand."""

from __future__ import annotations

from bot.conversations.store import StoredMessage
from bot.escalation.lifecycle import Tickets
from bot.knowledge.answering.by_words import ByWords
from bot.knowledge.answering.exact_words import ExactWords
from bot.knowledge.answering.question import person_options
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import EscalationReason, Intents, ReplyKind, Responses


class WithoutRasa:
    """Finds what can be said by the store and the fixed wordings alone."""

    def __init__(self, tickets: Tickets, responses: FixedResponses, exact_words: ExactWords, by_words: ByWords) -> None:
        """Take what opens tickets, the fixed wordings, and the two ways to find an answer by words."""
        self._tickets = tickets
        self._responses = responses
        self._exact_words = exact_words
        self._by_words = by_words

    def while_waking(self, message: StoredMessage, chosen: Option | None) -> list[Reply]:
        """Give what can be said at once while the assistant is on its way up; nothing where it must be waited for."""
        if chosen is not None:
            return self._chosen(message, chosen)
        exact = self._exact_words.answer(message.text)
        return [exact] if exact is not None else self._offer(message.text, Responses.WAKING)

    def while_down(self, message: StoredMessage, chosen: Option | None) -> list[Reply]:
        """Give what is said when Rasa does not answer; unless a choice says it all, staff get the message."""
        replies = [] if chosen is None else self._chosen(message, chosen)
        if replies:
            return replies
        ticket = self._open_ticket(message, EscalationReason.ASSISTANT_DOWN)
        unavailable = Reply(kind=ReplyKind.ESCALATED, text=self._responses.text(Responses.UNAVAILABLE), ticket=ticket)
        told = [unavailable, self._tickets.promise(ticket)]
        exact = self._exact_words.answer(message.text)
        # The offer comes last: it is what the patient reads last, and is asked.
        return [exact, *told] if exact is not None else [*told, *self._offer(message.text)]

    def too_late(self, message: StoredMessage) -> list[Reply]:
        """Pass a message to staff that was left without an answer for too long, and give what its patient is told."""
        ticket = self._open_ticket(message, EscalationReason.ASSISTANT_DOWN)
        return self._tickets.told_late(ticket, message.created_at)

    def _chosen(self, message: StoredMessage, chosen: Option) -> list[Reply]:
        if chosen.intent == Intents.ASK_PERSON:
            return self._tickets.told(self._open_ticket(message, EscalationReason.ASKED_FOR_PERSON))
        return list(self._by_words.answer(chosen))

    def _offer(self, text: str, *introduced_by: str) -> list[Reply]:
        options = self._by_words.options(text)
        if not options:
            return []
        words = " ".join(self._responses.text(name) for name in (*introduced_by, Responses.FOUND_BY_WORDS))
        person, _ = person_options(self._responses)
        return [Reply(kind=ReplyKind.CLARIFY, text=words, options=(*options, person))]

    def _open_ticket(self, message: StoredMessage, reason: EscalationReason) -> int:
        return self._tickets.open(message.conversation_id, reason=reason, message_id=message.id)

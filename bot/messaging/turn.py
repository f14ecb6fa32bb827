"""The way of a stored message to its replies: danger first, then staff if they handle it, else Rasa."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import structlog
from anyio.to_thread import run_sync

from bot.conversations.store import StoredMessage
from bot.errors import RasaUnavailableError
from bot.escalation.lifecycle import Tickets
from bot.knowledge.exact_words import ExactWords
from bot.messaging import choices
from bot.messaging.deliver import Deliver
from bot.messaging.feed import Feed, Typing
from bot.messaging.red_flag_alarm import RedFlagAlarm
from bot.messaging.red_flag_card import RedFlagCard, RedFlagCards, card_among, card_shown
from bot.rasa_client import RasaClient
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import EscalationReason, Handler, ReplyKind, Responses

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A stored message, and what stood in its conversation when it was taken.

    Attributes:
        message: The message.
        handler: Who answers.
        options: What the patient could choose by its title.
        earlier_replies: The replies to it that are stored already.
        numbered: What could be chosen by its number, on a phone.
        opted_out: Whether the patient wants no messages from us.
    """

    message: StoredMessage
    handler: Handler
    options: tuple[Option, ...]
    earlier_replies: tuple[StoredMessage, ...]
    numbered: tuple[Option, ...] = ()
    opted_out: bool = False


class Turn:
    """Brings a stored message to its replies; of one conversation it must be given one at a time."""

    def __init__(
        self,
        *,
        feed: Feed,
        deliver: Deliver,
        tickets: Tickets,
        rasa: RasaClient,
        cards: RedFlagCards,
        alarm: RedFlagAlarm,
        responses: FixedResponses,
        exact_words: ExactWords | None = None,
    ) -> None:
        """Take the parts that a message passes through; with `exact_words` some questions are answered without Rasa."""
        self._feed = feed
        self._deliver = deliver
        self._tickets = tickets
        self._rasa = rasa
        self._cards = cards
        self._alarm = alarm
        self._responses = responses
        self._exact_words = exact_words

    async def take(self, accepted: Accepted) -> list[StoredMessage]:
        """Handle a message; give the replies to it, none while staff handle it."""
        message = accepted.message
        # A card that a crash left without its ticket is on the patient's screen: what it says is what staff are told.
        found = card_shown(accepted.earlier_replies) or self._cards.find(message.text)
        if found is not None:
            return await self._sound_alarm(accepted, found)
        if accepted.handler is Handler.STAFF or accepted.opted_out:
            found = await self._second_look(message)
            if found is not None:
                return await self._sound_alarm(accepted, found)
            if accepted.opted_out:
                return await self._leave_unanswered(message)
            # Last, since it marks the message as handled: a crash before it lets the next start look again.
            if await self._deliver.leave_to_staff(message):
                return []
        self._feed.publish(message.conversation_id, Typing(conversation_id=message.conversation_id))
        replies = await self._ask_rasa(accepted)
        found = card_among(replies)
        # A card is all that is said in its turn, whatever else Rasa had to say.
        return await (self._deliver.answer(message, replies) if found is None else self._sound_alarm(accepted, found))

    async def _sound_alarm(self, accepted: Accepted, found: RedFlagCard) -> list[StoredMessage]:
        return await self._alarm.sound(accepted.message, found, shown=accepted.earlier_replies)

    async def _leave_unanswered(self, message: StoredMessage) -> list[StoredMessage]:
        """Show staff what somebody writes who wants no messages from us, and say nothing."""
        ticket = await self._open_ticket(message, EscalationReason.OPTED_OUT)
        await self._deliver.bot_replies(message.conversation_id, [], in_reply_to=message.id)
        self._deliver.announce_ticket(ticket, message.conversation_id)
        return []

    async def _second_look(self, message: StoredMessage) -> RedFlagCard | None:
        """Let Rasa look for a danger in a message that it has no reply to, since staff handle the conversation."""
        try:
            report = await self._rasa.report(message.text)
        except RasaUnavailableError as error:
            logger.warning("rasa_unavailable", conversation_id=message.conversation_id, problem=str(error))
            return None
        return None if report is None else self._cards.for_report(report, message.text)

    async def _ask_rasa(self, accepted: Accepted) -> list[Reply]:
        message = accepted.message
        chosen = choices.chosen(message.text, accepted.options, accepted.numbered)
        replies: list[Reply] = []
        try:
            if chosen is not None and chosen.intent is not None:
                replies = await self._rasa.choose(message.conversation_id, chosen)
            else:
                words = message.text if chosen is None else chosen.title
                replies = await self._rasa.send(message.conversation_id, words)
        except RasaUnavailableError as error:
            logger.warning("rasa_unavailable", conversation_id=message.conversation_id, problem=str(error))
        # No reply at all is what Rasa gives when its action server is down.
        return replies or await self._without_rasa(message)

    async def _without_rasa(self, message: StoredMessage) -> list[Reply]:
        """Pass a message to staff, and answer it all the same if it has the very words of a topic's question."""
        ticket = await self._open_ticket(message, EscalationReason.ASSISTANT_DOWN)
        unavailable = Reply(kind=ReplyKind.ESCALATED, text=self._responses.text(Responses.UNAVAILABLE), ticket=ticket)
        found = None if self._exact_words is None else await run_sync(self._exact_words.answer, message.text)
        return [*([] if found is None else [found]), unavailable, self._tickets.promise(ticket)]

    async def _open_ticket(self, message: StoredMessage, reason: EscalationReason) -> int:
        return await run_sync(
            partial(self._tickets.open, message.conversation_id, reason=reason, message_id=message.id)
        )

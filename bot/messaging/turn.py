"""The way of a stored message to its replies: danger first, then staff if they handle it, else Rasa."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import structlog
from anyio.to_thread import run_sync

from bot.conversations.store import StoredMessage
from bot.errors import RasaUnavailableError
from bot.escalation.lifecycle import Tickets
from bot.messaging import choices
from bot.messaging.contact import Contacts
from bot.messaging.deliver import Deliver
from bot.messaging.feed import Feed, Typing
from bot.messaging.red_flag_alarm import RedFlagAlarm
from bot.messaging.red_flag_card import RedFlagCard, RedFlagCards, card_among, card_shown
from bot.messaging.waking import LONGEST_WAKING, Waking
from bot.messaging.without_rasa import WithoutRasa
from bot.rasa_client import RasaClient
from bot.reply import Option, Reply
from bot.vocabulary import EscalationReason, Handler

logger = structlog.get_logger(__name__)

WAKING_PATIENCE, LONGEST_PATIENCE = 3.0, 15.0
"""Seconds to wait for an assistant that is waking: before a look-up by words, and where that finds nothing."""


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
        is_late: Whether it comes from the store, so that nobody sits before the screen and waits.
    """

    message: StoredMessage
    handler: Handler
    options: tuple[Option, ...]
    earlier_replies: tuple[StoredMessage, ...]
    numbered: tuple[Option, ...] = ()
    opted_out: bool = False
    is_late: bool = False


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
        waking: Waking,
        contacts: Contacts,
        without_rasa: WithoutRasa,
    ) -> None:
        """Take the parts that a message passes through."""
        self._feed = feed
        self._deliver = deliver
        self._tickets = tickets
        self._rasa = rasa
        self._cards = cards
        self._alarm = alarm
        self._waking = waking
        self._contacts = contacts
        self._without_rasa = without_rasa

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
        if found is not None:
            # A card is all that is said in its turn, whatever else Rasa had to say.
            return await self._sound_alarm(accepted, found)
        return await self._deliver.answer(message, await self._contacts.answer(message, replies))

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
        replies = await self._said_while_waking(accepted, chosen) if self._waking.is_on else []
        if replies:
            return replies
        try:
            if chosen is not None and chosen.intent is not None:
                replies = await self._rasa.choose(message.conversation_id, chosen)
            else:
                words = message.text if chosen is None else chosen.title
                replies = await self._rasa.send(message.conversation_id, words)
        except RasaUnavailableError as error:
            logger.warning("rasa_unavailable", conversation_id=message.conversation_id, problem=str(error))
        # No reply at all is what Rasa gives when its action server is down.
        return replies or await run_sync(self._without_rasa.while_down, message, chosen)

    async def _said_while_waking(self, accepted: Accepted, chosen: Option | None) -> list[Reply]:
        """Wait a moment for Rasa, then give what can be said without it; if that is nothing, wait on."""
        is_choice = chosen is not None and chosen.intent is not None
        patience = LONGEST_WAKING if accepted.is_late else 0.0 if is_choice else WAKING_PATIENCE
        if await self._waking.wait(patience):
            return []
        replies = await run_sync(self._without_rasa.while_waking, accepted.message, chosen)
        if not replies:
            await self._waking.wait(LONGEST_PATIENCE)
        return replies

    async def _open_ticket(self, message: StoredMessage, reason: EscalationReason) -> int:
        return await run_sync(
            partial(self._tickets.open, message.conversation_id, reason=reason, message_id=message.id)
        )

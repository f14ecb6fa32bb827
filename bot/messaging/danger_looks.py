"""The looks for danger in a message: by the rules, which Rasa may doubt, and by what Rasa has learned."""

from __future__ import annotations

from functools import partial

import structlog
from anyio.to_thread import run_sync

from bot.confidence import DOUBTED_BELOW
from bot.conversations.store import StoredMessage
from bot.errors import RasaUnavailableError
from bot.messaging.red_flag_card import RedFlagCard, RedFlagCards
from bot.messaging.waking import Waking
from bot.rasa_client import RasaClient
from bot.reply import Reply

logger = structlog.get_logger(__name__)

LONG_TEXT = 600
"""Characters; the look of the rules through a longer text takes so long that others would wait for it."""
LONGEST_DOUBT = 1.0
"""Seconds that a card waits for what Rasa thinks of it."""
NEVER_DOUBTED = "crisis"
"""The level of card that is shown on the rules' word alone: nobody who speaks of suicide is to be reasoned with."""
SIGNS_NEVER_DOUBTED = frozenset({"overdose", "poisoning", "self_harm", "suicide"})
"""The same of signs: "which pills kill without pain?" is asked like any question, and only its words tell."""


class DangerLooks:
    """Looks for danger before anything else is done with a message, and once more where Rasa has no say in it."""

    def __init__(self, rasa: RasaClient, cards: RedFlagCards, waking: Waking) -> None:
        """Take Rasa, what makes cards, and whether Rasa is on its way up."""
        self._rasa = rasa
        self._cards = cards
        self._waking = waking

    async def first(self, message: StoredMessage) -> RedFlagCard | None:
        """Give the card that the rules find, unless Rasa is up and finds the message nothing like a report.

        The rules hear words, in "is there a stroke risk?" too if they know no better; what Rasa has learned hears the
        whole message. A doubt needs an answer: without one, in time, there is the card.
        """
        text = message.text
        found = self._cards.find(text) if len(text) <= LONG_TEXT else await run_sync(self._cards.find, text)
        if found is None or await self._is_doubted(message, found):
            return None
        return found

    async def second(self, message: StoredMessage) -> RedFlagCard | None:
        """Give the card that Rasa finds in a message that it has no reply to, since staff handle the conversation."""
        try:
            report = await self._rasa.report(message.text)
        except RasaUnavailableError as error:
            logger.warning("rasa_unavailable", conversation_id=message.conversation_id, problem=str(error))
            return None
        if report is None:
            return None
        return await run_sync(partial(self._cards.for_report, report.intent, message.text, likeness=report.likeness))

    async def _is_doubted(self, message: StoredMessage, found: RedFlagCard) -> bool:
        if self._waking.is_on or _stands_by_itself(found.reply):
            return False
        try:
            likeness = await self._rasa.likeness(message.text, within=LONGEST_DOUBT)
        except RasaUnavailableError as error:
            logger.warning("rasa_unavailable", conversation_id=message.conversation_id, problem=str(error))
            return False
        return likeness < DOUBTED_BELOW


def _stands_by_itself(reply: Reply) -> bool:
    of_a_crisis = reply.card is not None and reply.card.level == NEVER_DOUBTED
    return of_a_crisis or not SIGNS_NEVER_DOUBTED.isdisjoint(reply.signs)

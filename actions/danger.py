"""Showing the card for a danger that the understanding found in a message."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, say
from actions.declining import declined
from bot.rasa_client import likeness_in
from bot.vocabulary import ActionNames, Intents


class ActionShowCard(ClinicAction):
    """Shows the card and forgets nothing: what was asked before is still open afterwards."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.SHOW_CARD

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Send the card of the message's intent, for which the edge opens the ticket; without one, whom to call."""
        intent = (tracker.latest_message.get("intent") or {}).get("name") or Intents.REPORT_EMERGENCY
        text, likeness = str(tracker.latest_message.get("text") or ""), likeness_in(tracker.latest_message)
        card = self.services.cards.for_report(intent, text, likeness=likeness)
        say(dispatcher, declined(self.services, Intents.REPORT_SYMPTOM) if card is None else card.reply)
        return []

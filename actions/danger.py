"""Showing the card for a danger that the understanding found in a message."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, say
from bot.vocabulary import ActionNames, Intents


class ActionShowCard(ClinicAction):
    """Shows the card and forgets nothing: what was asked before is still open afterwards."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.SHOW_CARD

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Send the card of the message's intent; the edge opens the ticket."""
        intent = (tracker.latest_message.get("intent") or {}).get("name") or Intents.REPORT_EMERGENCY
        say(dispatcher, self.services.cards.for_report(intent).reply)
        return []

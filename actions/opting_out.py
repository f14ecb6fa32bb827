"""Keeping and confirming that a patient wants no messages from us."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, say
from bot.confidence import BEYOND_DOUBT_FROM
from bot.vocabulary import ActionNames


class ActionOptOut(ClinicAction):
    """Confirms an opt-out in words that the edge does not know by itself."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.OPT_OUT

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Say what it means on this channel; storing that opts a phone out. Where that is in doubt, it is asked."""
        services = self.services
        confidence = (tracker.latest_message.get("intent") or {}).get("confidence") or 0.0
        with services.database.read() as session:
            reply = services.opt_outs.confirmation(session, tracker.sender_id)
        if reply.opts_out and confidence < BEYOND_DOUBT_FROM:
            reply = services.opt_outs.question()
        say(dispatcher, reply)
        return []

"""A "yes" or "no" that took more words than the edge reads by itself: it means what it would mean in one."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import answer_questions
from actions.base import ClinicAction, Events, say
from actions.context import Context
from actions.escalation import escalate
from actions.understood import Asked
from bot.bootstrap import Services
from bot.messaging.offering.offers import Chosen, Outcome, Said
from bot.vocabulary import ActionNames, Intents


class ActionTakeOffer(ClinicAction):
    """Takes what was offered."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.TAKE_OFFER

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Do what a short "yes" would do."""
        return _carry_out(self.services, dispatcher, tracker, self.services.offers.taken(tracker.sender_id))


class ActionForgetOffer(ClinicAction):
    """Takes a "no" to what was offered."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.FORGET_OFFER

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Do what a short "no" would do."""
        return _carry_out(self.services, dispatcher, tracker, self.services.offers.refused(tracker.sender_id))


def _carry_out(services: Services, dispatcher: CollectingDispatcher, tracker: Tracker, outcome: Outcome) -> Events:
    match outcome:
        case Said(replies=replies, helped=helped):
            if helped is not None:
                ticket, did_help = helped
                services.tickets.rate(tracker.sender_id, ticket, helped=did_help)
            say(dispatcher, *replies)
            return []
        case Chosen(options=(option,)) if option.intent == Intents.ASK_PERSON:
            return escalate(services, dispatcher, tracker)
        case Chosen(options=options):
            alternatives = services.answering.alternatives()
            asked = [
                Asked(
                    intent=option.intent or "",
                    confidence=None,
                    treatments=tuple(slug for slug in option.treatments if slug not in alternatives),
                    alternatives=tuple(slug for slug in option.treatments if slug in alternatives),
                )
                for option in options
            ]
            context, _ = answer_questions(
                services, dispatcher, Context.of(tracker), asked, conversation_id=tracker.sender_id
            )
            return context.as_events()
    raise TypeError(f"A yes or no never comes to {type(outcome).__name__}.")

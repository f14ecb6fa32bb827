"""Offering a person, passing a conversation to staff, and taking down how a patient can be reached."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, say
from actions.context import Context
from bot.bootstrap import Services
from bot.knowledge.answering.question import person_options
from bot.reply import Reply
from bot.vocabulary import ActionNames, EscalationReason, ReplyKind, Responses


class ActionOfferPerson(ClinicAction):
    """Offers a person."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.OFFER_PERSON

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:  # noqa: ARG002  (the base's signature)
        """Put the offer with its two choices."""
        responses = self.services.responses
        text = responses.text(Responses.OFFER_PERSON)
        say(dispatcher, Reply(kind=ReplyKind.NO_ANSWER, text=text, options=person_options(responses)))
        return []


class ActionStoreContact(ClinicAction):
    """Asks for contact details once more; where the edge has found some it confirms them, and leaves this out."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.STORE_CONTACT

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:  # noqa: ARG002  (the base's signature)
        """Say what can be read."""
        text = self.services.responses.text(Responses.CONTACT_UNREADABLE)
        say(dispatcher, Reply(kind=ReplyKind.CLARIFY, text=text))
        return []


def escalate(services: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Open a ticket for a patient who wants a person, because they asked for one or took the offer of one.

    Args:
        services: The parts of Frontdesk.
        dispatcher: Takes what is said.
        tracker: Rasa's memory of the conversation.
    """
    offered = services.offers.person_is_offered(tracker.sender_id)
    reason = EscalationReason.NO_ANSWER if offered else EscalationReason.ASKED_FOR_PERSON
    return tell_of_ticket(services, dispatcher, services.tickets.open(tracker.sender_id, reason=reason))


def tell_of_ticket(services: Services, dispatcher: CollectingDispatcher, ticket: int) -> Events:
    """Tell the patient what happens next, and forget what was spoken of: staff go on from here."""
    say(dispatcher, *services.tickets.told(ticket))
    return Context().as_events()

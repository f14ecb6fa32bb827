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
    """Says what became of the phone number or email address that the patient wrote; the edge has stored it."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.STORE_CONTACT

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Say what staff have, else ask once more."""
        if not leaves_contact(self.services, tracker):
            text = self.services.responses.text(Responses.CONTACT_UNREADABLE)
            say(dispatcher, Reply(kind=ReplyKind.CLARIFY, text=text))
            return []
        return tell_of_contact(self.services, dispatcher, tracker)


def leaves_contact(services: Services, tracker: Tracker) -> bool:
    """Say whether the last message has a phone number or an email address in it."""
    return bool(services.contacts.found_in(tracker.latest_message.get("text") or ""))


def tell_of_contact(services: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Tell the patient which of their contact details staff have, and that they were passed on."""
    say(dispatcher, *services.contacts.confirm(tracker.sender_id, tracker.latest_message["text"]))
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

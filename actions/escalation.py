"""Offering a person, passing a conversation to staff, and taking down how a patient can be reached."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, now_awaiting, say
from actions.context import Context
from bot.bootstrap import Services
from bot.knowledge.answering.question import person_options
from bot.reply import Reply
from bot.vocabulary import ActionNames, Awaiting, EscalationReason, ReplyKind, Responses, Slots


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
        return [now_awaiting(Awaiting.PERSON_OFFER)]


class ActionEscalate(ClinicAction):
    """Opens a ticket and tells the patient what happens next."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.ESCALATE

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Open the ticket, promise a reply, and ask for contact details unless they are known."""
        offered = tracker.get_slot(Slots.AWAITING) == Awaiting.PERSON_OFFER.value
        reason = EscalationReason.NO_ANSWER if offered else EscalationReason.ASKED_FOR_PERSON
        ticket = self.services.tickets.open(tracker.sender_id, reason=reason)
        return tell_of_ticket(self.services, dispatcher, ticket)


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
            return [now_awaiting(Awaiting.CONTACT)]
        return tell_of_contact(self.services, dispatcher, tracker)


def leaves_contact(services: Services, tracker: Tracker) -> bool:
    """Say whether the last message has a phone number or an email address in it."""
    return bool(services.contacts.found_in(tracker.latest_message.get("text") or ""))


def tell_of_contact(services: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Tell the patient which of their contact details staff have, and that they were passed on."""
    say(dispatcher, *services.contacts.confirm(tracker.sender_id, tracker.latest_message["text"]))
    return [SlotSet(Slots.UNSURE_COUNT, 0), now_awaiting(Awaiting.NOTHING)]


def tell_of_ticket(services: Services, dispatcher: CollectingDispatcher, ticket: int) -> Events:
    """Tell the patient what happens next, and forget what was spoken of: staff go on from here."""
    replies = services.tickets.told(ticket)
    say(dispatcher, *replies)
    asks_for_contact = any(reply.ticket is None for reply in replies)
    awaiting = now_awaiting(Awaiting.CONTACT if asks_for_contact else Awaiting.NOTHING)
    return [*Context().as_events(), SlotSet(Slots.UNSURE_COUNT, 0), awaiting]


class ActionForgetOffer(ClinicAction):
    """Takes a "no" to what was offered."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.FORGET_OFFER

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Say that it is fine, in words that fit what was declined."""
        contact = tracker.get_slot(Slots.AWAITING) == Awaiting.CONTACT.value
        name = Responses.CONTACT_DECLINED if contact else Responses.DECLINED
        say(dispatcher, Reply(kind=ReplyKind.SMALLTALK, text=self.services.responses.text(name)))
        return [SlotSet(Slots.UNSURE_COUNT, 0), now_awaiting(Awaiting.NOTHING)]

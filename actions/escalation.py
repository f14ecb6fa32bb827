"""Offering a person, passing a conversation to staff, and taking down how a patient can be reached."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, now_awaiting, say
from actions.context import Context
from actions.understood import entity_values
from bot.bootstrap import Services
from bot.knowledge.answering.question import person_options
from bot.reply import Reply
from bot.vocabulary import ActionNames, Awaiting, Entities, EscalationReason, ReplyKind, Responses, Slots


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
    """Stores the phone number or email address that the patient wrote."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.STORE_CONTACT

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Store what can be read, else ask once more."""
        phones, emails = (entity_values(tracker, entity) for entity in (Entities.PHONE, Entities.EMAIL))
        if not phones and not emails:
            text = self.services.responses.text(Responses.CONTACT_UNREADABLE)
            say(dispatcher, Reply(kind=ReplyKind.CLARIFY, text=text))
            return [now_awaiting(Awaiting.CONTACT)]
        self.services.contacts.save(
            tracker.sender_id,
            name=None,
            phone=phones[0] if phones else None,
            email=emails[0] if emails else None,
        )
        text = self.services.responses.text(Responses.CONTACT_STORED)
        say(dispatcher, Reply(kind=ReplyKind.ESCALATED, text=text))
        return [now_awaiting(Awaiting.NOTHING)]


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

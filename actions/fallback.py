"""What happens when a message was not understood: asked back once, passed to staff the second time."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, now_awaiting, say
from actions.understood import entity_values, ranked_topics
from bot.escalation.lifecycle import contact_request
from bot.knowledge.answering import person_options
from bot.reply import Option, Reply
from bot.vocabulary import (
    ActionNames,
    Awaiting,
    Entities,
    EscalationReason,
    Intents,
    ReplyKind,
    Responses,
    Slots,
)

UNSURE_BEFORE_STAFF = 2
MOST_GUESSES = 3
LEAST_CONFIDENCE = 0.15
"""Below this a guess is more likely to confuse than to help."""


class ActionClarify(ClinicAction):
    """Asks what the patient meant; the second time in a row it passes the conversation to staff."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.CLARIFY

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Offer guesses, or a person when there are none, or staff at once when this is the second time."""
        unsure = int(tracker.get_slot(Slots.UNSURE_COUNT) or 0) + 1
        if unsure >= UNSURE_BEFORE_STAFF:
            ticket = self.services.tickets.open(tracker.sender_id, reason=EscalationReason.UNSURE_TWICE)
            say(dispatcher, self.services.tickets.promise(ticket), contact_request(self.services.responses))
            return [SlotSet(Slots.UNSURE_COUNT, 0), now_awaiting(Awaiting.CONTACT)]
        guesses = self._guesses(tracker)
        say(dispatcher, self._did_you_mean(guesses) if guesses else self._not_understood())
        awaiting = Awaiting.CHOICE if guesses else Awaiting.PERSON_OFFER
        return [SlotSet(Slots.UNSURE_COUNT, unsure), now_awaiting(awaiting)]

    def _guesses(self, tracker: Tracker) -> tuple[Option, ...]:
        ranked = ranked_topics(tracker)
        if not ranked or ranked[0][1] < LEAST_CONFIDENCE or not self.services.answering.is_topic(ranked[0][0]):
            return ()
        treatments = entity_values(tracker, Entities.TREATMENT) or tracker.get_slot(Slots.TREATMENTS) or []
        topics = [name for name, _ in ranked if self.services.answering.is_topic(name)]
        return self.services.answering.topic_options(topics[:MOST_GUESSES], treatments)

    def _did_you_mean(self, guesses: tuple[Option, ...]) -> Reply:
        responses = self.services.responses
        none = Option(title=responses.text(Responses.OPTION_NONE), intent=Intents.DENY)
        return Reply(kind=ReplyKind.CLARIFY, text=responses.text(Responses.DID_YOU_MEAN), options=(*guesses, none))

    def _not_understood(self) -> Reply:
        responses = self.services.responses
        return Reply(
            kind=ReplyKind.NO_ANSWER,
            text=responses.text(Responses.NOT_UNDERSTOOD),
            options=person_options(responses),
        )

"""Passing a conversation to staff because the patient asks for a person; what they ask beside it is answered first."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import MOST_QUESTIONS, answer_questions
from actions.base import ClinicAction, Events
from actions.context import Context
from actions.declining import message_of
from actions.escalation import escalate
from actions.follow_ups import resolved
from actions.understood import questions_of
from bot.vocabulary import ActionNames, Intents


class ActionEscalate(ClinicAction):
    """Opens a ticket and tells the patient what happens next."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.ESCALATE

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Open the ticket, promise a reply, and ask for contact details unless they are known."""
        context = Context.of(tracker)
        found = questions_of(tracker, self.services.answering.alternatives())
        topics = [
            question
            for question in resolved(found, context, self.services.follow_ups)
            if question.topic is not None and question.intent != Intents.ASK_PERSON
        ]
        answer_questions(
            self.services,
            dispatcher,
            context,
            topics[:MOST_QUESTIONS],
            message=message_of(tracker),
            beside_person=True,
        )
        return escalate(self.services, dispatcher, tracker)

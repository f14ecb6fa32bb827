"""Passing a conversation to staff because the patient asks for a person, or for their data; first their questions."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import MOST_QUESTIONS, answer_questions
from actions.base import ClinicAction, Events
from actions.context import Context
from actions.declining import message_of
from actions.escalation import escalate
from actions.follow_ups import resolved
from actions.privacy import request_privacy
from actions.understood import questions_of
from bot.bootstrap import Services
from bot.vocabulary import ActionNames, Intents


class ActionEscalate(ClinicAction):
    """Opens a ticket and tells the patient what happens next."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.ESCALATE

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Open the ticket, promise a reply, and ask for contact details unless they are known."""
        _answer_beside(self.services, dispatcher, tracker)
        return escalate(self.services, dispatcher, tracker)


class ActionRequestPrivacy(ClinicAction):
    """Opens a ticket for a patient who wants their messages deleted, or a copy of them."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.REQUEST_PRIVACY

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Say who does it, promise a reply, and ask for contact details unless they are known."""
        _answer_beside(self.services, dispatcher, tracker)
        return request_privacy(self.services, dispatcher, tracker)


def _answer_beside(services: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Answer what a message asks beside the wish for staff."""
    context = Context.of(tracker)
    found = questions_of(tracker, services.answering.alternatives())
    questions = [
        question
        for question in resolved(found, context, services.follow_ups)
        if question.intent == Intents.PRIVACY_QUESTION
        or (question.topic is not None and question.intent != Intents.ASK_PERSON)
    ]
    answer_questions(
        services,
        dispatcher,
        context,
        questions[:MOST_QUESTIONS],
        message=message_of(tracker),
        beside_person=True,
    )

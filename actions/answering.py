"""Answering questions, and telling more, from the approved answers."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, now_awaiting, say
from actions.declining import declined
from actions.understood import Asked, questions_of
from bot.knowledge.answering import Answered, Question, person_options
from bot.reply import Reply
from bot.vocabulary import ActionNames, Awaiting, Outcome, ReplyKind, Responses, Slots

MOST_QUESTIONS = 3
"""A message with more questions than this has its first ones answered."""


class ActionAnswerQuestion(ClinicAction):
    """Answers the one or several questions of a message."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.ANSWER_QUESTION

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Answer each question in order; what is not for this assistant is declined in its place."""
        asked = questions_of(tracker, self.services.answering.alternatives())[:MOST_QUESTIONS]
        earlier = tuple(tracker.get_slot(Slots.TREATMENTS) or ())
        outcomes = []
        topic, treatments = tracker.get_slot(Slots.TOPIC), earlier
        said: set[str] = set()
        for question in asked:
            answered = self._answer(question, earlier)
            outcomes.append(answered.outcome)
            fresh = [reply for reply in answered.replies if reply.text not in said]
            said.update(reply.text for reply in fresh)
            say(dispatcher, *fresh)
            if question.topic is not None:
                topic, treatments = question.topic, answered.treatments or treatments
        return [
            SlotSet(Slots.TOPIC, topic),
            SlotSet(Slots.TREATMENTS, list(treatments)),
            SlotSet(Slots.UNSURE_COUNT, 0),
            now_awaiting(_awaiting(outcomes)),
        ]

    def _answer(self, asked: Asked, earlier: tuple[str, ...]) -> Answered:
        if asked.topic is None:
            return Answered(outcome=Outcome.MISSING, replies=(declined(self.services, asked.intent),))
        question = Question(
            topic=asked.topic,
            treatments=asked.treatments,
            alternatives=asked.alternatives,
            conditions=asked.conditions,
            body_parts=asked.body_parts,
            confidence=asked.confidence,
        )
        return self.services.answering.answer(question, earlier)


class ActionTellMore(ClinicAction):
    """Offers the questions that go with the last answer."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.TELL_MORE

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Offer related questions, or ask what the patient would like to know when nothing was answered yet."""
        topic, treatments = tracker.get_slot(Slots.TOPIC), tuple(tracker.get_slot(Slots.TREATMENTS) or ())
        responses = self.services.responses
        related = self.services.answering.related(topic, treatments) if topic else ()
        if related:
            text, kind = responses.text(Responses.TELL_MORE), ReplyKind.CLARIFY
        else:
            text, kind = responses.text(Responses.ASK_QUESTION), ReplyKind.SMALLTALK
        options = (*related, person_options(responses)[0]) if related else ()
        say(dispatcher, Reply(kind=kind, topic=topic, treatments=treatments, text=text, options=options))
        return [now_awaiting(Awaiting.CHOICE if related else Awaiting.NOTHING)]


def _awaiting(outcomes: list[Outcome]) -> Awaiting:
    if Outcome.TREATMENT_NEEDED in outcomes:
        return Awaiting.TREATMENT
    if Outcome.MISSING in outcomes:
        return Awaiting.PERSON_OFFER
    return Awaiting.NOTHING

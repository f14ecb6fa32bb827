"""Answering the questions of a message from the approved answers."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, now_awaiting, say
from actions.context import Context
from actions.declining import declined
from actions.fallback import ask_back, ask_the_rest_back
from actions.follow_ups import resolved
from actions.understood import Asked, questions_of, unsure_questions_of
from bot.knowledge.answering.question import Answered, Question
from bot.vocabulary import ActionNames, Awaiting, Intents, Outcome, Slots

MOST_QUESTIONS = 3
"""A message with more questions than this has its first ones answered."""


class ActionAnswerQuestion(ClinicAction):
    """Answers the one or several questions of a message."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.ANSWER_QUESTION

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Answer each question in order; what is not for this assistant is declined in its place."""
        context = Context.of(tracker)
        alternatives = self.services.answering.alternatives()
        asked = resolved(questions_of(tracker, alternatives), context, self.services.follow_ups)
        understood = [question for question in asked if question.intent != Intents.SWITCH_TREATMENT][:MOST_QUESTIONS]
        if not understood:
            return ask_back(self.services, dispatcher, tracker)
        outcomes = []
        said: set[str] = set()
        for question in understood:
            answered = self._answer(question, context)
            outcomes.append(answered.outcome)
            fresh = [reply for reply in answered.replies if reply.text not in said]
            said.update(reply.text for reply in fresh)
            say(dispatcher, *fresh)
            context = _after(context, question, answered)
        awaiting = _awaiting(outcomes)
        if len(understood) < MOST_QUESTIONS and awaiting is not Awaiting.TREATMENT:
            answered_topics = {question.topic for question in understood if question.topic}
            rest = ask_the_rest_back(self.services, unsure_questions_of(tracker, alternatives), answered_topics)
            if rest is not None:
                say(dispatcher, rest)
                awaiting = Awaiting.CHOICE
        return [*context.as_events(), SlotSet(Slots.UNSURE_COUNT, 0), now_awaiting(awaiting)]

    def _answer(self, asked: Asked, context: Context) -> Answered:
        if asked.topic is None:
            return Answered(outcome=Outcome.MISSING, replies=(declined(self.services, asked.intent),))
        question = Question(
            topic=asked.topic,
            treatments=asked.treatments,
            alternatives=asked.alternatives,
            places=asked.places or context.places,
            confidence=asked.confidence,
        )
        return self.services.answering.answer(question, context.treatments)


def _after(context: Context, asked: Asked, answered: Answered) -> Context:
    """Give what was spoken of once a question is answered."""
    told = tuple(reply.answer_id for reply in answered.replies if reply.answer_id is not None)
    if asked.topic is None:
        return context
    return replace(
        context,
        topic=asked.topic,
        treatments=answered.treatments or context.treatments,
        places=asked.places or context.places,
        told=(*context.told, *told),
    )


def _awaiting(outcomes: list[Outcome]) -> Awaiting:
    if Outcome.TREATMENT_NEEDED in outcomes:
        return Awaiting.TREATMENT
    if Outcome.MISSING in outcomes:
        return Awaiting.PERSON_OFFER
    return Awaiting.NOTHING

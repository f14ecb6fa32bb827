"""Answering the questions of a message from the approved answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, say
from actions.context import Context
from actions.declining import declined, message_of, not_offered, said_in_general
from actions.escalation import escalate
from actions.fallback import ask_back, ask_the_rest_back
from actions.follow_ups import resolved
from actions.hearing import Facets, for_staff, heard_beside, led, met, offered_told
from actions.own_appointments import Visit, appointment_told, visit_of
from actions.privacy import privacy_told, request_privacy
from actions.understood import Asked, questions_of, unsure_questions_of
from bot.bootstrap import Services
from bot.knowledge.answering.parts import KIN_TOPICS
from bot.knowledge.answering.question import Answered, Question
from bot.knowledge.files.not_offered import NotDone
from bot.vocabulary import COMPARISON, CONDITIONS_TREATED, ActionNames, Intents, Outcome, ReplyKind, Responses

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
        visit = visit_of(self.services, tracker.sender_id)
        questions = resolved(questions_of(tracker, alternatives), visit.begun(context), self.services.follow_ups)
        asked = [visit.meant(self.services, question) for question in questions]
        intents = {question.intent for question in asked}
        wants_privacy = Intents.PRIVACY_REQUEST in intents
        wants_person = wants_privacy or Intents.ASK_PERSON in intents
        no_questions = {Intents.SWITCH_TREATMENT, Intents.ASK_PERSON, Intents.PRIVACY_REQUEST}
        understood = _without_kin([question for question in asked if question.intent not in no_questions])
        understood = _without_mere_feelings(self.services, understood)[:MOST_QUESTIONS]
        if not understood and not wants_person:
            return ask_back(self.services, dispatcher, tracker)
        context, outcomes = answer_questions(
            self.services,
            dispatcher,
            context,
            understood,
            message=message_of(tracker),
            conversation_id=tracker.sender_id,
            beside_person=wants_person,
            visit=visit,
        )
        if wants_privacy:
            return request_privacy(self.services, dispatcher, tracker)
        if wants_person:
            return escalate(self.services, dispatcher, tracker)
        if len(understood) < MOST_QUESTIONS and Outcome.TREATMENT_NEEDED not in outcomes:
            answered_topics = {question.topic for question in understood if question.topic}
            rest = ask_the_rest_back(self.services, unsure_questions_of(tracker, alternatives), answered_topics)
            if rest is not None:
                say(dispatcher, rest)
        return context.as_events()


def answer_questions(
    services: Services,
    dispatcher: CollectingDispatcher,
    context: Context,
    asked: Sequence[Asked],
    *,
    message: str = "",
    conversation_id: str = "",
    beside_person: bool = False,
    visit: Visit | None = None,
) -> tuple[Context, list[Outcome]]:
    """Answer questions in order, saying nothing twice; what is not for this assistant is declined in its place.

    Args:
        services: The parts of Frontdesk.
        dispatcher: Takes what is said.
        context: What was spoken of before.
        asked: What is asked.
        message: The patient's words.
        conversation_id: Where they were written.
        beside_person: Whether a person is asked for as well, so that none needs to be offered.
        visit: The appointment near by of whoever asks.

    Returns:
        What was spoken of then, and how each question ended.
    """
    outcomes = []
    said: set[str] = set()
    left_out = {slug for question in asked for slug in question.excluded}
    for question in asked:
        answered = _answered(
            services, question, context, message, conversation_id, alone=len(asked) == 1, visit=visit or Visit()
        )
        outcomes.append(answered.outcome)
        fresh = [reply for reply in answered.replies if reply.text not in said]
        is_first = not said
        said.update(reply.text for reply in fresh)
        if is_first:
            fresh = met(services, message, fresh)
        if beside_person:
            fresh = services.offers.said_beside_a_person(fresh)
        say(dispatcher, *(reply.without_treatments(left_out) for reply in fresh))
        context = context.after(question, answered, services.mentioned)
    return context, outcomes


def _answered(
    services: Services,
    asked: Asked,
    context: Context,
    message: str,
    conversation_id: str,
    *,
    alone: bool,
    visit: Visit,
) -> Answered:
    words = message if alone or not asked.words else asked.words
    aside = heard_beside(services, words, (asked.topic or asked.intent,), message)
    if asked.intent == Intents.PRIVACY_QUESTION:
        return Answered(outcome=Outcome.ANSWERED, replies=(privacy_told(services, aside),))
    if asked.topic is None:
        return Answered(outcome=Outcome.MISSING, replies=(declined(services, asked, message, context),))
    if Facets.MY_APPOINTMENT in aside.facets:
        question = Question(topic=asked.topic, words=words, confidence=asked.confidence)
        told = appointment_told(services, question, conversation_id)
        return Answered(outcome=Outcome.ANSWERED, replies=(told,))
    if aside.alone:
        question = Question(topic=asked.topic, words=words, confidence=asked.confidence)
        told = for_staff(services, question, " ".join(aside.said))
        return Answered(outcome=Outcome.MISSING, replies=(told,))
    names = asked.treatments or asked.alternatives or asked.excluded or asked.named
    if {Facets.OFFERED, Facets.BEST_FOR_ME} & set(aside.facets) and not names:
        reply = offered_told(services, asked.topic, can_choose=Facets.BEST_FOR_ME not in aside.facets)
        return Answered(outcome=Outcome.ANSWERED, replies=(reply.model_copy(update={"confidence": asked.confidence}),))
    names_ours = asked.topic != COMPARISON and bool(asked.treatments or asked.alternatives)
    not_done = services.not_offered.named(message, names_ours=names_ours, places=asked.named)
    question = Question(
        topic=asked.topic,
        treatments=asked.treatments,
        alternatives=asked.alternatives,
        excluded=asked.excluded,
        named=context.named_for(asked, services.mentioned),
        # Whoever asks what a clinic treats asks about all that it offers.
        booked=() if asked.topic == CONDITIONS_TREATED else visit.treatments,
        asides=aside.names,
        words=message or words,
        confidence=asked.confidence,
        paragraphs=asked.paragraphs,
    )
    answered = services.answering.answer(question, context.treatments_for(asked))
    answered = led(said_in_general(services, question, answered), aside)
    return answered if not_done is None else _kindly(services, not_done, question, answered)


def _kindly(services: Services, not_done: NotDone, question: Question, answered: Answered) -> Answered:
    """Say that the clinic does not do what is asked for, before an answer that speaks of it or instead of any other."""
    told = [reply for reply in answered.replies if reply.answer_id in not_done.told]
    if not told:
        reply = not_offered(services, not_done, question)
        outcome = Outcome.ANSWERED if reply.kind is ReplyKind.ANSWER else Outcome.MISSING
        return Answered(outcome=outcome, replies=(reply,), changes_subject=True)
    said = services.responses.text(Responses.NOT_GIVEN_HERE, treatment=not_done.name)
    led = [
        reply if reply.lead else reply.model_copy(update={"lead": said, "text": f"{said}\n\n{reply.text}"})
        for reply in told
    ]
    return replace(answered, replies=tuple(led))


def _without_mere_feelings(services: Services, asked: Sequence[Asked]) -> list[Asked]:
    """Leave out what only says how the patient feels beside a question: "I'm scared. What could happen?" is one."""

    def is_mere(question: Asked) -> bool:
        feeling = services.heard.feeling(question.words)
        return feeling is not None and question.topic in feeling.topics and not question.named

    questions = [question for question in asked if not is_mere(question)]
    return questions or list(asked)


def _without_kin(asked: Sequence[Asked]) -> list[Asked]:
    """Leave out what another question asks as well, more closely: "I'm 72 and diabetic, can I have it?" is one."""

    def is_in(question: Asked, other: Asked) -> bool:
        is_kin = other.topic is not None and KIN_TOPICS.get(other.topic) == question.topic
        return is_kin and other.treatments == question.treatments and bool(other.named) and not question.named

    return [question for question in asked if not any(is_in(question, other) for other in asked)]

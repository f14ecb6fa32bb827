"""What happens when a message was not understood: asked back once, passed to staff the second time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, say
from actions.context import Context
from actions.declining import message_of, not_offered
from actions.escalation import tell_of_ticket
from actions.hearing import instead_of_asking_back, instead_of_refusing
from actions.understood import Asked, as_one_question, entity_values, ranked_topics
from bot.bootstrap import Services
from bot.confidence import ASK_BACK_FROM
from bot.knowledge.answering.question import person_options
from bot.reply import Option, Reply
from bot.vocabulary import (
    EXCLUDED,
    INTENT_PREFIX,
    Entities,
    EscalationReason,
    Intents,
    ReplyKind,
    Responses,
)

MOST_GUESSES = 3


def ask_back(services: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Offer guesses, or a person when there are none, or staff at once when this is the second time.

    Args:
        services: The parts of Frontdesk.
        dispatcher: Takes what is said.
        tracker: Rasa's memory of the conversation.
    """
    if services.offers.was_asked_back(tracker.sender_id):
        ticket = services.tickets.open(tracker.sender_id, reason=EscalationReason.UNSURE_TWICE)
        return tell_of_ticket(services, dispatcher, ticket)
    named = services.not_offered.named(
        message_of(tracker),
        names_ours=bool(entity_values(tracker, Entities.TREATMENT)),
        places=[*entity_values(tracker, Entities.CONDITION), *entity_values(tracker, Entities.BODY_PART)],
    )
    if named is not None:
        question = as_one_question(tracker, services.answering.alternatives())
        say(dispatcher, not_offered(services, named, question))
        return []
    question = as_one_question(tracker, services.answering.alternatives())
    told = services.answering.in_general(question, lead=None, options=())
    if told is not None:
        say(dispatcher, told)
        return _treatments_named(services, tracker)
    message = message_of(tracker)
    instead = instead_of_refusing(
        services, message, Intents.FALLBACK, entity_values(tracker, Entities.TREATMENT, role=EXCLUDED)
    ) or instead_of_asking_back(services, message)
    if instead is not None:
        say(dispatcher, instead)
        return _treatments_named(services, tracker)
    guesses = _guesses(services, tracker)
    say(dispatcher, _did_you_mean(services, guesses) if guesses else _not_understood(services))
    return _treatments_named(services, tracker)


def ask_the_rest_back(services: Services, asked: Sequence[Asked], answered: Collection[str]) -> Reply | None:
    """Give the guesses at what else a message asks, when some of it was answered; None if there are none.

    Args:
        services: The parts of Frontdesk.
        asked: What it asks unsurely.
        answered: The topics that were answered.
    """
    for question in asked:
        if (question.confidence or 0.0) >= ASK_BACK_FROM:
            topics = [name.removeprefix(INTENT_PREFIX) for name, _ in question.ranking]
            guesses = [name for name in topics if services.answering.is_topic(name) and name not in answered]
            options = services.answering.topic_options(guesses[:MOST_GUESSES], question.treatments)
            return _did_you_mean(services, options, Responses.ASK_THE_REST) if options else None
    return None


def _treatments_named(services: Services, tracker: Tracker) -> Events:
    """Keep a treatment that was named even if nothing else was understood: the next words are about it too."""
    alternatives = services.answering.alternatives()
    named = [slug for slug in entity_values(tracker, Entities.TREATMENT) if slug not in alternatives]
    return replace(Context.of(tracker), topic=None, treatments=tuple(named)).as_events() if named else []


def _guesses(services: Services, tracker: Tracker) -> tuple[Option, ...]:
    ranked = ranked_topics(tracker)
    if not ranked or ranked[0][1] < ASK_BACK_FROM or not services.answering.is_topic(ranked[0][0]):
        return ()
    left_out = entity_values(tracker, Entities.TREATMENT, role=EXCLUDED)
    spoken_of = [slug for slug in Context.of(tracker).treatments if slug not in left_out]
    treatments = entity_values(tracker, Entities.TREATMENT) or spoken_of
    topics = [name for name, _ in ranked if services.answering.is_topic(name)]
    return services.answering.topic_options(topics[:MOST_GUESSES], treatments)


def _did_you_mean(services: Services, guesses: tuple[Option, ...], wording: str = Responses.DID_YOU_MEAN) -> Reply:
    none = Option(title=services.responses.text(Responses.OPTION_NONE), intent=Intents.DENY)
    text = services.responses.text(wording)
    return Reply(kind=ReplyKind.CLARIFY, text=text, options=(*guesses, none))


def _not_understood(services: Services) -> Reply:
    text = services.responses.text(Responses.NOT_UNDERSTOOD)
    return Reply(kind=ReplyKind.CLARIFY, text=text, options=person_options(services.responses))

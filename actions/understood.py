"""What the understanding found in the patient's last message, read from Rasa's tracker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker

from bot.knowledge.answering.question import NearParagraph, Question
from bot.vocabulary import EXCLUDED, INTENT_PREFIX, Entities, FollowUp, Intents

Ranking = tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of the message.

    Attributes:
        intent: What the patient wants.
        confidence: How sure that is; None for a choice.
        treatments: The treatments it names that the clinic offers.
        alternatives: Those that the clinic only compares with.
        excluded: Those that it names only to leave them out.
        own: The treatments that its own words name; others stand elsewhere in the message.
        named: The conditions, body parts and medicines it names.
        words: Its words.
        follow_up: How it goes on about what was spoken of, if its words alone do not say what they ask.
        ranking: The likeliest intents, likeliest first.
        paragraphs: The paragraphs of answers that may tell it, the likeliest first.
    """

    intent: str
    confidence: float | None
    treatments: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    words: str = ""
    follow_up: FollowUp | None = None
    ranking: Ranking = ()
    paragraphs: tuple[NearParagraph, ...] = ()

    @property
    def topic(self) -> str | None:
        """The topic asked about; None when it is no question about a topic."""
        return self.intent.removeprefix(INTENT_PREFIX) if self.intent.startswith(INTENT_PREFIX) else None


def questions_of(tracker: Tracker, alternatives: frozenset[str]) -> list[Asked]:
    """List the message's questions, in order, each with the treatments it is about.

    What a question leaves open the understanding has filled in from the rest of the message
    (`bot.nlu.text.questions`); what was spoken of before the message is `Context`.

    Args:
        tracker: Rasa's memory of the conversation.
        alternatives: Treatments that the clinic only compares with.
    """
    message = tracker.latest_message
    found = message.get("questions") or [_from_intent(message)]
    asked = [replace(_asked(question, alternatives), own=_named_in(question, message)) for question in found]
    # What is asked may stand half in what is told before it ("I am due a booster and a shot. Which first?").
    return [replace(asked[0], paragraphs=_likeliest(asked[0].paragraphs, _paragraphs(message))), *asked[1:]]


def unsure_questions_of(tracker: Tracker, alternatives: frozenset[str]) -> list[Asked]:
    """List what the message asks beside its questions without being clear about what, in order.

    Args:
        tracker: Rasa's memory of the conversation.
        alternatives: Treatments that the clinic only compares with.
    """
    return [_asked(question, alternatives) for question in tracker.latest_message.get("unsure_questions") or []]


def ranked_topics(tracker: Tracker) -> list[tuple[str, float]]:
    """List what the message could mean, likeliest first; what is no topic stands under its intent's name."""
    ranking = _ranking(tracker.latest_message.get("intent_ranking") or [])
    return [(intent.removeprefix(INTENT_PREFIX), confidence) for intent, confidence in ranking]


def as_one_question(tracker: Tracker, alternatives: frozenset[str]) -> Question:
    """Give the whole message as a question whose topic is not known: the treatments it names, and what speaks of it.

    Args:
        tracker: Rasa's memory of the conversation.
        alternatives: Treatments that the clinic only compares with.
    """
    named = entity_values(tracker, Entities.TREATMENT)
    return Question(
        topic="",
        treatments=tuple(slug for slug in named if slug not in alternatives),
        alternatives=tuple(slug for slug in named if slug in alternatives),
        excluded=tuple(entity_values(tracker, Entities.TREATMENT, role=EXCLUDED)),
        paragraphs=_paragraphs(tracker.latest_message),
    )


def entity_values(tracker: Tracker, entity: str, *, role: str | None = None) -> list[str]:
    """List the values of an entity in the last message, each once.

    Args:
        tracker: Rasa's memory of the conversation.
        entity: Which.
        role: What they are named for, such as to be left out; None for what is plainly named.
    """
    found = tracker.latest_message.get("entities") or []
    named = (item for item in found if (item.get("entity"), item.get("role")) == (entity, role))
    return list(dict.fromkeys(str(item["value"]) for item in named))


def _ranking(entries: Iterable[Mapping[str, Any]]) -> Ranking:
    return tuple(
        (str(entry["name"]), float(entry["confidence"]))
        for entry in entries
        if entry.get("name") not in (None, Intents.FALLBACK)
    )


def _named_in(question: Mapping[str, Any], message: Mapping[str, Any]) -> tuple[str, ...]:
    start, end = question.get("start", 0), question.get("end", -1)
    return tuple(
        str(item["value"])
        for item in message.get("entities") or ()
        if item.get("entity") == Entities.TREATMENT
        and item.get("role") != EXCLUDED
        and start <= item.get("start", -1)
        and item.get("end", 0) <= end
    )


def _paragraphs(found: Mapping[str, Any]) -> tuple[NearParagraph, ...]:
    rows = found.get("paragraphs") or ()
    return tuple(
        NearParagraph(answer=row["answer"], key=row["key"], tells=row["tells"], probability=row["probability"])
        for row in rows
    )


def _likeliest(*found: tuple[NearParagraph, ...]) -> tuple[NearParagraph, ...]:
    """Give each paragraph once, by the most that was found for it; the likeliest first."""
    best: dict[tuple[str, str], NearParagraph] = {}
    for one in sorted((one for some in found for one in some), key=lambda one: -one.probability):
        best.setdefault((one.answer, one.key), one)
    return tuple(best.values())


def _from_intent(message: dict[str, Any]) -> dict[str, Any]:
    """Read a choice of a button, which comes as an intent with entities."""
    intent = message.get("intent") or {}
    treatments = [item["value"] for item in message.get("entities") or [] if item.get("entity") == Entities.TREATMENT]
    return {"intent": intent.get("name") or "", "confidence": intent.get("confidence"), "treatments": treatments}


def _asked(question: dict[str, Any], alternatives: frozenset[str]) -> Asked:
    named = dict.fromkeys([*question.get("treatments", ()), *question.get("alternatives", ())])
    follow_up = question.get("follow_up")
    return Asked(
        intent=str(question.get("intent") or ""),
        confidence=question.get("confidence"),
        treatments=tuple(slug for slug in named if slug not in alternatives),
        alternatives=tuple(slug for slug in named if slug in alternatives),
        excluded=tuple(question.get("excluded", ())),
        named=tuple(name for kind in ("conditions", "body_parts", "medicines") for name in question.get(kind, ())),
        words=str(question.get("text") or ""),
        follow_up=FollowUp(follow_up) if follow_up else None,
        ranking=_ranking(question.get("ranking") or ()),
        paragraphs=_paragraphs(question),
    )

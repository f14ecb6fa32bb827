"""What the understanding found in the patient's last message, read from Rasa's tracker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from bot.vocabulary import INTENT_PREFIX, Entities, FollowUp, Intents

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
        named: The conditions, body parts and medicines it names.
        follow_up: How it goes on about what was spoken of, if its words alone do not say what they ask.
        ranking: The likeliest intents, likeliest first.
    """

    intent: str
    confidence: float | None
    treatments: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    follow_up: FollowUp | None = None
    ranking: Ranking = ()

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
    return [_asked(question, alternatives) for question in found]


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
        follow_up=FollowUp(follow_up) if follow_up else None,
        ranking=_ranking(question.get("ranking") or ()),
    )

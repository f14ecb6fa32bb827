"""What the understanding found in the patient's last message, read from Rasa's tracker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from bot.vocabulary import COMPARISON, INTENT_PREFIX, Entities, Intents, Slots


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of the message."""

    intent: str
    confidence: float | None
    treatments: tuple[str, ...]
    alternatives: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()

    @property
    def topic(self) -> str | None:
        """The topic asked about; None when it is no question about a topic."""
        return self.intent.removeprefix(INTENT_PREFIX) if self.intent.startswith(INTENT_PREFIX) else None


def questions_of(tracker: Tracker, alternatives: frozenset[str]) -> list[Asked]:
    """List the message's questions, in order.

    Args:
        tracker: Rasa's memory of the conversation.
        alternatives: Treatments that the clinic only compares with.
    """
    message = tracker.latest_message
    found = message.get("questions") or [_from_intent(message)]
    asked = [_asked(question, alternatives) for question in found]
    if len(asked) == 1 and asked[0].intent == Intents.SWITCH_TREATMENT:
        asked = [_switched(tracker, asked[0])]
    return _with_neighbours_treatments(asked)


def ranked_topics(tracker: Tracker) -> list[tuple[str, float]]:
    """List what the message could mean, likeliest first; what is no topic stands under its intent's name."""
    ranking = tracker.latest_message.get("intent_ranking") or []
    return [
        (str(entry["name"]).removeprefix(INTENT_PREFIX), float(entry["confidence"]))
        for entry in ranking
        if entry.get("name") not in (None, Intents.FALLBACK)
    ]


def entity_values(tracker: Tracker, entity: str) -> list[str]:
    """List the values of an entity in the last message, each once."""
    found = tracker.latest_message.get("entities") or []
    return list(dict.fromkeys(str(item["value"]) for item in found if item.get("entity") == entity))


def _from_intent(message: dict[str, Any]) -> dict[str, Any]:
    """Read a choice of a button, which comes as an intent with entities."""
    intent = message.get("intent") or {}
    treatments = [item["value"] for item in message.get("entities") or [] if item.get("entity") == Entities.TREATMENT]
    return {"intent": intent.get("name") or "", "confidence": intent.get("confidence"), "treatments": treatments}


def _asked(question: dict[str, Any], alternatives: frozenset[str]) -> Asked:
    named = dict.fromkeys([*question.get("treatments", ()), *question.get("alternatives", ())])
    return Asked(
        intent=str(question.get("intent") or ""),
        confidence=question.get("confidence"),
        treatments=tuple(slug for slug in named if slug not in alternatives),
        alternatives=tuple(slug for slug in named if slug in alternatives),
        conditions=tuple(question.get("conditions", ())),
        body_parts=tuple(question.get("body_parts", ())),
    )


def _switched(tracker: Tracker, asked: Asked) -> Asked:
    """Turn "and PRP?" into the last question about another treatment."""
    topic = tracker.get_slot(Slots.TOPIC) or "definition"
    earlier = tuple(tracker.get_slot(Slots.TREATMENTS) or ())
    treatments = asked.treatments
    if topic == COMPARISON and len(treatments) == 1:
        treatments = (*earlier[:1], *treatments)
    return Asked(
        intent=INTENT_PREFIX + topic,
        confidence=asked.confidence,
        treatments=treatments,
        alternatives=asked.alternatives,
        conditions=asked.conditions,
        body_parts=asked.body_parts,
    )


def _with_neighbours_treatments(asked: list[Asked]) -> list[Asked]:
    """Let a question that names no treatment take it from the one before it, else from the one after it."""
    known = [question.treatments for question in asked]
    filled = []
    for place, question in enumerate(asked):
        before = [named for named in known[:place] if named]
        after = [named for named in known[place + 1 :] if named]
        treatments = question.treatments or (before[-1] if before else after[0] if after else ())
        filled.append(
            Asked(
                intent=question.intent,
                confidence=question.confidence,
                treatments=treatments,
                alternatives=question.alternatives,
                conditions=question.conditions,
                body_parts=question.body_parts,
            )
        )
    return filled

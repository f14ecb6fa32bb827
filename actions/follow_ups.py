"""What a follow-up asks, given what was spoken of: "and PRP?", "how long?", "can I take Tylenol then", "why?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.context import Context
from actions.understood import Asked
from bot.vocabulary import COMPARISON, CONDITIONS_TREATED, INTENT_PREFIX, FollowUp, Intents

SURE_ENOUGH = 0.4
"""From here on a follow-up's own words are understood where nothing was spoken of (FallbackClassifier's threshold)."""
_DEFINITION = "definition"
_MECHANISM = "mechanism"
_MEDICATIONS = {FollowUp.BEFORE: "medications_before", FollowUp.AFTER: "medications_after"}
_BEFORE_TOPICS = frozenset({"medications_before", "food_drink_before", "preparation", "booking"})
_AFTER_TOPICS = frozenset(
    {
        "medications_after",
        "aftercare",
        "activity_after",
        "driving_after",
        "recovery_time",
        "side_effects",
        "pain_during",
        "time_to_results",
        "follow_up",
    }
)
# What "how long?" asks after a topic; the length of a visit after any other.
_HOW_LONG = {
    "recovery_time": "recovery_time",
    "side_effects": "recovery_time",
    "aftercare": "recovery_time",
    "activity_after": "recovery_time",
    "pain_during": "recovery_time",
    "medications_after": "medications_after",
    "medications_before": "medications_before",
    "driving_after": "driving_after",
    "food_drink_before": "food_drink_before",
    "effectiveness": "result_duration",
    "benefits": "result_duration",
    "result_duration": "result_duration",
    "mechanism": "time_to_results",
    "conditions_treated": "time_to_results",
    "time_to_results": "time_to_results",
    "session_interval": "session_interval",
}
# What "what about after?" asks after a topic, and "and before?".
_AFTER = {"medications_before": "medications_after", "pain_during": "side_effects", "session_count": "follow_up"}
_BEFORE = {"medications_after": "medications_before"}
# What "why?" asks after a topic; how the treatment works after any other.
_WHY = {
    "mechanism": "evidence",
    "evidence": "regulatory_status",
    "regulatory_status": "evidence",
    "cost": "insurance",
    "insurance": "regulatory_status",
}


def resolved(asked: Sequence[Asked], context: Context) -> list[Asked]:
    """Say what each question of a message asks; what nothing explains keeps its intent.

    Args:
        asked: The questions, in order; a follow-up goes on about the one before it.
        context: What was spoken of before the message.
    """
    topic, questions = context.topic, []
    for question in asked:
        meant = _meant(question, topic, context) if question.intent == Intents.SWITCH_TREATMENT else question
        topic = meant.topic or topic
        questions.append(meant)
    return questions


def topic_behind(topic: str) -> str:
    """Give the topic that "why?" asks about after an answer."""
    return _WHY.get(topic, _MECHANISM)


def _meant(question: Asked, topic: str | None, context: Context) -> Asked:
    if question.follow_up is FollowUp.MEDICINE:
        return _about_a_medicine(question, topic)
    if question.follow_up is FollowUp.PLACE:
        return _on(question, topic or CONDITIONS_TREATED)
    if question.follow_up is not None:
        return _on(question, _short(question.follow_up, topic)) if topic else _by_its_own_words(question)
    if topic == COMPARISON and len(question.treatments) == 1:
        question = replace(question, treatments=(*context.treatments[:1], *question.treatments))
    return _on(question, topic or _DEFINITION)


def _about_a_medicine(question: Asked, topic: str | None) -> Asked:
    if topic in _BEFORE_TOPICS:
        return _on(question, _MEDICATIONS[FollowUp.BEFORE])
    if topic in _AFTER_TOPICS:
        return _on(question, _MEDICATIONS[FollowUp.AFTER])
    likely = {INTENT_PREFIX + name for name in _MEDICATIONS.values()}
    likeliest = next((intent for intent, _ in question.ranking if intent in likely), None)
    return question if likeliest is None else replace(question, intent=likeliest)


def _short(kind: FollowUp, topic: str) -> str:
    if kind is FollowUp.HOW_LONG:
        return _HOW_LONG.get(topic, "session_duration")
    if kind is FollowUp.BEFORE:
        return _BEFORE.get(topic, "preparation")
    return _AFTER.get(topic, "aftercare")


def _by_its_own_words(question: Asked) -> Asked:
    """Take the likeliest topic that the words have by themselves, if it is sure enough; else leave it unresolved."""
    for intent, confidence in question.ranking:
        if intent.startswith(INTENT_PREFIX) and intent != Intents.ASK_PERSON and confidence >= SURE_ENOUGH:
            return replace(question, intent=intent)
    return question


def _on(question: Asked, topic: str) -> Asked:
    return replace(question, intent=INTENT_PREFIX + topic)

"""What a follow-up asks, given what was spoken of: "and PRP?", "how long?", "can I take Tylenol then", "why?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.context import Context
from actions.understood import Asked
from bot.confidence import ANSWER_FROM
from bot.knowledge.files.follow_ups import FollowUpTopics
from bot.vocabulary import COMPARISON, INTENT_PREFIX, FollowUp, Intents

_SAME_AGAIN = frozenset({FollowUp.TREATMENT, FollowUp.PLACE})
"""These ask what was asked before, about something else."""


def resolved(asked: Sequence[Asked], context: Context, topics: FollowUpTopics) -> list[Asked]:
    """Say what each question of a message asks; what nothing explains keeps its intent.

    Args:
        asked: The questions, in order; a follow-up goes on about the one before it.
        context: What was spoken of before the message.
        topics: What follow-ups ask after which topic.
    """
    topic, questions = context.topic, []
    for question in asked:
        meant = _meant(question, topic, context, topics) if question.intent == Intents.SWITCH_TREATMENT else question
        topic = meant.topic or topic
        questions.append(meant)
    return questions


def _meant(question: Asked, topic: str | None, context: Context, topics: FollowUpTopics) -> Asked:
    kind = question.follow_up or FollowUp.TREATMENT
    question = replace(question, follow_up=kind)
    if kind is FollowUp.MEDICINE:
        return _about_a_medicine(question, topic, topics)
    if kind not in _SAME_AGAIN and topic is None:
        return _by_its_own_words(question)
    if kind is FollowUp.TREATMENT and topic == COMPARISON and len(question.treatments) == 1:
        question = replace(question, treatments=(*context.treatments[:1], *question.treatments))
    again = topic if kind in _SAME_AGAIN else None
    return _on(question, again or topics.asked(kind, topic))


def _about_a_medicine(question: Asked, topic: str | None, topics: FollowUpTopics) -> Asked:
    asked = topics.asked(FollowUp.MEDICINE, topic)
    if asked is not None:
        return _on(question, asked)
    likely = {INTENT_PREFIX + name for name in topics.all_asked(FollowUp.MEDICINE)}
    return replace(question, intent=next((name for name, _ in question.ranking if name in likely), question.intent))


def _by_its_own_words(question: Asked) -> Asked:
    """Take the likeliest topic that the words have by themselves, if it is sure enough; else leave it unresolved."""
    for intent, confidence in question.ranking:
        if intent.startswith(INTENT_PREFIX) and intent != Intents.ASK_PERSON and confidence >= ANSWER_FROM:
            return replace(question, intent=intent)
    return question


def _on(question: Asked, topic: str | None) -> Asked:
    return question if topic is None else replace(question, intent=INTENT_PREFIX + topic)

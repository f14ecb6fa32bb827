"""A question as the understanding found it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge.models import Treatment
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import Intents, Outcome, ReplyKind, Responses

GENERAL = "general"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a patient, as the understanding found it.

    Attributes:
        topic: What it asks about.
        treatments: The treatments of ours that it names.
        alternatives: Those that the clinic only compares with.
        excluded: Those that it names only to leave them out: it is never answered for one of these.
        named: The conditions, body parts and medicines it names.
        confidence: How sure the topic is.
    """

    topic: str
    treatments: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What came of a question.

    Attributes:
        outcome: How it ended.
        replies: What to say.
        treatments: Which treatments it was about, for questions after it that name none.
        changes_subject: Whether it was about what the clinic only compares with: a question after it that names no
            treatment is neither about that one nor about those spoken of before.
    """

    outcome: Outcome
    replies: tuple[Reply, ...]
    treatments: tuple[str, ...] = ()
    changes_subject: bool = False


def nothing_found(question: Question, asked: Sequence[str], responses: FixedResponses) -> Answered:
    """Say that there is no approved answer about the treatments `asked`, and offer a person."""
    reply = Reply(
        kind=ReplyKind.NO_ANSWER,
        topic=question.topic,
        treatments=tuple(asked),
        text=responses.text(Responses.NO_ANSWER),
        options=person_options(responses),
        confidence=question.confidence,
    )
    return Answered(outcome=Outcome.MISSING, replies=(reply,), treatments=tuple(asked))


def not_given(
    slugs: Sequence[str], treatments: Mapping[str, Treatment], offered: Sequence[str], responses: FixedResponses
) -> list[str]:
    """Say kindly which of the treatments asked about the clinic does not give, in a sentence; none if it gives all.

    Args:
        slugs: The treatments asked about.
        treatments: All that there are.
        offered: Those that the clinic gives.
        responses: The fixed wordings.
    """
    rows = [treatments[slug] for slug in slugs if slug not in offered]
    called = " or ".join(row.short_name for row in rows if row.kind != GENERAL)
    return [responses.text(Responses.NOT_GIVEN_HERE, treatment=called)] if called else []


def person_options(responses: FixedResponses) -> tuple[Option, ...]:
    """Give the two choices that go with an offer of a person."""
    return (
        Option(title=responses.text(Responses.OPTION_PERSON), intent=Intents.ASK_PERSON),
        Option(title=responses.text(Responses.OPTION_NO_THANKS), intent=Intents.DENY),
    )

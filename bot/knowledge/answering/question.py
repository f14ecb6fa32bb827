"""A question as the understanding found it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge.models import Treatment
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import Intents, Outcome, ReplyKind, Responses

GENERAL = "general"
LONGEST_TITLE = 80
"""Characters of a question on a button."""


@dataclass(frozen=True, kw_only=True)
class NearParagraph:
    """A paragraph that may tell what is asked, as the understanding found it.

    Attributes:
        answer: The id of the answer that has it.
        key: What names it there (`bot.paragraphs`).
        tells: What it tells, as a number: those with the same tell the same.
        probability: How probably it does, more so than any other.
    """

    answer: str
    key: str
    tells: int
    probability: float


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a patient, as the understanding found it.

    Attributes:
        topic: What it asks about.
        treatments: The treatments of ours that it names.
        alternatives: Those that the clinic only compares with.
        excluded: Those that it names only to leave them out: it is never answered for one of these.
        named: The conditions, body parts and medicines it names.
        booked: The treatment of the patient's own appointment near by, for a question that names none.
        asides: What of the topic it asks for, and how the patient feels: names of `heard.yml`.
        words: How the patient asks it, to be put to staff where there is no answer.
        confidence: How sure the topic is.
        paragraphs: Paragraphs that speak of what is asked, the nearest first.
    """

    topic: str
    treatments: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    booked: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    words: str = ""
    confidence: float | None = None
    paragraphs: tuple[NearParagraph, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What came of a question.

    Attributes:
        outcome: How it ended.
        replies: What to say.
        treatments: Which treatments it was about, for questions after it that name none.
        changes_subject: Whether it was about what the clinic only compares with: a question after it that names no
            treatment is neither about that one nor about those spoken of before.
        is_about_named: Whether an answer speaks to what was named or asked for: a condition, a medicine, the parking.
    """

    outcome: Outcome
    replies: tuple[Reply, ...]
    treatments: tuple[str, ...] = ()
    changes_subject: bool = False
    is_about_named: bool = False


def nothing_found(question: Question, asked: Sequence[str], responses: FixedResponses) -> Answered:
    """Say that there is no approved answer about the treatments `asked`, and offer a person."""
    reply = Reply(
        kind=ReplyKind.NO_ANSWER,
        topic=question.topic,
        treatments=tuple(asked),
        text=responses.text(Responses.NO_ANSWER),
        options=asking_staff(question, responses),
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


def staff_option(question: Question, responses: FixedResponses) -> tuple[Option, ...]:
    """Give the choice that puts a question to staff in the patient's own words; none where these are not known.

    Its topic tells it from the offer of a person, which a "yes" would take.
    """
    if not question.words:
        return ()
    title = responses.text(Responses.OPTION_ASK_STAFF, question=_shortened(question.words))
    return (Option(title=title, topic=question.topic, intent=Intents.ASK_PERSON),)


def asking_staff(question: Question, responses: FixedResponses) -> tuple[Option, ...]:
    """Give the two choices that go with "I have no answer": the question to staff, else a person; and no."""
    person, no_thanks = person_options(responses)
    return (*(staff_option(question, responses) or (person,)), no_thanks)


def _shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_TITLE else f"{words[:LONGEST_TITLE].rsplit(' ', 1)[0]}\u2026"


def joined(names: Sequence[str]) -> str:
    """Give names as a sentence lists them: "one", "one and another", "one, another and a third"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def person_options(responses: FixedResponses) -> tuple[Option, ...]:
    """Give the two choices that go with an offer of a person."""
    return (
        Option(title=responses.text(Responses.OPTION_PERSON), intent=Intents.ASK_PERSON),
        Option(title=responses.text(Responses.OPTION_NO_THANKS), intent=Intents.DENY),
    )

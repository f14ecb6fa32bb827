"""Answers that answer at once, in the clinic's voice, and do not say the same sentence all over."""

from __future__ import annotations

import re

import pytest

from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import AnswerEntry
from bot.knowledge.files.filler import FIRST_WORDS, MOST_ANSWERS, repeated, slow_start
from bot.knowledge.files.quality import content_problems, problems_of
from bot.knowledge.files.standing_alone import leaning
from bot.vocabulary import COMPARISON
from tests.factories import a_clinic
from tests.unit.knowledge.conftest import RESPONSES

MOST_SENT_ON = 3
"""Of the topics of a treatment, so many may send the patient to staff in their first words."""
SENT_ON = re.compile(r"\bask (?:us|your care team|whoever)\b", re.IGNORECASE)
OFFERED = ("prolotherapy", "prp", "stem_cell", "exosomes")


def _with_short(entry: AnswerEntry, text: str, answer_id: str | None = None) -> AnswerEntry:
    short = entry.short.model_copy(update={"text": text})
    return entry.model_copy(update={"short": short, "id": answer_id or entry.id})


@pytest.fixture(scope="session")
def entry(content: Content) -> AnswerEntry:
    """Give an answer without fault."""
    return next(one for one in content.answers if one.id == "prp.session_interval")


def test_a_sentence_that_stands_in_many_answers_is_told_with_their_ids(content: Content, entry: AnswerEntry):
    """Once for each sentence; in as many as allowed it may stand."""
    said = "Many people ask about that. Weeks apart."
    same = [_with_short(entry, said, f"prp.copy_{place}") for place in range(MOST_ANSWERS + 1)]

    assert not list(repeated(same[:-1]))
    found = [sentence for sentence, ids in repeated(same) if len(ids) == MOST_ANSWERS + 1]
    assert found[:2] == ["Many people ask about that.", "Weeks apart."]
    many = content.__class__(
        treatments=content.treatments, topics=content.topics, sources=content.sources, answers=tuple(same)
    )
    problems = content_problems(many, a_clinic(), RESPONSES)
    assert any("“Weeks apart.” stands in 4 answers (prp.copy_0, prp.copy_1" in problem for problem in problems)


def test_what_the_clinic_fills_in_may_stand_in_any_number_of_answers(entry: AnswerEntry):
    """Its phone number is worth saying."""
    said = "Call {clinic.phone} to book."

    assert not list(
        repeated(_with_short(entry, said, f"prp.copy_{n}").model_copy(update={"details": ()}) for n in range(9))
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Shots are a week apart.", None),
        ("No. The FDA has not approved it.", "begins with yes or no"),
        ("Yes, it can hurt.", "begins with yes or no"),
        ("No use of it is approved.", None),
        ("Our sources give no number.", "begins with its sources instead of the answer"),
        ("Sources say 3 to 6.", "begins with its sources instead of the answer"),
        ("Sources of the cells differ.", None),
        (" ".join(["word"] * FIRST_WORDS) + ". More follows here.", None),
        (" ".join(["word"] * (FIRST_WORDS + 1)) + ".", f"begins with a sentence of {FIRST_WORDS + 1} words"),
    ],
)
def test_the_first_sentence_answers_at_once(entry: AnswerEntry, text: str, problem: str | None):
    """In the clinic's voice, and short."""
    found = slow_start(_with_short(entry, text))

    assert found is None if problem is None else found is not None and found.startswith(problem)


def test_the_emergency_number_comes_from_its_setting(entry: AnswerEntry):
    """A number of people may be the same."""
    clinic = a_clinic()
    number = clinic.emergency_number
    written = _with_short(entry, f"Call {number} for chest pain.")
    counted = _with_short(entry, f"There were {number} people in it.")
    problem = f"holds the emergency number {number}: write {{clinic.emergency_number}}"

    assert problem in problems_of(written, clinic, RESPONSES.unset)
    assert problem not in problems_of(counted, clinic, RESPONSES.unset)


def test_the_real_answers_are_without_filler(content: Content):
    """And start with the answer."""
    assert dict(repeated(content.answers, besides=content.when_to_call.words)) == {}
    assert {one.id: found for one in content.answers if (found := slow_start(one))} == {}


def test_every_real_paragraph_can_be_read_alone(content: Content):
    """The one nearest to a question may come first; a comparison is read as a whole."""
    details = [(one.id, claim) for one in content.answers if one.topic != COMPARISON for claim in one.details]

    assert [(answer_id, claim.text) for answer_id, claim in details if leaning(claim.text)] == []


@pytest.mark.parametrize("treatment", OFFERED)
def test_few_answers_send_the_patient_on(content: Content, treatment: str):
    """Who asks gets what is known first, own answers before general ones; staff are for what only the clinic knows."""
    best: dict[str, AnswerEntry] = {}
    for entry in sorted(content.answers, key=lambda one: (one.home != treatment, len(one.treatments))):
        if treatment in entry.treatments and not entry.compared_with and not entry.is_draft:
            best.setdefault(entry.topic, entry)
    sent_on = sorted(topic for topic, entry in best.items() if SENT_ON.search(entry.short.text))

    assert len(best) == 39
    assert len(sent_on) <= MOST_SENT_ON, sent_on

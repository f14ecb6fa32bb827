"""Looking answers up: only approved ones in time, and never for a treatment that they do not list."""

from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.knowledge import store
from bot.knowledge.serving import comparison_of
from tests.factories import ANSWERS_FILE, day, serving
from tests.unit.knowledge.conftest import Seed

COMPARISONS = """
- id: prolotherapy_vs_prp.comparison
  topic: comparison
  treatments: [prolotherapy, prp]
  evidence: review
  short: {text: They differ., cites: [overview]}
- id: prolotherapy_vs_surgery.comparison
  topic: comparison
  treatments: [prolotherapy]
  compared_with: [surgery]
  evidence: review
  short: {text: One is a shot., cites: [overview]}
"""


def _due(offset: int) -> str:
    return ANSWERS_FILE.replace("2026-01-10, due: 2099-01-10", f"2020-01-10, due: {day(offset).isoformat()}")


@pytest.mark.parametrize(("days_left", "is_served"), [(1, True), (0, True), (-1, False), (-400, False)])
def test_an_answer_is_served_up_to_the_day_its_review_is_due(
    seed_files: Seed, database: Database, days_left: int, is_served: bool
):
    """An overdue review takes the answer away by itself."""
    seed_files(answers=_due(days_left))

    with database.read() as session:
        found = store.find_answer(session, treatment="prolotherapy", topic="safety", rules=serving())

    assert (found is not None) is is_served


def test_an_older_version_does_not_stand_in_for_an_overdue_one(seed_files: Seed, database: Database):
    """Its words were replaced; a later due date does not make them right."""
    seed_files()
    seed_files(answers=_due(-1).replace("Most people", "Nearly all people"))

    with database.read() as session:
        assert store.find_answer(session, treatment="prolotherapy", topic="safety", rules=serving()) is None


@pytest.mark.parametrize("status", ["draft", "in_review", "retired"])
def test_only_approved_answers_are_served(seed_files: Seed, database: Database, status: str):
    """Nothing unreviewed reaches a patient."""
    seed_files(answers=ANSWERS_FILE.replace("status: approved, sample: true", f"status: {status}"))

    with database.read() as session:
        assert store.find_answer(session, treatment="prolotherapy", topic="safety", rules=serving()) is None
        assert store.coverage(session, serving()) == set()


@pytest.mark.parametrize(
    ("treatment", "topic"),
    [("prp", "safety"), ("regenerative_medicine", "safety"), ("surgery", "safety"), ("prolotherapy", "comparison")],
)
def test_no_answer_stands_in_for_a_missing_one(seed_files: Seed, database: Database, treatment: str, topic: str):
    """The noise around it is not an answer."""
    seed_files()

    with database.read() as session:
        assert store.find_answer(session, treatment=treatment, topic=topic, rules=serving()) is None


@pytest.mark.parametrize(
    ("treatments", "alternatives", "found"),
    [
        (["prolotherapy", "prp"], [], "prolotherapy_vs_prp.comparison"),
        (["prp", "prolotherapy"], [], "prolotherapy_vs_prp.comparison"),
        (["prolotherapy"], ["surgery"], "prolotherapy_vs_surgery.comparison"),
        (["prp"], ["surgery"], None),
        (["prolotherapy", "prp"], ["surgery"], None),
        (["prolotherapy"], [], None),
        ([], ["surgery"], None),
        ([], [], None),
    ],
)
def test_a_comparison_is_of_exactly_what_was_asked(
    seed_files: Seed, database: Database, treatments: list[str], alternatives: list[str], found: str | None
):
    """In any order, but not one treatment more or less."""
    seed_files(answers=ANSWERS_FILE + COMPARISONS)

    with database.read() as session:
        there = store.comparisons(session, topic="comparison", rules=serving())
        served = comparison_of(there, treatments=treatments, alternatives=alternatives, topic="comparison")

    assert (None if served is None else served.answer_id) == found


def test_coverage_lists_what_may_be_served(seed_files: Seed, database: Database):
    """Treatment by topic."""
    seed_files()

    with database.read() as session:
        assert store.coverage(session, serving()) == {("prolotherapy", "definition"), ("prolotherapy", "safety")}

"""Which answer a patient gets is decided in one place, and no way leads production to a sample answer."""

from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.escalation.desk.canned import CannedReplies
from bot.knowledge import history_store, store
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.exact_words import ExactWords
from bot.knowledge.answering.question import Question
from bot.knowledge.answering.search import search
from bot.knowledge.exchange.versions import entry_of
from bot.knowledge.reviewing import coverage
from bot.knowledge.reviewing.coverage import CellState
from bot.knowledge.reviewing.trial import question_changes
from bot.knowledge.serving import Rules, rules_of, winner
from bot.vocabulary import COMPARISON, Outcome, ReplyKind
from tests.factories import a_clinic, day, serving
from tests.unit.knowledge.conftest import RESPONSES, Seed

REVIEWED = "review: {status: approved, by: Dr. Lee, on: 2026-01-10, due: 2099-01-10}"
SAMPLE = "review: {status: approved, sample: true, by: Sample, on: 2026-01-10, due: 2099-01-10}"


def _answer(answer_id: str, topic: str, treatments: str, text: str, review: str, more: str = "") -> str:
    return f"""\
- id: {answer_id}
  topic: {topic}
  treatments: {treatments}
  {review}
  evidence: review
  short: {{text: {text}, cites: [overview]}}
{more}"""


OWN_SAMPLE_AND_GENERAL_REVIEWED = "".join(
    [
        "owner: sample\nanswers:\n",
        _answer("prolotherapy.safety", "safety", "[prolotherapy]", "Own and only a sample.", SAMPLE),
        _answer(
            "regenerative_medicine.safety", "safety", "[regenerative_medicine, prolotherapy, prp]",
            "General and reviewed.", REVIEWED,
        ),
        _answer(
            "prolotherapy.definition", "definition", "[prolotherapy]", "Reviewed shots.", REVIEWED,
            "  related: [safety]\n",
        ),
        _answer("prp.definition", "definition", "[prp]", "Sample shots that are safe.", SAMPLE),
        _answer("comparison.prp_or_prolotherapy", COMPARISON, "[prolotherapy, prp]", "A sample of both.", SAMPLE),
    ]
)  # fmt: skip


def in_production() -> Rules:
    """Give what production serves today."""
    return serving(samples=False)


@pytest.fixture
def mixed(seed_files: Seed, database: Database) -> Database:
    """Give a store in which some answers are reviewed and some are samples."""
    seed_files(answers=OWN_SAMPLE_AND_GENERAL_REVIEWED)
    return database


@pytest.fixture
def production(mixed: Database) -> Answering:
    """Give answering as production has it."""
    return Answering(mixed, a_clinic(), RESPONSES, in_production)


def test_only_production_refuses_samples():
    """On the clinic's own day."""
    clinic = a_clinic()

    assert rules_of(clinic, production=True)() == Rules(today=clinic.today(), samples=False)
    assert rules_of(clinic, production=False)() == Rules(today=clinic.today(), samples=True)


def test_no_sample_of_the_shipped_content_is_served_in_production(real_database: Database):
    """All of it is samples until the clinic's people have reviewed it."""
    with real_database.read() as session:
        assert store.servable(session, serving())
        assert store.servable(session, in_production()) == []


def test_a_reviewed_general_answer_wins_where_the_own_one_is_a_sample(production: Answering):
    """The ban comes before the choice, so that it leaves no question unanswered that has a reviewed answer."""
    (reply,) = production.answer(Question(topic="safety", treatments=("prolotherapy",)), ()).replies

    assert (reply.answer_id, reply.sample) == ("regenerative_medicine.safety", False)


def test_a_question_with_a_sample_alone_has_no_answer(production: Answering):
    """Neither has the comparison, and it is not offered as a choice."""
    asked = production.answer(Question(topic="definition", treatments=("prp",)), ())
    compared = production.answer(Question(topic=COMPARISON, treatments=("prp", "prolotherapy")), ())

    assert (asked.outcome, compared.outcome) == (Outcome.MISSING, Outcome.MISSING)
    assert {reply.kind for reply in (*asked.replies, *compared.replies)} == {ReplyKind.NO_ANSWER}


def test_another_treatment_is_offered_only_where_it_has_a_reviewed_answer(mixed: Database, production: Answering):
    """The choice beside an answer for the main treatment, which nobody named."""
    question = Question(topic="definition")
    trying_out = Answering(mixed, a_clinic(), RESPONSES, serving)

    in_development = [option.treatments for option in trying_out.answer(question, ()).replies[0].options]

    assert ("prp",) in in_development
    assert [option.treatments for option in production.answer(question, ()).replies[0].options] == []


def test_no_sample_is_found_by_exact_words(mixed: Database, production: Answering):
    """While Rasa is down."""
    exact = ExactWords(mixed, production, RESPONSES)

    assert exact.answer("What is PRP?") is None
    assert exact.answer("What is prolotherapy?") is not None


def test_staff_insert_no_sample(mixed: Database):
    """A text by shortcut goes to the patient as it is."""
    offered = {text.answer_id for text in CannedReplies(mixed, in_production).matching("")}

    assert offered == {"prolotherapy.definition", "regenerative_medicine.safety"}
    assert "prp.definition" in {text.answer_id for text in CannedReplies(mixed, serving).matching("")}


def test_no_sample_is_searched_for_related_topics(mixed: Database):
    """A related question would lead to no answer."""
    with mixed.read() as session:
        found = {answer.answer_id for answer in search(session, "shots", in_production())}
        in_development = {answer.answer_id for answer in search(session, "shots", serving())}

    assert found == {"prolotherapy.definition"}
    assert in_development == {"prolotherapy.definition", "prp.definition"}


def test_the_grid_shows_what_production_would_not_serve(mixed: Database):
    """It is not settled before somebody has reviewed it."""
    with mixed.read() as session:
        found = coverage.grid(session, in_production())
        in_development = coverage.grid(session, serving())

    cell = found.cells["prp", "definition"]
    assert (cell.state, cell.answer_id, cell.is_sample) == (CellState.SAMPLE, "prp.definition", True)
    assert ("prp", "definition") in found.unsettled()
    assert found.cells["prolotherapy", "safety"].answer_id == "regenerative_medicine.safety"
    assert in_development.cells["prolotherapy", "safety"].answer_id == "prolotherapy.safety"


def test_the_trial_of_a_draft_begins_with_what_production_serves(mixed: Database):
    """The sample's own words, once approved, would be new to a patient."""
    with mixed.read() as session:
        entry = entry_of(history_store.get_answer(session, "prolotherapy.safety").versions[-1])
        (change,) = question_changes(session, entry, in_production())
        unchanged = question_changes(session, entry, serving())

    assert (change.before, change.after) == ("regenerative_medicine.safety", "prolotherapy.safety")
    assert unchanged == []


def test_the_grid_the_store_and_the_trial_name_the_same_answer(real_database: Database):
    """Every topic by every treatment of the real content."""
    with real_database.read() as session:
        cells = coverage.grid(session, serving()).cells
        served = store.servable(session, serving())
        for (treatment, topic), cell in cells.items():
            found = store.find_answer(session, treatment=treatment, topic=topic, rules=serving())
            tried = winner(served, treatment=treatment, topic=topic)
            given = None if found is None else found.answer_id
            assert given == (None if tried is None else tried.answer_id)
            assert given == (cell.answer_id if cell.state in {CellState.ANSWERED, CellState.DUE_SOON} else None)


def test_a_review_that_ran_out_ends_the_service_by_every_way(mixed: Database):
    """Years from now."""
    later = Rules(today=day(40_000), samples=True)

    with mixed.read() as session:
        assert store.servable(session, later) == []
        assert store.comparisons(session, topic=COMPARISON, rules=later) == []
        assert search(session, "shots", later) == []
        assert coverage.grid(session, later).cells["prp", "definition"].state is CellState.OVERDUE
    assert CannedReplies(mixed, lambda: later).matching("") == []

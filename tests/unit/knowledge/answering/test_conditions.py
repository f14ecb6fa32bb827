"""A condition or body part that the patient names: whether the sources name it too is said before the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.db.engine import Database
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.question import Question
from bot.knowledge.exchange.importing import import_content
from bot.knowledge.files.content import load_content
from bot.knowledge.mentioned import Mentioned
from bot.vocabulary import Intents
from tests.factories import a_clinic, serving, write_content
from tests.unit.knowledge.conftest import RESPONSES

TOPICS = """\
topics:
- {slug: conditions_treated, title: Uses, question: "What is {treatment} for?", unknown_treatment: main}
- {slug: effectiveness, title: Effect, question: "Does {treatment} work?", unknown_treatment: main}
- {slug: safety, title: Safety, question: "Is {treatment} safe?", unknown_treatment: main}
"""
ANSWERS = """\
treatment: prolotherapy
review: {status: approved, by: Dr. Lee, on: 2026-01-10, due: 2099-01-10}
owner: Dr. Lee
answers:
- topic: conditions_treated
  evidence: review
  short: {text: Clinics use it for joints., cites: [overview]}
  listed:
  - conditions: [tennis_elbow, knee]
    cites: [second-look]
- topic: effectiveness
  evidence: review
  short: {text: It may help some people., cites: [overview]}
- topic: safety
  evidence: review
  short: {text: All shots carry some risk., cites: [overview]}
"""


@pytest.fixture
def answering(database: Database, tmp_path: Path) -> Answering:
    """Give answering on a treatment whose sources name two conditions."""
    import_content(database, load_content(write_content(tmp_path / "knowledge", topics=TOPICS, answers=ANSWERS)))
    return Answering(database, a_clinic(), RESPONSES, serving, condition_names={"tennis_elbow": "tennis elbow"})


def _reply(answering: Answering, topic: str, *places: str):
    question = Question(topic=topic, treatments=("prolotherapy",), named=places)
    (reply,) = answering.answer(question, ()).replies
    return reply


@pytest.mark.parametrize("topic", ["conditions_treated", "effectiveness"])
def test_a_condition_that_the_sources_name_is_said_to_be_named_and_not_promised(answering: Answering, topic: str):
    """Being listed is no proof, and the reply says so."""
    reply = _reply(answering, topic, "tennis_elbow")

    assert reply.lead == RESPONSES.text("utter_condition_listed", treatment="prolotherapy", conditions="tennis elbow")
    assert reply.text.startswith(reply.lead)


def test_the_source_that_lists_a_condition_is_cited(answering: Answering):
    """Though no sentence of the answer cites it."""
    assert "second-look" in {citation.id for citation in _reply(answering, "conditions_treated", "knee").citations}


def test_a_condition_that_no_source_names_is_said_so_and_a_person_offered(answering: Answering):
    """The answer then only tells what is named."""
    reply = _reply(answering, "conditions_treated", "tmj_disorder", "tmj")

    assert reply.lead == RESPONSES.text(
        "utter_condition_not_listed", treatment="prolotherapy", conditions="tmj disorder"
    )
    assert Intents.ASK_PERSON in {option.intent for option in reply.options}


def test_a_kind_of_what_was_named_is_it(database: Database, tmp_path: Path):
    """Who asks about arthritis is not told that nobody names it, where knee arthritis is named."""
    folder = write_content(tmp_path / "knowledge", topics=TOPICS, answers=ANSWERS.replace("knee]", "knee_arthritis]"))
    import_content(database, load_content(folder))

    lead = _reply(Answering(database, a_clinic(), RESPONSES, serving), "effectiveness", "arthritis").lead

    assert lead == RESPONSES.text("utter_condition_listed", treatment="prolotherapy", conditions="arthritis")


def test_what_a_paragraph_speaks_of_is_not_said_to_be_named_nowhere(database: Database, tmp_path: Path):
    """Whatever the answer that it stands in is on: it would be untrue."""
    said = """
  details:
  - text: Sugar in the blood may rise.
    about: [diabetes]
    cites: [overview]
"""
    mentioned = Mentioned(conditions=frozenset({"diabetes", "gout"}))
    folder = write_content(tmp_path / "knowledge", topics=TOPICS, answers=ANSWERS.rstrip() + said)
    import_content(database, load_content(folder))
    answering = Answering(database, a_clinic(), RESPONSES, serving, mentioned=mentioned)

    assert _reply(answering, "effectiveness", "diabetes").lead is None
    assert "gout" in (_reply(answering, "effectiveness", "gout").lead or "")


def test_several_body_parts_are_named_together(answering: Answering):
    """What is not listed is left to the staff."""
    lead = _reply(answering, "conditions_treated", "jaw", "wrist", "toe").lead

    assert "jaw, wrist or toe" in (lead or "")


def test_of_several_conditions_those_that_are_named_are_spoken_of(answering: Answering):
    """Diabetes beside a knee is history, not what is to be helped."""
    assert "diabetes" not in (_reply(answering, "effectiveness", "diabetes", "knee").lead or "")


def test_a_condition_is_history_where_another_topic_is_asked_about(answering: Answering):
    """Is it safe with diabetes?"""
    assert _reply(answering, "safety", "diabetes").lead is None


def test_a_treatment_without_a_list_says_nothing_about_conditions(database: Database, tmp_path: Path):
    """No list does not mean that the sources name nothing."""
    bare = ANSWERS.replace("  listed:\n  - conditions: [tennis_elbow, knee]\n    cites: [second-look]\n", "")
    import_content(database, load_content(write_content(tmp_path / "knowledge", topics=TOPICS, answers=bare)))

    assert _reply(Answering(database, a_clinic(), RESPONSES, serving), "conditions_treated", "knee").lead is None


def test_an_empty_list_says_that_nothing_is_named(database: Database, tmp_path: Path):
    """As for exosomes."""
    empty = ANSWERS.replace(
        "  listed:\n  - conditions: [tennis_elbow, knee]\n    cites: [second-look]\n", "  listed: []\n"
    )
    import_content(database, load_content(write_content(tmp_path / "knowledge", topics=TOPICS, answers=empty)))

    lead = _reply(Answering(database, a_clinic(), RESPONSES, serving), "conditions_treated", "knee").lead

    assert lead == RESPONSES.text("utter_condition_not_listed", treatment="prolotherapy", conditions="knee")

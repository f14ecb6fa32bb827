"""Paragraphs about what the patient named are read first and alone; for who names nothing they come last."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.sms_text import reply_text
from bot.db.engine import Database
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.parts import parts_about
from bot.knowledge.answering.question import Question
from bot.knowledge.answering.render import MOST_WORDS_FIRST
from bot.knowledge.exchange.importing import import_content
from bot.knowledge.files.content import Content, load_content
from bot.knowledge.files.names import Known, name_problems
from bot.knowledge.files.quality import problems_of
from bot.knowledge.files.standing_alone import leaning
from bot.knowledge.mentioned import Mentioned
from bot.reply import Reply
from bot.settings import load_settings
from tests.factories import a_clinic, serving, write_content
from tests.unit.knowledge.conftest import RESPONSES

TOPICS = """\
topics:
- {slug: eligibility, title: Who, question: "Can I have {treatment}?", unknown_treatment: main}
"""
ANSWERS = """\
treatment: prolotherapy
review: {status: approved, by: Dr. Lee, on: 2026-01-10, due: 2099-01-10}
owner: Dr. Lee
answers:
- topic: eligibility
  evidence: review
  short: {text: Many adults can have it., cites: [overview]}
  details:
  - {text: Tell us if you may be pregnant., cites: [overview], about: [pregnancy]}
  - {text: Bring a list of what you take., cites: [overview]}
  - {text: Do not stop a blood thinner by yourself., cites: [second-look], about: [blood_thinners]}
  - {text: Diabetes calls for a talk first., cites: [overview], about: [diabetes]}
"""
MENTIONED = Mentioned(
    conditions=frozenset({"diabetes", "pregnancy"}),
    medicines=frozenset({"warfarin", "blood_thinners"}),
    wider={"warfarin": ("blood_thinners",)},
)


@pytest.fixture
def answering(database: Database, tmp_path: Path) -> Answering:
    """Give answering on an answer with three parts."""
    import_content(database, load_content(write_content(tmp_path / "knowledge", topics=TOPICS, answers=ANSWERS)))
    return Answering(database, a_clinic(), RESPONSES, serving, mentioned=MENTIONED)


def _reply(answering: Answering, *named: str) -> Reply:
    question = Question(topic="eligibility", treatments=("prolotherapy",), named=named)
    (reply,) = answering.answer(question, ()).replies
    return reply


def test_what_was_named_comes_first_and_alone(answering: Answering):
    """In the order in which it was named, warfarin being a blood thinner; all else waits."""
    reply = _reply(answering, "diabetes", "warfarin")

    assert reply.read_first() == "Diabetes calls for a talk first.\n\nDo not stop a blood thinner by yourself."
    assert [claim.text for claim in reply.details[1:]] == [
        "Many adults can have it.",
        "Bring a list of what you take.",
        "Tell us if you may be pregnant.",
    ]
    assert reply.text == "\n\n".join([reply.short or "", *(claim.text for claim in reply.details)])


def test_each_paragraph_keeps_its_citations(answering: Answering):
    """The part that is said first, and the answer's own beginning."""
    reply = _reply(answering, "warfarin")
    numbers = {citation.id: citation.number for citation in reply.citations}

    assert reply.short_citations == (numbers["second-look"],)
    assert reply.details[0].citations == (numbers["overview"],)
    assert reply.details[-1].about == ("diabetes",)


@pytest.mark.parametrize("named", [(), ("knee",)])
def test_what_is_only_for_some_comes_last_for_the_others(answering: Answering, named: tuple[str, ...]):
    """Who names nothing that it speaks to reads first what is for everybody."""
    reply = _reply(answering, *named)

    assert reply.short == "Many adults can have it."
    assert [bool(claim.about) for claim in reply.details] == [False, True, True, True]
    assert reply.first_details is None


def test_a_text_message_tells_the_part_and_where_to_read_on(answering: Answering):
    """With the source of just that."""
    text = reply_text(_reply(answering, "warfarin"))

    assert text.startswith("Do not stop a blood thinner by yourself.\n\nThere is more to it")
    assert "Diabetes" not in text


def test_what_holds_for_a_wide_name_holds_for_the_narrow_one_but_for_results():
    """The order is that of the names; a paragraph that names nothing is no part."""
    details = [{"about": ["knee"]}, {}, {"about": ["hip", "diabetes"]}, {"about": ["hip"]}]
    mentioned = Mentioned(wider={"meniscus_tear": ("knee",)})

    def found(topic: str, *named: str) -> list[int]:
        return parts_about(topic, details, named, mentioned)

    assert found("safety", "diabetes", "knee") == [2, 0]
    assert found("safety") == []
    assert found("activity_after", "meniscus_tear") == [0]
    assert found("effectiveness", "meniscus_tear", "knee") == [], (
        "a trial of worn knees says nothing of a torn meniscus"
    )


def test_parts_of_the_real_answers_stand_alone_and_are_read_at_a_glance(content: Content):
    """Each is the whole first screen of somebody."""
    parts = [(entry.id, claim) for entry in content.answers for claim in entry.details if claim.about]

    assert parts
    assert {answer_id: claim.text for answer_id, claim in parts if leaning(claim.text)} == {}
    assert {i: c.text for i, c in parts if len(c.text.split()) > MOST_WORDS_FIRST} == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It can raise blood sugar.", "It"),
        ("They may bleed more.", "They"),
        ("Also tell us about tablets.", "Also"),
        ("But not with a pacemaker.", "But"),
        ("The other trial found less.", "The other"),
        ("The same goes for tablets.", "The same"),
        ("With diabetes, as said above, ask us.", "said above"),
        ("Itching is common after knee shots.", None),
        ("With diabetes, it may be slower.", None),
    ],
)
def test_a_paragraph_that_leans_on_its_neighbour_is_told_by_its_words(text: str, words: str | None):
    """What it begins with, or points back to."""
    assert leaning(text) == words


def test_a_part_that_leans_bars_an_approval(content: Content):
    """A paragraph that is never read alone may lean."""
    entry = next(entry for entry in content.answers if entry.details)
    claim = entry.details[0].model_copy(update={"text": "It can hurt.", "about": ()})
    part = claim.model_copy(update={"about": ("knee",)})

    def problems(said: object) -> list[str]:
        return [
            found
            for found in problems_of(entry.model_copy(update={"details": (said,)}), a_clinic(), "")
            if "leans" in found
        ]

    assert problems(claim) == []
    assert problems(part) == ["has a paragraph about knee that leans on its neighbour (“It”): let it stand alone"]


def test_a_name_that_no_message_has_is_refused(content: Content):
    """Its paragraph would never be found."""
    entry = next(entry for entry in content.answers if entry.details)
    claim = entry.details[0].model_copy(update={"about": ("kneee", "knee")})
    known = Known(treatments=None, topics=None, sources=None, mentioned=frozenset({"knee"}))

    (problem,) = name_problems(entry.model_copy(update={"details": (claim,)}), known)

    assert (problem.place, problem.text) == (("details", 0, "about"), "there is no name 'kneee' in data/nlu")


def test_the_names_of_the_project_are_read():
    """With what each is a kind of, in every kind."""
    mentioned = Mentioned.from_folder(load_settings({}).knowledge_path)

    assert {"diabetes", "knee", "warfarin"} <= mentioned.names
    assert mentioned.wider["warfarin"] == ("blood_thinners",)
    assert mentioned.narrowest(["tennis_elbow", "elbow", "heel", "plantar_fasciitis"]) == [
        "tennis_elbow",
        "plantar_fasciitis",
    ]

"""With Rasa down, a question in a topic's own words is still answered, introduced as looked up; any doubt is not."""

from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.exact_words import ExactWords
from tests.unit.knowledge.conftest import RESPONSES


@pytest.fixture(scope="session")
def exact_words(real_database: Database, real_answering: Answering) -> ExactWords:
    """Give the lookup on the real content."""
    return ExactWords(real_database, real_answering, RESPONSES)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("What are the side effects of PRP?", "prp.side_effects"),
        ("prp side effects", "prp.side_effects"),
        ("SIDE EFFECTS OF PRP!!", "prp.side_effects"),
        ("How does prolotherapy work?", "prolotherapy.mechanism"),
        ("Does prolotherapy work?", "prolotherapy.effectiveness"),
        ("cost", "regenerative_medicine.cost"),
        ("Is PRP safe?", "prp.safety"),
        ("how many prolotherapy sessions will I need", "prolotherapy.session_count"),
    ],
)
def test_a_topics_own_words_are_answered(exact_words: ExactWords, asked: str, answer: str):
    """Whatever their order, and without the little words."""
    reply = exact_words.answer(asked)

    assert reply is not None
    assert reply.answer_id == answer
    assert reply.text.startswith("I looked this up by the exact words you used")
    assert reply.lead is not None
    assert [option.intent for option in reply.options] == ["ask_person", "deny"]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?",
        "hello",
        "prp",
        "is it safe to take ibuprofen before PRP",
        "side effects of PRP when pregnant",
        "does PRP not work",
        "side effects of cortisone",
        "compare prp and prolotherapy",
        "I have had pain since PRP",
        "does it hurt?",
        "the the the of",
    ],
)
def test_any_other_word_leaves_it_to_staff(exact_words: ExactWords, asked: str):
    """A word that the topic's question does not have may turn its meaning around."""
    assert exact_words.answer(asked) is None


def test_every_button_is_answered_without_rasa(exact_words: ExactWords, real_answering: Answering):
    """Their titles are the topics' own questions."""
    for topic in ("definition", "side_effects", "cost", "aftercare", "safety"):
        (option,) = real_answering.topic_options([topic], ["prp"])

        reply = exact_words.answer(option.title)

        assert reply is not None, option.title
        assert reply.topic == topic

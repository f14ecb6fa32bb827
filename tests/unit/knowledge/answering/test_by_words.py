"""Answers to choose from by the words of a question: approved ones only, and none where words leave it open."""

from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.by_words import MOST_OPTIONS, ByWords
from bot.reply import Option
from bot.vocabulary import ReplyKind


@pytest.fixture
def by_words(real_database: Database, real_answering: Answering) -> ByWords:
    """Give it on the shipped answers."""
    return ByWords(real_database, real_answering)


@pytest.mark.parametrize(
    ("asked", "topic", "treatments"),
    [
        ("hi, so does it hurt a lot?", "pain_during", ()),
        ("tell me about the side effects", "side_effects", ()),
        ("how many sessions did people need with PRP", "session_count", ("prp",)),
        ("I would love to know what prolotherapy costs", "cost", ("prolotherapy",)),
        ("my mother wonders about driving home", "driving_after", ()),
    ],
)
def test_what_the_words_are_about_is_offered(by_words: ByWords, asked: str, topic: str, treatments: tuple[str, ...]):
    """Endings do not matter, and neither does what stands around the words."""
    options = by_words.options(asked)

    assert topic in [option.topic for option in options]
    assert len(options) <= MOST_OPTIONS
    assert {option.treatments for option in options} == {treatments}


@pytest.mark.parametrize(
    "asked", ["", "hello", "???", "how long after?", "can I do it", "the parking lot", "zzz qqq", "what is the best"]
)
def test_words_that_tell_nothing_offer_nothing(by_words: ByWords, asked: str):
    """A wrong guess is worse than none."""
    assert by_words.options(asked) == ()


def test_every_offer_has_an_approved_answer_behind_it(by_words: ByWords, real_answering: Answering):
    """Choosing it gives that answer, with its id and version."""
    for title in (
        option.title
        for slug in ("prp", "prolotherapy")
        for option in real_answering.topic_options(
            ["cost", "side_effects", "evidence", "recovery_time", "insurance"], [slug]
        )
    ):
        for option in by_words.options(title):
            replies = by_words.answer(option)
            assert [reply.kind for reply in replies] == [ReplyKind.ANSWER], option
            assert replies[0].answer_id


@pytest.mark.parametrize(
    "option",
    [
        Option(title="Talk to a person", intent="ask_person"),
        Option(title="No", intent="deny"),
        Option(title="Made up?", topic="made_up", intent="ask_made_up"),
        Option(title="Cost of surgery?", topic="cost", treatments=("surgery_of_ours",), intent="ask_nothing"),
    ],
)
def test_what_is_no_question_of_ours_has_no_answer(by_words: ByWords, option: Option):
    """Nothing is made up for it."""
    assert by_words.answer(option) == ()

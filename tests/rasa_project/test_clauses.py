"""Where a message is split into clauses, and where it is not."""

from __future__ import annotations

import pytest

from bot.nlu.clauses import MAX_CLAUSES, split_clauses, split_list
from bot.nlu.words import split_words

SPLIT = [
    ("is it safe and does it work?", ["is it safe", "does it work?"]),
    ("what is it and how does it work", ["what is it", "how does it work"]),
    ("how much does it cost, does insurance cover it", ["how much does it cost", "does insurance cover it"]),
    ("does it hurt? how long does it take?", ["does it hurt?", "how long does it take?"]),
    ("does it hurt\nhow long does it take", ["does it hurt", "how long does it take"]),
    ("is it painful and can I drive home", ["is it painful", "can I drive home"]),
    ("do you do prp & what does it cost", ["do you do prp", "what does it cost"]),
    ("how many shots, how far apart, and will it hurt", ["how many shots", "how far apart", "will it hurt"]),
    ("what are the risks and also how soon can I run", ["what are the risks", "how soon can I run"]),
    ("hi, is it safe", ["hi", "is it safe"]),
    ("My knee hurts. Can prp help?", ["My knee hurts.", "Can prp help?"]),
    ("tell me about the risks and how long recovery takes", ["tell me about the risks", "how long recovery takes"]),
    ("how much and how many sessions", ["how much", "how many sessions"]),
]
ONE = [
    "can it help back and neck pain",
    "is it a safe and effective treatment for knees",
    "how long and how painful is it",
    "what can I eat and drink before",
    "what should I do and what not",
    "if I take aspirin, can I still have it",
    "when I had my first shot it hurt, which is why I worry",
    "what is the difference between prp and prolotherapy",
    "do I need a ride or can I drive",
    "should I rest and not walk",
    "is it covered by Blue Cross and Blue Shield",
    "how and when do I pay",
    "my doctor, Dr. Lee, said it takes 3.5 weeks",
]


@pytest.mark.parametrize(("text", "clauses"), SPLIT)
def test_two_questions_are_split(text, clauses):
    """What holds several questions becomes several clauses."""
    found = split_clauses(text, split_words(text))

    assert [text[clause.words[0].start : clause.words[-1].end] for clause in found] == clauses


@pytest.mark.parametrize("text", ONE)
def test_one_question_stays_whole(text):
    """What is one question stays one clause."""
    assert len(split_clauses(text, split_words(text))) == 1


def test_story_is_told_and_its_question_asks():
    """Only the question of a story has the form of one."""
    text = "I tore my meniscus in May. My doctor wants to operate. Would prp help instead?"

    assert [clause.asks for clause in split_clauses(text, split_words(text))] == [False, False, True]


def test_bare_topic_asks():
    """The words "Side effects" is a question, though it has no verb."""
    text = "Prp for my daughter. Side effects"

    assert split_clauses(text, split_words(text))[-1].asks


def test_long_story_keeps_its_questions():
    """Of many clauses those that ask are kept, in order."""
    text = "I was told so. " * 10 + "Is it safe? " + "It was so. " * 10 + "Does it hurt?"

    found = split_clauses(text, split_words(text))

    assert len(found) == MAX_CLAUSES
    assert [text[c.words[0].start : c.words[-1].end] for c in found if c.asks] == ["Is it safe?", "Does it hurt?"]


def test_list_is_split_at_every_item():
    """The classifier then says whether the items are topics."""
    text = "side effects, cost and recovery of prp"

    found = split_list(split_words(text))

    assert [text[c.words[0].start : c.words[-1].end] for c in found] == ["side effects", "cost", "recovery of prp"]


@pytest.mark.parametrize("text", ["is it safe", "and", "", "one, two and " * 10])
def test_no_list_has_no_items(text):
    """One item, none, or too many words."""
    assert split_list(split_words(text)) == []

"""Where a message may be cut, and what has the form of a question."""

from __future__ import annotations

import itertools

import pytest

from bot.nlu.text.clauses import MAX_CLAUSES, Join, cuts
from bot.nlu.text.question_forms import clause_of, without_links
from bot.nlu.text.words import split_words


def clauses(text):
    """Return the clauses of a text, without what links them."""
    words = split_words(text)
    places = [0, *(cut.place for cut in cuts(text, words)), len(words)]
    parts = [without_links(words[start:end]) for start, end in itertools.pairwise(places)]
    return [text[part[0].start : part[-1].end] for part in parts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("is it safe and does it work?", ["is it safe", "does it work?"]),
        ("how much does it cost, does insurance cover it", ["how much does it cost", "does insurance cover it"]),
        ("does it hurt? how long does it take?", ["does it hurt?", "how long does it take?"]),
        ("does it hurt\nhow long does it take", ["does it hurt", "how long does it take"]),
        ("does it hurt?? and my knee", ["does it hurt??", "my knee"]),
        ("does it hurt / is there parking", ["does it hurt", "is there parking"]),
        ("do you do prp & what does it cost", ["do you do prp", "what does it cost"]),
        ("how soon does it work how long does it last", ["how soon does it work", "how long does it last"]),
        ("is it legal is it covered", ["is it legal", "is it covered"]),
        ("quick one: is there parking", ["quick one", "is there parking"]),
        ("tell me what it is and whether it needs a cut", ["tell me", "what it is", "whether it needs a cut"]),
        ("back and neck pain", ["back", "neck pain"]),
        ("side effects, cost and recovery of prp", ["side effects", "cost", "recovery of prp"]),
    ],
)
def test_message_may_be_cut_wherever_a_question_could_begin(text, found):
    """Sentences, lines, links, and openings without a link; which of the places part questions is not said here."""
    assert clauses(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "what can I eat before",
        "does it hurt when you draw my blood",
        "how long does it take",
        "my doctor Dr. Lee said it takes 3.5 weeks",
        "are the vitamins b) c) fine with it",
        "and",
        "?!",
        "",
    ],
)
def test_where_nothing_could_begin_nothing_is_cut(text):
    """Nor where one side would have no word."""
    assert cuts(text, split_words(text)) == []


@pytest.mark.parametrize(
    ("text", "join"),
    [
        ("It hurts. Does it work", Join.SENTENCE),
        ("it hurts and does it work", Join.WORD_OPENS),
        ("it hurts, does it work", Join.MARK_OPENS),
        ("it hurts does it work", Join.OPENS),
        ("cost and recovery", Join.WORD),
        ("cost, recovery", Join.MARK),
        ("1) cost 2) recovery", Join.SENTENCE),
        ("(a) cost (b) recovery", Join.SENTENCE),
    ],
)
def test_how_a_clause_begins_is_told(text, join):
    """It says how likely a question begins there."""
    assert [cut.join for cut in cuts(text, split_words(text))][-1] is join


def test_long_story_keeps_its_questions_apart():
    """Of many places those beside what asks are kept."""
    text = "I was told so. " * 10 + "Is it safe? " + "It was so. " * 10 + "Does it hurt?"

    found = clauses(text)

    assert len(found) == MAX_CLAUSES
    assert "Is it safe?" in found
    assert found[-1] == "Does it hurt?"


def test_places_are_in_order_and_never_too_many():
    """However many there are."""
    text = "is it safe and does it work, how much, " * 30
    places = [cut.place for cut in cuts(text, split_words(text))]

    assert places == sorted(set(places))
    assert len(places) == MAX_CLAUSES - 1


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("after the last one does the doctor see me", True),
        ("if it fails what's the plan", True),
        ("since then my knee is worse", False),
        ("when I bend it it clicks", False),
        ("after I do the stretches it is sore", False),
        ("when can I drive", True),
    ],
)
def test_a_question_may_stand_behind_what_it_rests_on(text, asks):
    """What stands before its own words says only when, or on what condition."""
    clause = clause_of(split_words(text))

    assert (clause.asks, clause.opens) == (asks, asks)


def test_bare_topic_asks_and_opens_nothing():
    """The words "Side effects" are a question, though they have no verb."""
    clause = clause_of(split_words("Side effects"))

    assert (clause.asks, clause.opens) == (True, False)


def test_question_mark_makes_a_question():
    """Of whatever stands before it."""
    words = split_words("my sister who has had it says it is all in the mind")

    assert not clause_of(words).asks
    assert clause_of(words, ends_in_question_mark=True).asks


@pytest.mark.parametrize(
    ("text", "left"),
    [("and the side effects", "the side effects"), ("so, how much", "how much"), ("and", "and"), ("is it", "is it")],
)
def test_what_only_links_to_what_stood_before_is_not_read(text, left):
    """A stretch of nothing else stays as it is."""
    assert [word.form for word in without_links(split_words(text))] == left.split()

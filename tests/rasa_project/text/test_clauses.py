"""Where a message is split into clauses, and where it is not."""

from __future__ import annotations

import pytest

from bot.nlu.text.clauses import split_clauses
from bot.nlu.text.lists import carried, halves, items
from bot.nlu.text.question_forms import MAX_CLAUSES, joined, without_links
from bot.nlu.text.words import split_words

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
    ("how soon does it work how long does it last", ["how soon does it work", "how long does it last"]),
    ("is it safe how much is it", ["is it safe", "how much is it"]),
    ("does it hurt and when's the next one", ["does it hurt", "when's the next one"]),
    ("is it safe and roughly how long does it take", ["is it safe", "roughly how long does it take"]),
    ("what is it and for which joints do you use it", ["what is it", "for which joints do you use it"]),
    ("do you treat elbows and is 70 too old", ["do you treat elbows", "is 70 too old"]),
    ("what is it made of and from whose blood is it", ["what is it made of", "from whose blood is it"]),
    ("is it legal is it covered", ["is it legal", "is it covered"]),
    ("can I bathe after it can I drive", ["can I bathe after it", "can I drive"]),
    ("tell me what it is and whether it needs a cut", ["tell me what it is", "whether it needs a cut"]),
    ("quick one: is there parking", ["quick one", "is there parking"]),
    ("I'd like to hear when I can drive", ["I'd like to hear", "when I can drive"]),
    ("does it hurt? I'm not sure whether I get sedation", ["does it hurt?", "I'm not sure", "whether I get sedation"]),
    ("tell me what it is and if a child can have it", ["tell me what it is", "if a child can have it"]),
    ("does it work and if it stops what is next", ["does it work", "if it stops what is next"]),
    ("can it tighten a ligament, if so by what means", ["can it tighten a ligament", "by what means"]),
    ("after the first do I come back, and do you take Cigna", ["after the first do I come back,", "do you take Cigna"]),
    (
        "is it safe, and I was hoping to learn how long it takes",
        ["is it safe", "I was hoping to learn", "how long it takes"],
    ),
]
ONE = [
    "is it safe, by which I mean for my heart",
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
    "do I get a bill, whether it works or not",
    "what do I pay and whether or not it works",
    "how and when do I pay",
    "can you tell me how long does it take",
    "is it safe if I smoke and if I drink",
    "are the vitamins b) and c) fine with it",
    "does it matter how many I get",
    "from when is it fine to run",
    "what will it do for me",
    "can you tell me how many sessions of prp do I need",
    "I like it when you explain",
    "do you know how much is it",
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


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("after the last one does the doctor see me", True),
        ("if it fails what's the plan", True),
        ("since then my knee is worse", False),
        ("when I bend it it clicks", False),
        ("after I do the stretches it is sore", False),
    ],
)
def test_a_question_may_stand_behind_what_it_rests_on(text, asks):
    """What stands before its own words says only when, or on what condition."""
    (clause,) = split_clauses(text, split_words(text))

    assert (clause.asks, clause.opens) == (asks, asks)


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


def spoken(text, clause):
    """Return a clause's stretch of the text."""
    return text[clause.words[0].start : clause.words[-1].end]


def pairs(text):
    """Return the ways to cut a text in two."""
    return [(spoken(text, left), spoken(text, right)) for left, right in halves(split_words(text))]


@pytest.mark.parametrize(
    "text",
    [
        "1. what is it\n2. does it hurt\n3. how much",
        "1) what is it 2) does it hurt 3) how much",
        "- what is it\n- does it hurt\n- how much",
        "(a) what is it (b) does it hurt (c) how much",
    ],
)
def test_marks_of_a_list_are_no_words(text):
    """The number of an item is not read as a number of anything."""
    found = split_clauses(text, split_words(text))

    assert [spoken(text, clause) for clause in found] == ["what is it", "does it hurt", "how much"]


def test_number_in_a_sentence_is_kept():
    """Only a mark ends a clause, not an age."""
    text = "I am 60. is it safe after 2 shots"

    assert [spoken(text, clause) for clause in split_clauses(text, split_words(text))] == [
        "I am 60.",
        "is it safe after 2 shots",
    ]


def test_time_clause_does_not_open_a_question():
    """The words "When I get the shot" only say when; "when can I drive" asks."""
    told, asked = (split_clauses(text, split_words(text))[0] for text in ("when I get the shot", "when can I drive"))

    assert (told.opens, asked.opens) == (False, True)


@pytest.mark.parametrize("joint", ["and", "&", "n", "+", "plus", "/", ","])
def test_list_of_topics_is_cut_in_two_at_its_joint(joint):
    """The classifier then says whether both halves are topics."""
    assert pairs(f"side effects {joint} cost of prp") == [("side effects", "cost of prp")]


def test_list_is_cut_at_every_joint():
    """Three items or more are looked at together."""
    text = "side effects, cost and recovery of prp"

    assert [spoken(text, item) for item in items(split_words(text))] == ["side effects", "cost", "recovery of prp"]
    assert items(split_words("side effects and cost")) == []


@pytest.mark.parametrize(
    "text",
    [
        "is it safe",
        "and",
        "",
        "one, two and " * 10,
        "will I be in and out",
        "how much pain and swelling",
        "how long and how bad is it",
        "difference between the first and second shot",
    ],
)
def test_what_is_no_list_is_not_cut(text):
    """One item, none, too many words, or halves that say nothing by themselves."""
    assert halves(split_words(text)) == []
    assert items(split_words(text)) == []


def test_what_is_told_and_its_question_make_one_clause():
    """It asks and opens as the question does."""
    text = "I am pregnant, could I have it?"
    told, asked = split_clauses(text, split_words(text))

    both = joined(told, asked)

    assert (spoken(text, both), both.asks, both.opens) == (text, True, True)


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("can i drive and lift things", "can i lift things"),
        ("when can i drive and run again", "when can i run again"),
        ("is it safe and how long does it take", None),
        ("side effects and cost", None),
    ],
)
def test_opening_is_carried_to_the_second_half(text, opened):
    """Unless that opens a question of its own, or the first opens none."""
    found = carried(*halves(split_words(text))[0])

    assert (None if found is None else " ".join(word.form for word in found.words)) == opened


@pytest.mark.parametrize(
    ("text", "left"),
    [("and the side effects", "the side effects"), ("so, how much", "how much"), ("and", "and"), ("is it", "is it")],
)
def test_what_only_links_to_what_stood_before_is_not_read(text, left):
    """A stretch of nothing else stays as it is."""
    assert [word.form for word in without_links(split_words(text))] == left.split()

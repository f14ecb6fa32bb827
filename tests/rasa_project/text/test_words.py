"""Words keep their places in the text, whatever the text is."""

from __future__ import annotations

import pytest

from bot.nlu.text.words import MAX_CHARACTERS, reading, split_words

TEXTS = [
    "How much does PRP cost?",
    "what\u2019s  the\tprice\n\nof it",
    "\u0130s it safe?",
    "\U0001f600 is it safe \U0001f600",
    "\ud83d is it",
    "a\x00b",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_words_point_into_the_text(text):
    """A word's place holds the word."""
    for word in split_words(text):
        typed = text[word.start : word.end].lower().replace("\u2019", "'").replace("\x00", " ")
        assert word.form == typed or "\u0130" in text


def test_reading_is_plain():
    """Lower case, one space, plain quotation marks."""
    text = "What\u2019s   the PRICE\n of it?"

    assert reading(split_words(text)) == "what's the price of it?"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<b>Is it safe?</b>", "is it safe?"),
        ('<p class="MsoNormal">Is it<br/>safe?<o:p></o:p></p>', "is it safe?"),
        ('<a href="https://clinic.example/prp">PRP</a> or gel', "prp or gel"),
        ("is 3 < 5 and b > a", "is 3 < 5 and b > a"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_tags_that_say_how_words_look_are_no_words(text, read):
    """All others stay: they tell an attack. What is no tag stays as well."""
    assert reading(split_words(text)) == read
    assert all(text[word.start : word.end].lower() == word.form for word in split_words(text))


def test_reading_of_nothing_is_empty():
    """There may be no word at all."""
    assert reading([]) == ""


@pytest.mark.parametrize(
    "text", ["\U0001f600" * 50_000, "?" * 50_000, "a." * 50_000, "((((" * 20_000, "is it? " * 20_000]
)
def test_of_a_flood_of_text_only_the_beginning_is_read(text):
    """Nor does any rule of the tokenizer go through it again and again: this ends."""
    words = split_words(text)

    assert all(word.end <= MAX_CHARACTERS for word in words)

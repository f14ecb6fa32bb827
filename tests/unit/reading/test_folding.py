"""Letters in other forms are read as the plain ones; other scripts, emoji and ordinary texts stay as they are."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.folding import fold, shows_nothing
from tests.letter_forms import FORMS

PLAIN = "my throat is closing up, and I have chest pain"


@pytest.mark.parametrize("form", FORMS)
def test_the_same_letters_are_read_the_same(form: str):
    """However a keyboard or a page writes them."""
    assert fold(FORMS[form](PLAIN)).lower() == PLAIN.lower()


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        "My knee\u2019s \u201cbad\u201d \u2014 10 \u00b5g, \u00bd dose, Tylenol\u2122 \u2026",
        "caf\u00e9 na\u00efve \u00fcber",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308",
        "\u0431\u043e\u043b\u044c \u0432 \u0433\u0440\u0443\u0434\u0438",
        "\u044f \u043f\u0440\u0438\u043d\u0438\u043c\u0430\u044e \u0430\u0441",
        "PRP-\u0442\u0435\u0440\u0430\u043f\u0438\u044f \u0432 \u041c\u043e\u0441\u043a\u0432\u0435",
        "\u03a0\u03cc\u03bd\u03bf\u03c2 \u03c3\u03c4\u03bf \u03b3\u03cc\u03bd\u03b1\u03c4\u03bf",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0939\u093f\u0928\u094d\u0926\u0940 \u0915\u094d\u200d\u0937",
        "\u2460 cost \u2461 recovery",
        "10\u00b2",
    ],
)
def test_what_is_no_other_form_stays(text: str):
    """Other scripts, emoji of several parts, marks and accents keep their meaning."""
    assert fold(text) == text


def test_accents_in_pieces_are_put_together():
    """Some keyboards write the letter and its accent apart."""
    assert fold("cafe\u0301") == "caf\u00e9"


def test_digits_in_other_forms_are_digits():
    """A number to call, or a temperature."""
    assert fold("\uff19\uff11\uff11 \U0001d7f5\U0001d7ed\U0001d7ed") == "911 911"


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str):
    """And no text breaks it."""
    assert fold(fold(fold(text))) == fold(fold(text))


@given(st.text(alphabet=string.printable))
def test_plain_text_is_left_alone(text: str):
    """Most messages are nothing else."""
    assert fold(text) is text


@pytest.mark.parametrize("text", ["\u0430" * 4000, "\u200b" * 4000, "c\u200b" * 2000, "\U0001f469\u200d" * 2000])
def test_long_texts_are_folded_at_once(text: str):
    """A message may have 4,000 characters."""
    began = time.process_time()
    fold(text)
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200d", "\u3164", "\u2800 \u2800", "\ufe0f"])
def test_what_shows_nothing_is_blank(text: str):
    """It asks nothing."""
    assert shows_nothing(text)


def test_an_emoji_shows_something():
    """It can be replied to."""
    assert not shows_nothing("\U0001f44d\ufe0f")

"""A patient's text is taken as it is, without what would break the store or the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidMessageError
from bot.messaging.inbound_text import MAX_CHARACTERS, clean_text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("does it hurt?", "does it hurt?"),
        ("  does it hurt? \n", "does it hurt?"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\x00b\x07c\x1bd\x7fe", "abcde"),
        ("chest\x0bpain\x0cnow\x85please", "chest\npain\nnow\nplease"),
        ("col\tumn", "col\tumn"),
        ("👩‍👩‍👧 knee 🦵🏽 hurts ❤️", "👩‍👩‍👧 knee 🦵🏽 hurts ❤️"),
        ("هل الحقن مؤلمة؟", "هل الحقن مؤلمة؟"),
        ("\u202eright to left\u202c", "\u202eright to left\u202c"),
        ("¿Duele la inyección? 痛いですか", "¿Duele la inyección? 痛いですか"),
        ("lone \ud83d surrogate", "lone ? surrogate"),
        ("e\u0301", "e\u0301"),
        ("x" * MAX_CHARACTERS, "x" * MAX_CHARACTERS),
    ],
)
def test_text_is_kept_without_control_characters(raw: str, text: str):
    """Emoji, right-to-left and every language stay."""
    assert clean_text(raw) == text


@pytest.mark.parametrize("raw", ["", "   ", "\n\t\r", "\x00\x00", " \x07 "])
def test_an_empty_message_is_refused(raw: str):
    """There is nothing to answer."""
    with pytest.raises(InvalidMessageError, match="Your message is empty") as raised:
        clean_text(raw)

    assert not raised.value.too_long


def test_a_message_that_is_too_long_is_refused_with_its_length():
    """It says how much is too much."""
    with pytest.raises(InvalidMessageError, match=r"4,001 characters of at most 4,000") as raised:
        clean_text("x" * (MAX_CHARACTERS + 1))

    assert raised.value.too_long


@pytest.mark.parametrize("raw", [None, 5, b"bytes", ["a"], {"text": "a"}])
def test_something_that_is_no_text_is_refused(raw: object):
    """Whatever a channel sends."""
    with pytest.raises(InvalidMessageError, match="must be text"):
        clean_text(raw)


@given(st.text(max_size=200))
def test_whatever_is_taken_can_be_stored_and_cleaning_it_again_changes_nothing(raw: str):
    """Any text at all is either refused or safe."""
    try:
        text = clean_text(raw)
    except InvalidMessageError:
        return

    assert text.encode("utf-8").decode("utf-8") == text
    assert "\x00" not in text
    assert clean_text(text) == text

"""Phrases that are listened for: what they find, what they leave, and which cannot be read."""

from __future__ import annotations

import pytest

from bot.reading.phrases import Phrases, plain_words


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("parking", "Is there PARKING?", True),
        ("parking", "sparkling water", False),
        ("im scared", "I'm scared", True),
        ("im scared", "I\u2019m scared", True),
        ("open on|at", "are you open at nine", True),
        ("open on|at", "are you open late", False),
        ("you (guys) open", "are you guys open", True),
        ("you (guys) open", "are you open", True),
        ("where ... located", "where exactly is your clinic located", True),
        ("where ... located", "where in this rather large and busy town are you located", False),
    ],
)
def test_a_phrase_is_found_in_a_text(phrase: str, text: str, found: bool):
    """Words count whole, next to each other but for a gap."""
    assert Phrases([phrase]).are_in(plain_words(text)) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I'm scared", True),
        ("I am not scared", False),
        ("I'm not at all scared", False),
        ("it does not hurt but I am scared", True),
        ("I was never afraid, now I'm scared", True),
    ],
)
def test_what_is_denied_need_not_count(text: str, found: bool):
    """Only a denial right before it denies."""
    assert Phrases(["scared", "afraid"]).are_in(plain_words(text), denied_counts=False) is found


def test_no_phrases_find_nothing():
    """A clinic may have none."""
    assert not Phrases(()).are_in(plain_words("anything"))
    assert Phrases(()).cut_from(" anything ") == " anything "


def test_what_is_found_can_be_cut_out():
    """So that a longer name does not count as a shorter one too."""
    assert Phrases(["christmas eve"]).cut_from(plain_words("open Christmas Eve?")).split() == ["open"]


@pytest.mark.parametrize("phrase", ["", "...", "(please)", "open |"])
def test_a_phrase_that_says_nothing_is_refused(phrase: str):
    """It would be found in every message."""
    with pytest.raises(ValueError, match="word"):
        Phrases([phrase])

"""How messages are cut and mistyped words read."""

from __future__ import annotations

import pytest

from bot.triage.patterns import PatternError, PatternReader
from bot.triage.phrases import Phrases
from bot.triage.spelling import Spelling
from bot.triage.text import split


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I'm ill", ["i", "am", "ill"]),
        ("can not, cannot, can\u2019t", ["cant", "cant", "cant"]),
        ("it is not", ["it", "isnt"]),
        ("my leg's red", ["my", "leg", "is", "red"]),
        ("heeeelp", ["heelp"]),
        ("\uff43\uff48\uff45\uff53\uff54 38.5\u00b0", ["chest", "38.5"]),
        ("\U0001f630 ow & ouch", ["ow", "and", "ouch"]),
        ("in 2000", ["in", "2000"]),
    ],
)
def test_message_becomes_plain_words(text: str, words: list[str]) -> None:
    """Case, apostrophes, emoji and width make no difference."""
    assert split(text).words == words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("brething", "breathing"),
        ("breahting", "breathing"),
        ("breathingg", "breathing"),
        ("breaxhing", "breathing"),
        ("cheat", "cheat"),
        ("bre", "bre"),
        ("brexxhing", "brexxhing"),
    ],
)
def test_one_typing_error_is_read_over(typed: str, read: str) -> None:
    """One wrong, missing, doubled or swapped letter; never a real word, never two errors."""
    spelling = Spelling({"breathing": 2, "chest": 1}, ["cheat"])

    assert spelling.candidates(typed)[0] == read


def test_phrases_are_found_in_one_pass() -> None:
    """All phrases are found, and the longest one where only that is wanted."""
    phrases = Phrases()
    phrases.add("a", ["no"])
    phrases.add("b", ["no", "doubt"])

    assert phrases.find_all(["no", "doubt"]) == {"a": [(0, 1)], "b": [(0, 2)]}
    assert phrases.find_longest(["no", "doubt", "no"]) == {"b": [(0, 2)], "a": [(2, 3)]}


@pytest.mark.parametrize("source", ["", "{nothing} here", "a + ", "{broken", "the"])
def test_unreadable_pattern_is_refused(source: str) -> None:
    """A pattern that can match nothing is an error, not silence."""
    reader = PatternReader(lists={}, fillers=frozenset({"the"}), phrases=Phrases())

    with pytest.raises(PatternError):
        reader.read(source)

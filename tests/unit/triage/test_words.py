"""How messages are cut into words, numbers read, and patterns found."""

from __future__ import annotations

import pytest

from bot.triage.numbers import number_labels
from bot.triage.patterns import PatternError, PatternReader
from bot.triage.phrases import Phrases
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
        ("I an't, on't, can' walk", ["i", "cant", "dont", "cant", "walk"]),
    ],
)
def test_message_becomes_plain_words(text: str, words: list[str]) -> None:
    """Case, apostrophes, emoji and width make no difference."""
    assert split(text).words == words


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        (["101.5"], ["#fever", "#degrees", "#many"]),
        (["38,5"], ["#fever", "#degrees", "#many"]),
        (["101"], ["#fever", "#many"]),
        (["101.99"], ["#fever", "#many"]),
        (["190", "95"], ["#many", "#pressure", "#many"]),
        (["190", "over", "95"], ["#many", "#pressure", "#many"]),
        (["85", "50"], ["#many", "#pressure", "#many"]),
        (["130", "85"], ["#many", "#many"]),
        (["7"], []),
        (["\u00b2"], []),
    ],
)
def test_numbers_are_labelled(words: list[str], labels: list[str]) -> None:
    """A fever in either scale, eight and more, a blood pressure that is far too high or too low."""
    assert [label for label, _ in number_labels(words)] == labels


def test_part_may_stand_between_two_others() -> None:
    """The pattern "arm + swollen + suddenly" finds them in any order; an order that is asked for is kept."""
    phrases = Phrases()
    reader = PatternReader(lists={}, phrases=phrases)
    free, strict = reader.read("arm + swollen + suddenly"), reader.read("arm > swollen > suddenly")
    found, places = phrases.find_all(["arm", "suddenly", "swollen"]), [0, 1, 2]

    assert list(free.matches(found, places)) == [((0, 1), (2, 3), (1, 2))]
    assert list(strict.matches(found, places)) == []


def test_phrases_are_found_in_one_pass() -> None:
    """All of them, each with its place, those inside another as well."""
    phrases = Phrases()
    phrases.add("a", ["no"])
    phrases.add("b", ["no", "doubt"])

    assert phrases.find_all(["no", "doubt", "no"]) == {"a": [(0, 1), (2, 3)], "b": [(0, 2)]}


@pytest.mark.parametrize("source", ["", "{nothing} here", "a + ", "{broken", "the"])
def test_unreadable_pattern_is_refused(source: str) -> None:
    """A pattern that can match nothing is an error, not silence."""
    reader = PatternReader(lists={}, fillers=frozenset({"the"}), phrases=Phrases())

    with pytest.raises(PatternError):
        reader.read(source)

"""How messages are cut and mistyped words read."""

from __future__ import annotations

import pytest

from bot.triage.numbers import number_labels
from bot.triage.patterns import PatternError, PatternReader
from bot.triage.phrases import Phrases
from bot.triage.real_words import kept_in_step
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
        ("I an't, on't, can' walk", ["i", "cant", "dont", "cant", "walk"]),
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


def test_common_words_near_a_sign_are_kept_as_they_are() -> None:
    """A common word one error away is added, one that became a sign goes, one added by hand stays."""
    signs = {"chest": 1, "fork": 1}

    words = kept_in_step({"fork", "prp"}, ["cheat", "table", "##est"], Spelling(signs, ()), signs)

    assert words == ["cheat", "prp"]


def test_space_typed_too_early_is_moved_back() -> None:
    """A letter that slipped behind the space goes home; words that are right stay."""
    spelling = Spelling({"pain": 1, "shooting": 1, "cant": 1, "move": 1}, ["in", "side"])

    assert spelling.respaced(["pai", "nshooting", "in", "side"]) == ["pain", "shooting", "in", "side"]
    assert spelling.respaced(["can", "tmove"]) == ["cant", "move"]


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


def test_idiom_cuts_a_phrase_but_not_one_that_holds_it() -> None:
    """Within "blood pressure" there is no "blood", but there is "blood pressure"."""
    phrases = Phrases()
    phrases.add("blood", ["blood"])
    phrases.add("pressure", ["blood", "pressure"])

    assert phrases.find_all(["my", "blood", "pressure"], b"\0\1\1") == {"pressure": [(1, 3)]}


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

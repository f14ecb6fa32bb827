"""What the danger model reads of a text."""

from __future__ import annotations

import pytest

from bot.reading.spoken import spoken


def test_a_long_run_without_a_space_is_read_in_one_pass() -> None:
    """Looking for an address from each of its letters to its end would take hours."""
    run = "a" * 1_000_000

    assert spoken(run) == run


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("I can't breathe", "I can't breathe"),
        ("\U0001f630I can't breathe\U0001f630", "I can't breathe"),
        ("it is \ud83d swollen", "it is swollen"),
        ("call 312 555 0111 after five", "call after five"),
        ("(312) 555-0111 or 555-0199", "or"),
        ("write to ana.b@home.example please", "write to please"),
        ("bp 190/110, temp 101.2 then 102.3", "bp 190/110, temp 101.2 then 102.3"),
        ("help help help help me", "help help me"),
        ("took 12 at 10 and 20 at 11", "took 12 at 10 and 20 at 11"),
        ("\uff48\uff45\uff4c\uff50", "help"),
    ],
)
def test_only_words_numbers_and_marks_are_read(text: str, read: str) -> None:
    """Signs and ways to reach somebody hide what stands beside them."""
    assert " ".join(spoken(text).split()) == read

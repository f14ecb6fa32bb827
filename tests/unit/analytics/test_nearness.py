"""Messages that say nearly the same are put together."""

from __future__ import annotations

import time

from bot.analytics.nearness import groups_of


def test_mistyped_messages_meet_and_others_do_not():
    """The largest group first; a group's messages in their order."""
    texts = [
        "can I bring my dog",
        "where do I park",
        "do you take pictures of the garden",
        "wher do i parkk",
        "Where can I park?",
        "can i bring my dogs",
    ]

    assert groups_of(texts) == [[1, 3, 4], [0, 5], [2]]


def test_the_same_words_are_one_group_whatever_stands_around_them():
    """Case, punctuation and marks that nobody sees do not count."""
    assert groups_of(["Cafe?", "cafe", " CAFE!! ", "ca\u200bfe"]) == [[0, 1, 2, 3]]


def test_what_has_no_letters_stands_by_itself():
    """And nothing at all is no group."""
    assert groups_of([]) == []
    assert sorted(groups_of(["", "???", "\U0001f600"])) == [[0], [1], [2]]


def test_three_hundred_different_messages_are_grouped_while_somebody_waits():
    """The worst case: none is near another."""
    texts = [
        " ".join(f"{chr(97 + number % 26)}{number * step:x}word" for step in range(3, 15)) for number in range(300)
    ]
    begun = time.process_time()

    groups_of(texts)

    assert time.process_time() - begun < 2

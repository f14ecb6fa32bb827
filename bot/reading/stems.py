"""What of a word says what it is about: its endings taken off, so that "shots" finds "shot"."""

from __future__ import annotations

_ENDINGS = ("ing", "ed", "es", "s", "e")
_SHORTEST_STEM = 3


def stem(word: str) -> str:
    """Take a word's ending off, if enough is left of it.

    Args:
        word: In small letters.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word

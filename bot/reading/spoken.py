"""What of a text is spoken: its letters, digits and marks, without emoji and other signs."""

from __future__ import annotations

import unicodedata

from bot.reading.folding import fold

_SPOKEN = frozenset("LNPZ")


def spoken(text: str) -> str:
    """Give the spoken part of a text in its plain form; a sign becomes a space.

    To a reader of words each emoji is a word it does not know, and a run of them hides what stands beside it. Half of a
    surrogate pair is no letter either, and no library takes it.

    Args:
        text: Any text.
    """
    if text.isascii():
        return text
    return "".join(
        letter if unicodedata.category(letter)[0] in _SPOKEN or letter in "+$\n" else " " for letter in fold(text)
    )

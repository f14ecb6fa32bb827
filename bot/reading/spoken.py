"""What of a text is spoken: its letters, digits and marks, without emoji, other signs, phone numbers and addresses."""

from __future__ import annotations

import re
import unicodedata

from bot.reading.folding import fold

_SPOKEN = frozenset("LNPZ")
# Looser than what is kept as contact details, and no temperature or blood pressure; of bounded length, so that time
# grows with the text only.
_CONTACT = re.compile(
    r"[\w.+-]{1,64}@[\w.-]{1,99}|(?:\+?\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b|\b\d{3}[ .-]\d{4}\b"
)

# "Help help help help" says no more than "help help", and a page of one word says nothing.
_REPEATED = re.compile(r"\b(\w+)(?:\s+\1\b){2,}")


def spoken(text: str) -> str:
    """Give the spoken part of a text in its plain form; a sign becomes a space.

    To a reader of words each emoji is a word it does not know, and a run of them hides what stands beside it; digits of
    a phone number are as many. Half of a surrogate pair is no letter either, and no library takes it.

    Args:
        text: Any text.
    """
    if not text.isascii():
        text = "".join(
            letter if unicodedata.category(letter)[0] in _SPOKEN or letter in "+$\n" else " " for letter in fold(text)
        )
    return _REPEATED.sub(r"\1 \1", _CONTACT.sub(" ", text))

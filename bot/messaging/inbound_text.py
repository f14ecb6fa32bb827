"""What a patient's message may be, and how it is cleaned before it is stored."""

from __future__ import annotations

import re
import unicodedata

from bot.errors import InvalidMessageError
from bot.reading.folding import shows_nothing

MAX_CHARACTERS = 4000
"""About two pages; the chat page stops at 2,000."""
_KEPT_CONTROLS = {"\n", "\t"}
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85]")


def clean_text(raw: object) -> str:
    """Give the text that is stored: without control characters, line ends as one kind, trimmed.

    Args:
        raw: What the channel received.

    Raises:
        InvalidMessageError: It is no text, empty, or longer than `MAX_CHARACTERS`.
    """
    if not isinstance(raw, str):
        raise InvalidMessageError("A message must be text.")
    if len(raw) > MAX_CHARACTERS:
        raise InvalidMessageError(
            f"Your message is too long: {len(raw):,} characters of at most {MAX_CHARACTERS:,}. Please shorten it.",
            too_long=True,
        )
    text = _LINE_ENDS.sub("\n", raw)
    # Lone surrogates cannot be stored as UTF-8, and NUL not in PostgreSQL.
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) != "Cc")
    text = text.strip()
    if shows_nothing(text):
        raise InvalidMessageError("Your message is empty. Please write your question.")
    return text

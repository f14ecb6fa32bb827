"""Phrases that are listened for anywhere in a message, as content files write them, and whether a text has one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.reading.folding import fold

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"['\u2019]")
_GAP = "..."
_FURTHEST = 4
"""A gap in a phrase is at most this many words long."""
_DENIED = r"(?: (?:not|never|isnt|arent|wasnt|dont|doesnt|didnt|aint|without|no longer)(?: \w+){0,2})(?= )"


class Phrases:
    """Some phrases, any of which counts.

    A phrase is words that stand next to each other; capitals and apostrophes do not matter. `a|b` is one of
    several words, `(a|b)` a word that may be missing, and `...` stands for up to four words.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        """Take the phrases.

        Raises:
            ValueError: One has no word.
        """
        patterns = [_pattern(phrase) for phrase in phrases]
        self._found = re.compile("|".join(patterns)) if patterns else None
        self._denied = re.compile(f"{_DENIED}(?:{'|'.join(patterns)})") if patterns else None

    def are_in(self, text: str, *, denied_counts: bool = True) -> bool:
        """Tell whether a text, as `plain_words` gives it, has one of them.

        Args:
            text: The text.
            denied_counts: Whether one counts that "not" or the like stands before.
        """
        if self._found is None or self._denied is None:
            return False
        return self._found.search(text if denied_counts else self._denied.sub(" ", text)) is not None

    def cut_from(self, text: str) -> str:
        """Give a text, as `plain_words` gives it, without them."""
        return text if self._found is None else self._found.sub(" ", text)


def plain_words(text: str) -> str:
    """Give a text's words in small letters, each between spaces, "I'm" as one word."""
    return f" {' '.join(_WORD.findall(_APOSTROPHES.sub('', fold(text).casefold())))} "


def _pattern(phrase: str) -> str:
    parts, says_something = [], False
    for part in phrase.split():
        if part == _GAP:
            parts.append(rf"(?: \w+){{0,{_FURTHEST}}}")
            continue
        may_be_missing = part.startswith("(") and part.endswith(")")
        words = [plain_words(word).strip() for word in part.strip("()").split("|")]
        if not all(words):
            raise ValueError(f'"{phrase}" has a place without a word')
        parts.append(f"(?: (?:{'|'.join(words)})){'?' if may_be_missing else ''}")
        says_something = says_something or not may_be_missing
    if not says_something:
        raise ValueError(f'"{phrase}" has no word that must be there')
    return f"(?:{''.join(parts)})(?= )"

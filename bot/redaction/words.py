"""The word lists that redaction goes by, read from data/redaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import ContentError
from bot.yaml_file import read_plain

WORDS_FILE = "words.yml"
_APOSTROPHES = str.maketrans("\u2019\u2018\u02bc", "'''")
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*\.?")


@dataclass(frozen=True, kw_only=True)
class RedactionWords:
    """What redaction knows of names and of what stands around them; all of it in small letters.

    Attributes:
        given: Given names that are no ordinary words.
        family: Family names that are no ordinary words.
        ordinary: Words that are no name.
        also_words: Given names that are ordinary words too.
        groups: All other lists of words.yml, by what they are for.
        phrases: Its lists of phrases, each as its words, the longest first.
    """

    given: frozenset[str]
    family: frozenset[str]
    ordinary: frozenset[str]
    also_words: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]

    @classmethod
    def from_folder(cls, folder: Path) -> RedactionWords:
        """Read the lists.

        Args:
            folder: data/redaction.

        Raises:
            ContentError: A list is missing or broken.
        """
        lists = read_plain(folder / WORDS_FILE)
        groups = {name: frozenset(words.split()) for name, words in lists.items() if isinstance(words, str)}
        phrases = {name: _phrases(words) for name, words in lists.items() if isinstance(words, list)}
        missing = (_GROUPS - groups.keys()) | (_PHRASES - phrases.keys())
        if missing:
            raise ContentError(folder / WORDS_FILE, f"has no list '{min(missing)}:'.")
        return cls(
            given=_lines(folder / "given_names.txt"),
            family=_lines(folder / "family_names.txt"),
            ordinary=_lines(folder / "ordinary_words.txt"),
            also_words=groups.pop("also_words"),
            groups=groups,
            phrases=phrases,
        )


_GROUPS = frozenset(
    [
        "also_words",
        "months",
        "particles",
        "heads",
        "loose_heads",
        "eponyms",
        "places",
        "place_before",
        "birth_words",
        "id_words",
        "card_words",
        "security_words",
        "expiry_words",
        "streets",
        "streets_before",
        "homes",
        "never_in_streets",
    ]
)
_PHRASES = frozenset({"sure_before", "before", "after", "sign_offs", "eponym_phrases"})


def plain_apostrophes(text: str) -> str:
    """Give a text with one kind of apostrophe, places kept."""
    return text.translate(_APOSTROPHES)


def _phrases(phrases: list[Any]) -> tuple[tuple[str, ...], ...]:
    split = (tuple(str(phrase).split()) for phrase in phrases)
    return tuple(sorted(split, key=len, reverse=True))


def _lines(path: Path) -> frozenset[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ContentError(path, f"cannot be read ({error.strerror}).") from error
    return frozenset(line for line in lines if line and not line.startswith("#"))

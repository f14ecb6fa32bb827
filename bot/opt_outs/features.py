"""What of a text the judge of opt-outs reads: its words, its letters, the kinds of its words, and what the parts hear.

Kinds are what lets it hear words that it never saw: "detengan los avisos" is, by kinds, "stop these texts". Nothing
here is of one language.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Protocol

from bot.errors import ContentError
from bot.short_replies.words import words_of
from bot.yaml_file import line_of, read_yaml

KINDS_FILE = "kinds.yml"
BUCKETS = 1 << 15
"""Numbers that a feature of words, and one of kinds, is hashed to."""
_WORDS, _LETTERS, _KINDS = (1, 2, 3), (3, 4, 5), (1, 2, 3, 4)
"""How many words, letters and kinds in a row are one feature."""
_KINDS_IN_PLACE = (2, 3)
_OF_PARTS = 3
"""How many features say that the parts hear an opt-out: one would weigh next to nothing among so many."""
_SHORTEST_STEM = 3
_START, _END, _OTHER = "^", "$", "_"


class Hears(Protocol):
    """What hears an opt-out by its parts."""

    def reads(self, text: str) -> object | None:
        """Give what it hears; None for nothing."""


class Features:
    """Turns texts into numbers of features; the same text always into the same."""

    def __init__(self, kinds: Path, parts: Hears) -> None:
        """Read the kinds of words.

        Args:
            kinds: The file, usually data/opt_outs/kinds.yml.
            parts: What hears opt-outs by their parts.

        Raises:
            ContentError: The file is broken; names file and line.
        """
        self._parts = parts
        self._exact: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        raw = read_yaml(kinds)
        for kind, words in raw.items():
            if not isinstance(words, list) or not words:
                raise ContentError(kinds, f"'{kind}' must hold a list of words.", line_of(raw, kind))
            for word in map(str, words):
                (self._stems if word.endswith("*") else self._exact).setdefault(word.rstrip("*"), str(kind))

    def of(self, text: str) -> tuple[list[int], list[int]]:
        """Give the features of a text: of words and letters, and of kinds; each below `BUCKETS`, in order."""
        words = _words_and_questions(text)
        return _hashed(self._of_words(words)), _hashed(self._of_kinds(text, words))

    @staticmethod
    def _of_words(words: Sequence[str]) -> Iterator[str]:
        for run in _runs([_START, *words, _END], _WORDS):
            yield f"w{' '.join(run)}"
        for word in words:
            for letters in _runs(f"<{word}>", _LETTERS):
                yield f"c{''.join(letters)}"

    def _of_kinds(self, text: str, words: Sequence[str]) -> Iterator[str]:
        kinds = [self._kind(word) for word in words]
        known = [kind for kind in kinds if kind is not None]
        for run in _runs([_START, *known, _END], _KINDS):
            yield f"k{' '.join(run)}"
        for run in _runs([_START, *(kind or _OTHER for kind in kinds), _END], _KINDS_IN_PLACE):
            yield f"f{' '.join(run)}"
        for pair in combinations(sorted(set(known)), 2):
            yield f"p{' '.join(pair)}"
        if self._parts.reads(text) is not None:
            yield from (f"heard {number}" for number in range(_OF_PARTS))

    def _kind(self, word: str) -> str | None:
        if word in self._exact:
            return self._exact[word]
        stems = (word[:length] for length in range(len(word), _SHORTEST_STEM - 1, -1))
        return next((self._stems[stem] for stem in stems if stem in self._stems), None)


def _words_and_questions(text: str) -> list[str]:
    """Give the words of a text; a question mark is one of them."""
    first, *asked = text.split("?")
    return [*words_of(first), *(word for part in asked for word in ("?", *words_of(part)))]


def _runs(row: Sequence[str], lengths: Iterable[int]) -> Iterator[Sequence[str]]:
    for length in lengths:
        yield from (row[start : start + length] for start in range(len(row) - length + 1))


def _hashed(features: Iterable[str]) -> list[int]:
    return sorted({zlib.crc32(feature.encode()) % BUCKETS for feature in features})

"""A text as the claim rules read it: plain words between single spaces, with the way back to where they stood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"\{[^{}]*\}|\d[\d.,]*\d|[^\W_]+(?:['’][^\W_]+)*|%|[.!?\n]+|[,;:()]|\s[-–—]+\s")  # noqa: RUF001 - typed so.
_ENDS = ".!?"
_BREAK = " . ."
_TURNS = frozenset({"but", "however", "yet", "though", "although"})
_SUBJECTS = frozenset({"i", "it", "she", "he", "they", "we", "you", "your", "the"})
_CONTRACTIONS = (("can't", "can not"), ("cannot", "can not"), ("won't", "will not"), ("n't", " not"), ("'ll", " will"))
_UNIT = re.compile(r"^(\d[\d.,]*)([a-z]+)$")


@dataclass(frozen=True, kw_only=True)
class ClaimText:
    """What was read.

    Attributes:
        text: The text as it was.
        words: All of it in small letters; " ; " ends a clause, " . " a sentence, " . . " a paragraph.
        places: For each character of `words`, where its word begins and ends in `text`.
    """

    text: str
    words: str
    places: tuple[tuple[int, int], ...]

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Give each sentence with where it begins in `words`; it begins and ends with a space."""
        start = 0
        for end in re.finditer(r" \.(?= )|$", self.words):
            sentence = self.words[start : end.start() + 1]
            if sentence.strip():
                yield start, sentence if sentence.endswith(" ") else f"{sentence} "
            start = end.end()

    def paragraph(self, place: int) -> str:
        """Give the words of the paragraph around a place in `words`; they begin and end with a space."""
        start = self.words.rfind(_BREAK, 0, place)
        end = self.words.find(_BREAK, place)
        return self.words[0 if start < 0 else start + len(_BREAK) : len(self.words) if end < 0 else end + 1]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Give where a stretch of `words` stands in `text`."""
        return self.places[start][0], self.places[end - 1][1]


def read_text(text: str) -> ClaimText:
    """Read a text for its claims."""
    words, places = " ", [(0, 0)]
    for match in _TOKEN.finditer(text):
        for word in _plain_words(match.group()):
            # "It will not hurt and you will be fine": what is denied ends at the "and".
            if word in _SUBJECTS and words.endswith(" and "):
                words += "; "
                places.extend([match.span()] * 2)
            words += f"{word} "
            places.extend([match.span()] * (len(word) + 1))
    return ClaimText(text=text, words=words, places=tuple(places))


def _plain_words(token: str) -> list[str]:
    mark = token.strip(" \t")[:1]
    if "\n" in token:
        return [".", "."]
    if mark in _ENDS:
        return ["."]
    if mark in ",;:()-–—":  # noqa: RUF001 - dashes as they are typed.
        return [";"]
    word = token.casefold().replace("’", "'")  # noqa: RUF001 - typed so.
    for short, full in _CONTRACTIONS:
        word = word.replace(short, full)
    unit = _UNIT.match(word)
    if unit:
        return [unit.group(1), unit.group(2)]
    return [";", word] if word in _TURNS else word.split()

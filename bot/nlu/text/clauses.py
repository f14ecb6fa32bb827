"""Where a message may be cut: its clauses, smaller than questions rather than larger."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.nlu.text.question_forms import COORDINATORS, HELPING_VERBS, LINKS, QUESTION_WORDS, SUBJECTS, opens
from bot.nlu.text.words import Word

MAX_CLAUSES = 7
"""A division is chosen among all, of which there are some 600 for so many clauses."""
_END_MARKS = frozenset(".?!;\u2026")
# What stands before an item of a list: "1." or a hyphen at the beginning of a line, "2)" and "(b)" anywhere.
_ITEM_MARK = re.compile(
    r"^[ \t]*(?:\d{1,2}[.)]|[a-h]\)|[-*\u2022\u2013])(?=[ \t])|(?<!\S)(?:\(?\d{1,2}|\([a-hA-H])\)(?=\s)", re.MULTILINE
)
# A full stop after these ends no sentence (spaCy keeps it apart from a word in lower case).
_ABBREVIATIONS = frozenset({"dr", "mr", "mrs", "ms", "vs", "approx", "st"})
# So many words after a link tell whether a question opens there.
_LOOKED_AT = 12
# "How long does it take" is one question: its verb opens none so soon after its question word.
_REACH_OF_QUESTION_WORD = 4


class Join(StrEnum):
    """How a clause begins: what parts it from the one before."""

    START = "start"
    SENTENCE = "sentence"
    """A new sentence, line or item of a list."""
    WORD_OPENS = "word_opens"
    """A word ("and", "also") before what opens as a question does."""
    MARK_OPENS = "mark_opens"
    """A comma, dash, colon or bracket before it."""
    OPENS = "opens"
    """Nothing: "how soon does it work how long does it last"."""
    WORD = "word"
    """A word before anything else: "cost and recovery time"."""
    MARK = "mark"


# Which places are kept where there are too many.
_STRENGTH = {
    Join.SENTENCE: 4,
    Join.WORD_OPENS: 5,
    Join.MARK_OPENS: 5,
    Join.OPENS: 3,
    Join.WORD: 2,
    Join.MARK: 1,
}
_ASKING_SENTENCE = 6


@dataclass(frozen=True)
class Cut:
    """A place where a message may be cut.

    Attributes:
        place: The number of the word before which it is.
        join: How what follows begins.
    """

    place: int
    join: Join


def cuts(text: str, words: Sequence[Word]) -> list[Cut]:
    """Find where a message may be cut, so that between two of the places lies at least one word.

    Args:
        text: What the patient typed (line breaks end a clause).
        words: Its words.

    Returns:
        The places in order, at most `MAX_CLAUSES` - 1; of more those beside what asks come first.
    """
    marks = [match.span() for match in _ITEM_MARK.finditer(text)]
    found = []
    for place in range(1, len(words)):
        join = _join_at(text, words, place, marks)
        if join is not None:
            found.append(Cut(place, join))
    kept: list[Cut] = []
    for cut in sorted(found, key=lambda cut: -_strength(words, cut)):
        wanted = sorted([*kept, cut], key=lambda each: each.place)
        if len(wanted) < MAX_CLAUSES and _have_words(words, wanted):
            kept = wanted
    return kept


def _join_at(text: str, words: Sequence[Word], place: int, marks: Sequence[tuple[int, int]]) -> Join | None:
    before, word = words[place - 1], words[place]
    begins_item = any(start <= word.start and word.end <= end for start, end in marks)
    after_end = _is_end(before) and not _is_end(word) and word.form not in {")", '"', "'"}
    abbreviated = before.form == "." and place > 1 and words[place - 2].form in _ABBREVIATIONS
    if begins_item or (after_end and not abbreviated) or "\n" in text[before.end : word.start]:
        return Join.SENTENCE
    if before.form in LINKS:
        return None
    if word.form in LINKS:
        behind = next((later for later in range(place, len(words)) if words[later].form not in LINKS), None)
        if behind is None:
            return None
        is_word = any(link.form in COORDINATORS for link in words[place:behind])
        if opens(words[behind : behind + _LOOKED_AT]):
            return Join.WORD_OPENS if is_word else Join.MARK_OPENS
        return Join.WORD if is_word else Join.MARK
    return Join.OPENS if place > 1 and _opens_unlinked(words, place) else None


def _opens_unlinked(words: Sequence[Word], place: int) -> bool:
    if words[place].form in QUESTION_WORDS | {"whether"}:
        # "Does it hurt when you draw blood" is one: its "when" only says when.
        return words[place].form != "when" or opens(words[place : place + _LOOKED_AT])
    near = {word.form for word in words[max(0, place - _REACH_OF_QUESTION_WORD) : place]}
    inverted = words[place].form in HELPING_VERBS and place + 1 < len(words) and words[place + 1].form in SUBJECTS
    return inverted and QUESTION_WORDS.isdisjoint(near)


def _strength(words: Sequence[Word], cut: Cut) -> int:
    if cut.join is Join.SENTENCE:
        asks = "?" in words[cut.place - 1].form or opens(words[cut.place : cut.place + _LOOKED_AT])
        return _ASKING_SENTENCE if asks else _STRENGTH[cut.join]
    return _STRENGTH[cut.join]


def _is_end(word: Word) -> bool:
    return bool(word.form) and _END_MARKS.issuperset(word.form)


def _have_words(words: Sequence[Word], found: Sequence[Cut]) -> bool:
    places = [0, *(cut.place for cut in found), len(words)]
    return all(
        any(any(letter.isalnum() for letter in word.form) for word in words[start:end])
        for start, end in itertools.pairwise(places)
    )

"""What a short reply means, and which of the choices before the patient it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from bot.settings import ROOT
from bot.short_replies.lines import Lines, LinesFile
from bot.short_replies.words import words_of

FILE = "short_replies.yml"
LONGEST = 120
"""Characters; what is longer says more than a short reply does."""
LONGEST_TITLE = 200
SHORTEST_MISTYPED = 4
"""Letters of a word that may be mistyped; in a shorter one, one wrong letter makes another: "PRP" is no "PRF"."""
LETTERS_PER_SLIP = 6
"""In each word one letter may be wrong; in longer ones, one more for each so many letters."""


class Meaning(Enum):
    """What a short reply says; the values are the names in the file."""

    YES = "affirming"
    AGREED = "agreeing"
    NO = "refusing"
    TAKEN_BACK = "taking_back"
    WITHDRAWN = "withdrawing"
    OPT_OUT = "opting_out"
    PERSON = "asking_for_person"
    WAITING = "waiting"
    NUMBER = "asking_number"
    THANKED = "thanking"


# In this order they are tried; each may stand together with what is named after it ("no, never mind").
_BESIDE: dict[Meaning, tuple[str, ...]] = {
    Meaning.OPT_OUT: ("asking", "refusing", "agreeing"),
    Meaning.WITHDRAWN: ("asking", "taking_back", "refusing", "affirming", "agreeing"),
    # A refusal beside it refuses what was offered instead: "neither, I want a human".
    Meaning.PERSON: ("asking", "taking_back", "refusing", "affirming", "agreeing"),
    Meaning.TAKEN_BACK: ("asking", "refusing", "affirming", "agreeing"),
    Meaning.NO: ("agreeing",),
    Meaning.YES: ("agreeing",),
    Meaning.AGREED: (),
    Meaning.WAITING: ("refusing", "affirming", "agreeing", "thanking"),
    Meaning.NUMBER: ("affirming", "agreeing", "thanking"),
    Meaning.THANKED: (),
}
_CARD_TAKEN_BACK, _BESIDE_CARD = "taking_card_back", ("around", "affirming", "agreeing")
"""No refusal beside it: "not" and "safe" are something else."""
_NEVER_ASK = frozenset({Meaning.NO, Meaning.YES, Meaning.AGREED, Meaning.THANKED})
_MAY_ASK = frozenset({Meaning.PERSON, Meaning.WAITING, Meaning.NUMBER})
_CLAUSE_END = re.compile(
    r"\s*[.!?;,:\n\u2026]+\s*|\s+[-\u2013\u2014]+\s+|\s+(?:but|and|also|plus|pero)\s+", re.IGNORECASE
)
_JOINING = re.compile(r"^(?:(?:but|and|also|plus|pero)\b[\s,]*)+", re.IGNORECASE)
LONGEST_IN_CLAUSES, MOST_CLAUSES = 600, 12
# "-1" and "1.5" are no places.
_NO_COUNT = re.compile(r"(?<![\w-])[-\u2212\u2013]\d|\d\.\d|\d%")
_LAST = -1
_EVERY = {"both": 2, "all": 0}


@dataclass(frozen=True, kw_only=True)
class Places:
    """Which of a list of choices are meant.

    Attributes:
        numbers: By their numbers, from 1; -1 is the last.
        every: How many there must be where all of them are meant, 0 for any number; None where some are.
    """

    numbers: tuple[int, ...] = ()
    every: int | None = None

    def among(self, count: int) -> tuple[int, ...]:
        """Give the places, from 0, in a list of so many; none where it has not all of them."""
        if self.every is not None:
            return tuple(range(count)) if self.every in {0, count} else ()
        places = tuple(number - 1 if number != _LAST else count - 1 for number in self.numbers)
        return places if all(0 <= place < count for place in places) else ()


class ShortReplies:
    """Reads short replies; the same text always means the same."""

    def __init__(
        self,
        groups: Mapping[str, Lines],
        places: Mapping[str, Lines],
        beside_places: Lines,
        small_words: frozenset[str],
    ) -> None:
        """Keep what `from_file` has read."""
        self._groups = dict(groups)
        self._places = dict(places)
        self._beside_places = beside_places
        self._small_words = small_words

    @classmethod
    def from_file(cls, path: Path) -> ShortReplies:
        """Read the words.

        Raises:
            ContentError: The file is broken; names file and line.
        """
        file = LinesFile(path)
        places = file.lines_by_key("places")
        for name in places:
            if name not in {*_EVERY, "last"} and not name.isdecimal():
                raise file.refuse("places", f"'{name}' must be a number, last, both or all.")
        names = ("around", "asking", _CARD_TAKEN_BACK, *(meaning.value for meaning in Meaning))
        groups = {name: file.of_all_languages(name) for name in names}
        return cls(groups, places, file.lines("beside_places"), file.words("small_words"))

    @classmethod
    def from_folder(cls, folder: Path) -> ShortReplies:
        """Read the words of a content folder; one that has none of its own goes by those of the project.

        Raises:
            ContentError: As for `from_file`.
        """
        own = folder / FILE
        return cls.from_file(own if own.is_file() else ROOT / "data" / "knowledge" / FILE)

    def meaning(self, text: str) -> Meaning | None:
        """Give what a text means if it is one of the short replies and nothing else."""
        said = _said(text)
        found = next((meaning for meaning in _BESIDE if said and self._means(said, meaning)), None)
        if found is Meaning.WITHDRAWN and self._is_wish_after_no(text):
            return Meaning.PERSON
        return None if found is not None and "?" in text and not self._may_ask(said, found) else found

    def takes_card_back(self, text: str) -> bool:
        """Say whether a text says that its writer is safe or a card is not about them, and nothing else."""
        said = _said(text)
        return bool(said) and "?" not in text and self._says(said, _CARD_TAKEN_BACK, _BESIDE_CARD)

    def leads_with_yes(self, text: str) -> bool:
        """Say whether the first word or clause of a text is a yes, whatever comes after it: "yes my whole arm"."""
        clause = (_clauses(text) or [text])[0]
        words = words_of(clause)
        # A bare "yes?" asks back.
        return self.meaning(clause) is Meaning.YES or (len(words) > 1 and self.meaning(words[0]) is Meaning.YES)

    def _is_wish_after_no(self, text: str) -> bool:
        """Say whether a mark divides a refusal from a wish: "no, quiero hablar con una persona"."""
        first, *rest = _clauses(text)
        return bool(rest) and self.meaning(first) is Meaning.NO and self.meaning(" ".join(rest)) is Meaning.PERSON

    def _may_ask(self, said: str, meaning: Meaning) -> bool:
        """Say whether a text may have a question mark: "can you cancel it?" does; "yes?" and "no nurse?" ask back."""
        if meaning in _MAY_ASK:
            return True
        starts = [0, *(place + 1 for place, letter in enumerate(said[:-1]) if letter == " ")]
        return meaning not in _NEVER_ASK and any(self._groups["asking"].ends(said, start) for start in starts)

    def beside_question(self, text: str) -> tuple[Meaning, str] | None:
        """Give what some clauses of a text mean, and the rest of it: "I want a human. How much is PRP?".

        It is the wish for a person in any clause, or the yes that leads the text; None for a text with neither, or with
        nothing besides.
        """
        clauses = _clauses(text)
        meanings = [self.meaning(clause) for clause in clauses]
        for wanted in (Meaning.PERSON, Meaning.YES):
            at = next((place for place, meaning in enumerate(meanings) if meaning is wanted), None)
            if at is None or (wanted is Meaning.YES and at > 0):
                continue
            # What is short in itself stands with it: "no, I want a human, thanks. How much is it?".
            rest = [clause for clause, meaning in zip(clauses, meanings, strict=True) if meaning is None]
            others = {meaning for meaning in meanings if meaning is not None}
            is_plain = others <= {wanted, Meaning.YES, Meaning.AGREED, Meaning.THANKED} or wanted is Meaning.PERSON
            is_taken_back = not others.isdisjoint({Meaning.WITHDRAWN, Meaning.OPT_OUT})
            if rest and is_plain and not is_taken_back and any(len(words_of(clause)) > 1 for clause in rest):
                return wanted, " ".join(rest)
        return None

    def places(self, text: str) -> Places | None:
        """Give which of the choices before the patient a text names by number or place; None if it says more."""
        said, at, every = "" if _NO_COUNT.search(text) else _said(text), 0, None
        around = [self._beside_places, *(self._groups[name] for name in ("around", "affirming", "agreeing"))]
        numbers: list[int] = []
        while at < len(said):
            end, name = max((lines.end(said, at), name) for name, lines in self._places.items())
            beside = max(lines.end(said, at) for lines in around)
            # "The first one": a "one" after a place counts nothing.
            if beside > at and (end == at or (numbers and beside >= end)):
                at = beside
                continue
            if end == at or every is not None or _LAST in numbers:
                return None
            at = end
            if name in _EVERY:
                every = _EVERY[name]
            else:
                numbers.append(_LAST if name == "last" else int(name))
        if every is not None:
            return None if numbers else Places(every=every)
        return Places(numbers=tuple(dict.fromkeys(numbers))) if numbers else None

    def titled(self, text: str, titles: Sequence[str]) -> int | None:
        """Give the place of the title that a text is, typing errors and small words apart; None where in doubt."""
        wanted = self._telling(text) if len(text) <= LONGEST_TITLE else []
        if not wanted:
            return None
        told = [self._telling(title) for title in titles]
        same = [place for place, words in enumerate(told) if words == wanted]
        if same:
            return same[0]
        close = [place for place, words in enumerate(told) if _is_mistyped(wanted, words)]
        return close[0] if len({titles[place] for place in close}) == 1 else None

    def _means(self, said: str, meaning: Meaning) -> bool:
        return self._says(said, meaning.value, ("around", *_BESIDE[meaning]))

    def _says(self, said: str, name: str, names_beside: Sequence[str]) -> bool:
        """Say whether a text is made of lines of a meaning and of what may stand beside them, in any order."""
        meant, beside = self._groups[name], [self._groups[each] for each in names_beside]
        # Where a reading of the text can stand, and whether a line of the meaning was among what it read.
        waiting, seen = [(0, False)], {(0, False)}
        while waiting:
            at, is_meant = waiting.pop()
            if at == len(said):
                if is_meant:
                    return True
                continue
            nexts = {(end, True) for end in meant.ends(said, at)}
            nexts |= {(end, is_meant) for lines in beside for end in lines.ends(said, at)}
            waiting += nexts - seen
            seen |= nexts
        return False

    def _telling(self, text: str) -> list[str]:
        return [word for word in words_of(text) if word not in self._small_words]


def _said(text: str) -> str:
    """Give a short text as words that each end with a space; nothing for a long one."""
    return "" if len(text) > LONGEST else "".join(f"{word} " for word in words_of(text))


def _is_mistyped(typed: Sequence[str], meant: Sequence[str]) -> bool:
    """Say whether two texts are the same words but for typing errors."""
    return len(typed) == len(meant) and all(
        one == other or _is_slip(one, other) for one, other in zip(typed, meant, strict=True)
    )


def _is_slip(typed: str, meant: str) -> bool:
    if len(meant) < SHORTEST_MISTYPED:
        return False
    return _slips(typed, meant) <= max(1, len(meant) // LETTERS_PER_SLIP)


def _slips(typed: str, meant: str) -> int:
    """Count the letters that are wrong, missing, too many or swapped with the next."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        last, before, row = before, row, [i]
        for j, other in enumerate(meant, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


def _clauses(text: str) -> list[str]:
    """Give the clauses of a text, each with the mark that ends it; none of a long one."""
    if len(text) > LONGEST_IN_CLAUSES:
        return []
    clauses, start = [], 0
    for end in _CLAUSE_END.finditer(text):
        # A decimal point and a number with commas end nothing.
        if end.group().strip() in {".", ",", ":"} and not end.group().endswith((" ", "\n")) and end.end() < len(text):
            continue
        marks = end.group().strip() if end.group().strip(" \n")[:1] in {*".!?;,:"} else ""
        clauses.append(text[start : end.start()] + marks)
        start = end.end()
    clauses.append(text[start:])
    clauses = [_JOINING.sub("", clause.strip()) for clause in clauses]
    found = [clause for clause in clauses if words_of(clause)]
    return found if len(found) <= MOST_CLAUSES else []

"""The small language of data/knowledge/red_flags.yml, from its lines to what can be looked for.

can't breathe                 these words, next to each other
can't|cannot catch my breath  one of several words at a place; "_" joins words: ran_out|short of air
{mouth} swelling              any entry of the list "mouth"
{pain} + chest                both, in any order, at most four words apart
lost > vision                 both, in this order
temperature + #fever          a number that is a fever; #degrees: one as a thermometer shows it; #many: eight and more;
                              #pressure: far too high or low
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.triage.numbers import NUMBERS
from bot.triage.phrases import Phrases, Span
from bot.triage.text import CONTRACTED, split

WITHIN = 4
"""How many words may stand between two neighboring parts."""
MOST_FORMS = 6000

Phrase = tuple[str, ...]
_PARTS = re.compile(r"\s([+>])\s")
_LIST = re.compile(r"\{([a-z_]+)\}")
_STRAY = re.compile(r"[{}+>#]")


class PatternError(ValueError):
    """Raised when a pattern cannot be read; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pattern:
    """Parts to be found near each other.

    Attributes:
        labels: The label of each part.
        ordered: Whether each further part stands after the ones before it.
    """

    labels: tuple[str, ...]
    ordered: tuple[bool, ...] = ()

    def matches(self, found: Mapping[str, Sequence[Span]], places: Sequence[int]) -> Iterator[tuple[Span, ...]]:
        """Find the pattern.

        Args:
            found: The spans of each label in a message.
            places: The place of each word.

        Yields:
            The span of each part.
        """
        if all(label in found for label in self.labels):
            yield from self._extend((), found, places)

    def _extend(
        self, taken: tuple[Span, ...], found: Mapping[str, Sequence[Span]], places: Sequence[int]
    ) -> Iterator[tuple[Span, ...]]:
        if len(taken) == len(self.labels):
            yield taken
            return
        spans = found[self.labels[len(taken)]]
        if not taken:
            for span in spans:
                yield from self._extend((span,), found, places)
            return
        first, last = min(taken)[0], max(span[1] for span in taken) - 1
        low, high = places[first] - WITHIN - 6, places[last] + WITHIN + 1
        at = bisect_left(spans, low, key=lambda span: places[span[0]])
        while at < len(spans) and places[spans[at][0]] <= high:
            start, end = spans[at]
            at += 1
            after = start > last
            free = not self.ordered[len(taken) - 1]
            before = end - 1 < first and free
            between = free and start > first and end <= last and all(end <= a or b <= start for a, b in taken)
            if (
                between
                or (after and places[start] - places[last] - 1 <= WITHIN)
                or (before and places[first] - places[end - 1] - 1 <= WITHIN)
            ):
                yield from self._extend((*taken, (start, end)), found, places)


@dataclass(kw_only=True)
class PatternReader:
    """Reads patterns and puts their phrases into one tree.

    Attributes:
        lists: The named lists, each its phrases.
        fillers: Words that are left out of messages and phrases ("really", "the", "my").
        phrases: The tree that the phrases go into.
    """

    lists: dict[str, list[Phrase]]
    phrases: Phrases
    fillers: frozenset[str] = frozenset()

    def read(self, source: str) -> Pattern:
        """Read one pattern and add its phrases to the tree.

        Args:
            source: The line of the file.

        Returns:
            The pattern.

        Raises:
            PatternError: If it names an unknown list, is empty, or stands for too many phrases.
        """
        pieces = _PARTS.split(source)
        parts, joints = pieces[::2], pieces[1::2]
        return Pattern(
            labels=tuple(self._label(part.strip()) for part in parts),
            ordered=tuple(joint == ">" for joint in joints),
        )

    def _label(self, part: str) -> str:
        if part in NUMBERS:
            return part
        for form in self.forms(part):
            self.phrases.add(part, form)
        return part

    def forms(self, part: str) -> list[Phrase]:
        """Give every phrase that a part stands for.

        Args:
            part: Words, alternatives and lists.

        Returns:
            The phrases, in words.

        Raises:
            PatternError: If it cannot be read, is empty, or stands for too many.
        """
        items = [self._choices(item) for item in part.split()]
        if not any(items):
            raise PatternError(f"{part!r} has no words but fillers")
        forms: list[Phrase] = []
        for choice in itertools.product(*(item or [()] for item in items)):
            forms.append(_contracted(itertools.chain.from_iterable(choice)))
            if len(forms) > MOST_FORMS:
                raise PatternError(f"{part!r} stands for more than {MOST_FORMS} phrases; join two parts with + instead")
        return forms

    def _list(self, name: str) -> list[Phrase]:
        if name not in self.lists:
            raise PatternError(f"there is no list {name!r}")
        return self.lists[name]

    def _choices(self, item: str) -> list[Phrase]:
        choices: list[Phrase] = []
        for choice in item.split("|"):
            named = _LIST.fullmatch(choice)
            if named:
                choices.extend(self._list(named[1]))
            elif _STRAY.search(choice):
                raise PatternError(f"{item!r} cannot be read; write words, {{lists}}, |, or + and > between spaces")
            elif phrase := tuple(word for word in split(choice.replace("_", " ")).words if word not in self.fillers):
                choices.append(phrase)
        return choices


def _contracted(words: Iterable[str]) -> Phrase:
    """Write "do not" as messages are read: "dont"."""
    phrase: list[str] = []
    for word in words:
        if word == "not" and phrase and phrase[-1] in CONTRACTED:
            phrase[-1] = CONTRACTED[phrase[-1]]
        else:
            phrase.append(word)
    return tuple(phrase)

"""Which treatments, conditions, body parts and medicines a message names, found by rules over its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.nlu.text.words import Word, split_words

# Stands for every word that is in no form, so that the matcher's vocabulary does not grow with what patients type.
_OTHER_WORD = "\u2022"

# On equal spans the first kind wins: "cortisone" is the treatment before it is the medicine.
_PRECEDENCE = ("treatment", "medicine", "condition", "body_part")
# A body part keeps standing inside a condition: "knee arthritis" is about the knee too.
_MAY_STAND_INSIDE = {"body_part": "condition"}


@dataclass(frozen=True)
class FoundEntity:
    """One entity in a message.

    Attributes:
        kind: The entity's name, such as `treatment`.
        value: What it stands for, such as `prp`.
        start: Where it begins in the message's text.
        end: Where it ends (exclusive).
        role: What it is named for, where that matters, such as `excluded`.
    """

    kind: str
    value: str
    start: int
    end: int
    role: str | None = None


class EntityMatcher:
    """Finds entities by the surface forms that the training data lists.

    Args:
        forms: For each kind of entity, its surface forms and the value each stands for.
    """

    def __init__(self, forms: Mapping[str, Mapping[str, str]]) -> None:
        self.forms: dict[str, dict[str, str]] = defaultdict(dict)
        for kind, values in forms.items():
            self.forms[kind].update((_normal(form), value) for form, value in values.items() if _normal(form))
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._values: dict[tuple[str, str], str] = {}
        self._words: set[str] = set()
        for kind, values in self.forms.items():
            patterns = list(self._all_forms(kind, values))
            self._words.update(word for pattern in patterns for word in pattern)
            self._matcher.add(kind, [Doc(self._vocab, words=pattern) for pattern in patterns])

    def find(self, words: Sequence[Word]) -> list[FoundEntity]:
        """Find the entities of a message, in order; of overlapping ones the longest wins.

        Args:
            words: The message's words, as `split_words` gives them, spelling repaired or not.
        """
        words = [word for index, word in enumerate(words) if not _is_joining_hyphen(words, index)]
        forms = [word.form if word.form in self._words else _OTHER_WORD for word in words]
        doc = Doc(self._vocab, words=forms)
        spans = [(self._vocab.strings[kind], start, end) for kind, start, end in self._matcher(doc)]
        spans.sort(key=lambda span: (span[1] - span[2], _rank(span[0]), span[1]))
        kept: list[tuple[str, int, int]] = []
        for span in spans:
            if not any(_excludes(other, span) for other in kept):
                kept.append(span)
        return sorted((self._entity(words, span) for span in kept), key=lambda entity: (entity.start, entity.end))

    def _entity(self, words: Sequence[Word], span: tuple[str, int, int]) -> FoundEntity:
        kind, start, end = span
        form = " ".join(word.form for word in words[start:end])
        return FoundEntity(kind, self._values[kind, form], words[start].start, words[end - 1].end)

    def _all_forms(self, kind: str, values: Mapping[str, str]) -> Iterable[list[str]]:
        """Give each form's words, and its plural unless that is a form by itself; remember what they stand for."""
        for form, value in values.items():
            words = form.split(" ")
            self._values[kind, form] = value
            yield words
            plural = f"{form}s"
            if words[-1].isalpha() and not form.endswith("s") and plural not in values:
                self._values[kind, plural] = value
                yield plural.split(" ")


def _normal(form: str) -> str:
    """Write a form as its words are matched: lower case, one space between words, no joining hyphens."""
    words = split_words(form)
    return " ".join(word.form for index, word in enumerate(words) if not _is_joining_hyphen(words, index))


def _is_joining_hyphen(words: Sequence[Word], index: int) -> bool:
    """Say whether a word is the hyphen of "platelet-rich" (not the dash between two thoughts)."""
    word = words[index]
    if word.form not in {"-", "\u2010", "\u2011"} or index in {0, len(words) - 1}:
        return False
    return words[index - 1].end == word.start and word.end == words[index + 1].start


def _rank(kind: str) -> int:
    return _PRECEDENCE.index(kind) if kind in _PRECEDENCE else len(_PRECEDENCE)


def _excludes(kept: tuple[str, int, int], span: tuple[str, int, int]) -> bool:
    overlap = kept[1] < span[2] and span[1] < kept[2]
    return overlap and _MAY_STAND_INSIDE.get(span[0]) != kept[0]

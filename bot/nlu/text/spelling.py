"""Which known word a mistyped word most likely is, one typing error away."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

# Shorter words are one edit away from too many others ("hip" and "lip").
MINIMUM_LENGTH = 4
# A wrong first letter is rare; only in a long word is the rest enough to tell.
LENGTH_FOR_ANY_FIRST_LETTER = 7

_WORD = re.compile(r"[a-z]+")


class Spelling:
    """The words that are known, and the repair of those that are not.

    Args:
        frequencies: How often each word stands in the training data.
        meanings: For the words of entities (medicines, treatments, body parts, conditions), what each may stand for.
        known: More words that are right as they are, without being a target of repair: ordinary English, and medicines
            that look like others.
    """

    def __init__(
        self,
        frequencies: Mapping[str, int],
        meanings: Mapping[str, Iterable[str]],
        known: Iterable[str] = (),
    ) -> None:
        self.frequencies = dict(frequencies)
        self.meanings = {word: frozenset(values) for word, values in meanings.items()}
        self._known = frozenset(known).union(self.frequencies, self.meanings)
        # Tuples: most hold one word, and as sets they would take five times the room.
        self._by_deletion: dict[str, tuple[str, ...]] = {}
        for word in self.frequencies.keys() | self.meanings.keys():
            if len(word) >= MINIMUM_LENGTH:
                for shortened in _deletions(word):
                    self._by_deletion[shortened] = (*self._by_deletion.get(shortened, ()), word)

    @classmethod
    def from_texts(
        cls, texts: Iterable[str], entity_forms: Mapping[str, Iterable[str]], known: Iterable[str] = ()
    ) -> Spelling:
        """Learn the words of the training data.

        Args:
            texts: The training examples.
            entity_forms: For each entity value, the surface forms it has.
            known: More words that are right as they are.
        """
        frequencies = Counter(word for text in texts for word in _WORD.findall(text.lower()))
        meanings: dict[str, set[str]] = defaultdict(set)
        for value, forms in entity_forms.items():
            for form in forms:
                for word in _WORD.findall(form.lower()):
                    # Short and everyday words in an entity's form ("my", "in the") mean nothing by themselves.
                    if len(word) >= MINIMUM_LENGTH:
                        meanings[word].add(value)
        return cls(frequencies, meanings, known)

    def repair(self, word: str) -> str:
        """Return the word that was meant, or `word` itself where that is not clear.

        A word that might be two different medicines, treatments, body parts or conditions stays as it is.

        Args:
            word: One word, in lower case.
        """
        if len(word) < MINIMUM_LENGTH or word in self._known or not _WORD.fullmatch(word):
            return word
        candidates = self._candidates(word)
        if not candidates:
            return word
        best = max(candidates, key=lambda candidate: (self.frequencies.get(candidate, 0), candidate))
        if best in self.meanings and self._mean_different_things(candidates):
            return word
        return best

    def _candidates(self, word: str) -> set[str]:
        found = {known for shortened in _deletions(word) for known in self._by_deletion.get(shortened, ())}
        return {known for known in found if _is_one_error_away(word, known) and _may_start_so(word, known)}

    def _mean_different_things(self, candidates: Iterable[str]) -> bool:
        meanings = [self.meanings[candidate] for candidate in candidates if candidate in self.meanings]
        return not frozenset.intersection(*meanings)


def _may_start_so(word: str, known: str) -> bool:
    swapped = word[:2] == known[1::-1]
    return word[0] == known[0] or swapped or len(word) >= LENGTH_FOR_ANY_FIRST_LETTER


def _deletions(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _is_one_error_away(a: str, b: str) -> bool:
    """Say whether one letter more, less or other, or two swapped neighbours, turns `a` into `b`."""
    if abs(len(a) - len(b)) > 1:
        return False
    same = 0
    while same < min(len(a), len(b)) and a[same] == b[same]:
        same += 1
    rest_a, rest_b = a[same:], b[same:]
    if len(a) > len(b):
        return rest_a[1:] == rest_b
    if len(a) < len(b):
        return rest_a == rest_b[1:]
    return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])

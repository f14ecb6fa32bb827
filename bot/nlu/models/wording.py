"""The words and letter groups of a text, the rarer the heavier: what the models see of it beside its meaning.

TF-IDF as scikit-learn's `TfidfVectorizer` has it (sublinear counts, smoothed rarity, length one), written out because
scikit-learn would be loaded for it while patients are served, and takes ten times as long for a single text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

# No text has a norm as small as this unless it has none of the words.
_TINY = 1e-9
_WORD = re.compile(r"\b\w+\b")
_SHORTEST_GROUP, _LONGEST_GROUP = 2, 4
_WORDS_REMEMBERED = 50_000


class Wording:
    """Two vocabularies side by side: whole words, and groups of letters, so that a mistyped word still counts.

    Args:
        pairs: Whether two words in a row count as well.
    """

    def __init__(self, *, pairs: bool) -> None:
        self._parts = (_Part(_words_and_pairs if pairs else _words), _Part(_letter_groups))

    @property
    def size(self) -> int:
        """How many columns there are."""
        return sum(len(part.rarity) for part in self._parts)

    def learn(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Learn how rare each word is; return a row for each text and a column for each word or letter group."""
        from scipy import sparse

        return sparse.hstack([part.learn(texts) for part in self._parts]).tocsr()

    def read(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the columns of a text that was not learned from, and the value in each; all others are nought."""
        columns: list[NDArray[np.int64]] = []
        values: list[NDArray[np.float32]] = []
        first = 0
        for part in self._parts:
            found, weighed = part.read(text)
            columns.append(found + first)
            values.append(weighed)
            first += len(part.rarity)
        return np.concatenate(columns), np.concatenate(values)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the numbers that were learned, by names that `restore` knows."""
        return {f"rarity_{number}": part.rarity for number, part in enumerate(self._parts)}

    def vocabularies(self) -> list[list[str]]:
        """Return each word and letter group in the order of its column, as JSON can hold it."""
        return [list(part.columns) for part in self._parts]

    def restore(self, vocabularies: Sequence[Sequence[str]], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take back what `vocabularies` and `arrays` gave."""
        for number, (part, vocabulary) in enumerate(zip(self._parts, vocabularies, strict=True)):
            part.columns = {term: column for column, term in enumerate(vocabulary)}
            part.rarity = np.asarray(arrays[f"rarity_{number}"], np.float32)


class _Part:
    """One vocabulary.

    Args:
        terms: Gives the terms of a text, each as often as it stands there.
    """

    def __init__(self, terms: Any) -> None:
        self._terms = terms
        self.columns: dict[str, int] = {}
        self.rarity: NDArray[np.float32] = np.zeros(0, np.float32)

    def learn(self, texts: Sequence[str]) -> sparse.csr_matrix:
        from scipy import sparse

        columns: dict[str, int] = {}
        counted = []
        for text in texts:
            places = [columns.setdefault(term, len(columns)) for term in self._terms(text)]
            counted.append(np.unique(np.asarray(places, np.int64), return_counts=True))
        self.columns = columns
        starts = np.concatenate([[0], np.cumsum([len(found) for found, _ in counted])])
        found = np.concatenate([found for found, _ in counted]) if counted else np.zeros(0, np.int64)
        in_texts = np.bincount(found, minlength=len(columns))
        self.rarity = np.asarray(np.log((1 + len(texts)) / (1 + in_texts)) + 1, np.float32)
        values = [self._weigh(*one) for one in counted]
        shape = (len(texts), len(columns))
        return sparse.csr_matrix((np.concatenate(values) if values else [], found, starts), shape, dtype=np.float32)

    def read(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        columns = self.columns
        places = [columns[term] for term in self._terms(text) if term in columns]
        found, counts = np.unique(np.asarray(places, np.int64), return_counts=True)
        return found, self._weigh(found, counts)

    def _weigh(self, found: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float32]:
        weighed = (1 + np.log(counts)) * self.rarity[found]
        return np.asarray(weighed / max(float(np.linalg.norm(weighed)), _TINY), np.float32)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _words_and_pairs(text: str) -> list[str]:
    words = _words(text)
    return [*words, *(f"{one} {other}" for one, other in zip(words, words[1:], strict=False))]


def _letter_groups(text: str) -> Iterable[str]:
    """Give the groups of two to four letters inside each word, its ends marked by a space."""
    return [group for word in text.lower().split() for group in _groups_of(word)]


@lru_cache(maxsize=_WORDS_REMEMBERED)
def _groups_of(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    groups: list[str] = []
    for length in range(_SHORTEST_GROUP, _LONGEST_GROUP + 1):
        groups += [padded[start : start + length] for start in range(max(len(padded) - length, 0) + 1)]
        # A word that is no longer than the group counts once.
        if len(padded) <= length:
            break
    return tuple(groups)

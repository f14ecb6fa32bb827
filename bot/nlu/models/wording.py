"""The words and letter groups of a text, the rarer the heavier: what the models see of it beside its meaning.

TF-IDF as scikit-learn's `TfidfVectorizer` has it (sublinear counts, smoothed rarity, length one), written out because
scikit-learn would be loaded for it while patients are served, and takes ten times as long for a single text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
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
        self._parts = (_Part(_words_and_pairs if pairs else _words, _itself), _Part(_spaced, _groups_of))

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
        units: Gives the stretches of a text, each as often as it stands there.
        terms: Gives the terms of a stretch; most stretches come again and again, and are taken apart once.
    """

    def __init__(self, units: Callable[[str], Sequence[str]], terms: Callable[[str], Sequence[str]]) -> None:
        self._units = units
        self._terms = terms
        self.columns: dict[str, int] = {}
        self.rarity: NDArray[np.float32] = np.zeros(0, np.float32)

    def learn(self, texts: Sequence[str]) -> sparse.csr_matrix:
        from scipy import sparse

        columns: dict[str, int] = {}
        places_of: dict[str, list[int]] = {}
        places: list[int] = []
        starts = [0]
        for text in texts:
            for unit in self._units(text):
                if unit not in places_of:
                    places_of[unit] = [columns.setdefault(term, len(columns)) for term in self._terms(unit)]
                places += places_of[unit]
            starts.append(len(places))
        self.columns = columns
        counted = sparse.csr_matrix((np.ones(len(places)), places, starts), (len(texts), len(columns)))
        counted.sum_duplicates()
        in_texts = np.bincount(counted.indices, minlength=len(columns))
        self.rarity = np.asarray(np.log((1 + len(texts)) / (1 + in_texts)) + 1, np.float32)
        weighed = (1 + np.log(counted.data)) * self.rarity[counted.indices]
        for first, end in pairwise(counted.indptr.tolist()):
            weighed[first:end] /= max(float(np.linalg.norm(weighed[first:end])), _TINY)
        return sparse.csr_matrix((weighed.astype(np.float32), counted.indices, counted.indptr), counted.shape)

    def read(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        columns = self.columns
        places = [columns[term] for unit in self._units(text) for term in self._terms(unit) if term in columns]
        found, counts = np.unique(np.asarray(places, np.int64), return_counts=True)
        weighed = (1 + np.log(counts)) * self.rarity[found]
        return found, np.asarray(weighed / max(float(np.linalg.norm(weighed)), _TINY), np.float32)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _words_and_pairs(text: str) -> list[str]:
    words = _words(text)
    return [*words, *(f"{one} {other}" for one, other in zip(words, words[1:], strict=False))]


def _itself(term: str) -> tuple[str]:
    return (term,)


def _spaced(text: str) -> list[str]:
    return text.lower().split()


@lru_cache(maxsize=_WORDS_REMEMBERED)
def _groups_of(word: str) -> tuple[str, ...]:
    """Give the groups of two to four letters inside a word, its ends marked by a space."""
    padded = f" {word} "
    groups: list[str] = []
    for length in range(_SHORTEST_GROUP, _LONGEST_GROUP + 1):
        groups += [padded[start : start + length] for start in range(max(len(padded) - length, 0) + 1)]
        # A word that is no longer than the group counts once.
        if len(padded) <= length:
            break
    return tuple(groups)

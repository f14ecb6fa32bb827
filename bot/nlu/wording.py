"""The words and letter groups of a text, the rarer the heavier: what the models see of it beside its meaning."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

# No text has a norm as small as this unless it has none of the words.
_TINY = 1e-9


class Wording:
    """Two vectorizers side by side: whole words, and groups of letters, so that a mistyped word still counts.

    Args:
        pairs: Whether two words in a row count as well.
    """

    def __init__(self, *, pairs: bool) -> None:
        self._parts = [
            TfidfVectorizer(
                sublinear_tf=True,
                token_pattern=r"(?u)\b\w+\b",  # noqa: S106 - no password, a pattern.
                ngram_range=(1, 2 if pairs else 1),
                dtype=np.float32,
            ),
            TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 4), dtype=np.float32),
        ]
        self._analyzers = [part.build_analyzer() for part in self._parts]

    def learn(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Learn how rare each word is; return a row for each text and a column for each word or letter group."""
        return sparse.hstack([part.fit_transform(texts) for part in self._parts]).tocsr()

    def read(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the columns of a text that was not learned from, and the value in each; all others are nought.

        The same as the vectorizers' own `transform`, which takes ten times as long for a single text.
        """
        columns: list[int] = []
        values: list[NDArray[np.float32]] = []
        first = 0
        for part, analyze in zip(self._parts, self._analyzers, strict=True):
            counts = Counter(part.vocabulary_[term] for term in analyze(text) if term in part.vocabulary_)
            found = np.fromiter(counts, np.int64, len(counts))
            weighed = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * part.idf_[found]
            columns.extend(found + first)
            values.append(weighed / max(float(np.linalg.norm(weighed)), _TINY))
            first += len(part.vocabulary_)
        return np.asarray(columns, np.int64), np.concatenate(values).astype(np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the numbers that were learned, by names that `restore` knows."""
        return {f"rarity_{number}": part.idf_ for number, part in enumerate(self._parts)}

    def vocabularies(self) -> list[dict[str, int]]:
        """Return the column of each word and letter group, as JSON can hold it."""
        return [{term: int(column) for term, column in part.vocabulary_.items()} for part in self._parts]

    def restore(self, vocabularies: Sequence[dict[str, int]], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take back what `vocabularies` and `arrays` gave."""
        for number, (part, vocabulary) in enumerate(zip(self._parts, vocabularies, strict=True)):
            part.vocabulary_ = vocabulary
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                part.idf_ = arrays[f"rarity_{number}"]

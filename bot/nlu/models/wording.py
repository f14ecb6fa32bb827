"""The words and letter groups of a text, the rarer the heavier: what the models see of it beside its meaning."""

from __future__ import annotations

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
        self._rarities: list[NDArray[np.float32]] = []

    def learn(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Learn how rare each word is; return a row for each text and a column for each word or letter group."""
        rows = sparse.hstack([part.fit_transform(texts) for part in self._parts]).tocsr()
        self._rarities = [np.asarray(part.idf_, np.float32) for part in self._parts]
        return rows

    def read(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the columns of a text that was not learned from, and the value in each; all others are nought.

        The same as the vectorizers' own `transform`, which takes ten times as long for a single text.
        """
        columns: list[int] = []
        values: list[NDArray[np.float32]] = []
        first = 0
        for part, analyze, rarity in zip(self._parts, self._analyzers, self._rarities, strict=True):
            counts = Counter(part.vocabulary_[term] for term in analyze(text) if term in part.vocabulary_)
            found = np.fromiter(counts, np.int64, len(counts))
            weighed = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * rarity[found]
            columns.extend(found + first)
            values.append(weighed / max(float(np.linalg.norm(weighed)), _TINY))
            first += len(part.vocabulary_)
        return np.asarray(columns, np.int64), np.concatenate(values).astype(np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the numbers that were learned, by names that `restore` knows."""
        return {f"rarity_{number}": rarity for number, rarity in enumerate(self._rarities)}

    def vocabularies(self) -> list[dict[str, int]]:
        """Return the column of each word and letter group, as JSON can hold it."""
        return [{term: int(column) for term, column in part.vocabulary_.items()} for part in self._parts]

    def restore(self, vocabularies: Sequence[dict[str, int]], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take back what `vocabularies` and `arrays` gave."""
        for part, vocabulary in zip(self._parts, vocabularies, strict=True):
            part.vocabulary_ = vocabulary
        self._rarities = [arrays[f"rarity_{number}"] for number in range(len(self._parts))]

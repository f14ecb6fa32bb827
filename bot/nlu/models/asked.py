"""The questions that were written for each paragraph: how near one of them is to what is asked, and the words they use.

A paragraph is written in the words of who knows; a patient asks in others. So for each paragraph writers who had not
seen the product wrote what one would ask whose answer it is (`data/knowledge/asked`), and a question is compared with
those as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors

_DIMENSIONS = 96
"""With 64 fewer paragraphs are found; comparing with all questions is most of what finding takes."""
_EVENLY = 0.1
"""Which share of the variation among questions of one paragraph is taken to be the same in all directions."""
_FILE = "asked.npz"
_TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Questions, those of a paragraph in a row.

    Attributes:
        owners: The places of the paragraphs that have questions, in order.
        starts: Where the questions of each begin.
        directions: The directions in which they are compared, a column for each.
        vectors: Each question in these, a row of length one.
    """

    owners: NDArray[np.int64]
    starts: NDArray[np.int64]
    directions: Vectors
    vectors: Vectors

    @classmethod
    def of(cls, owners: Sequence[int], vectors: Vectors) -> Asked:
        """Take questions.

        Args:
            owners: The place of the paragraph of each.
            vectors: The encoder's vector of each, a row of length one.
        """
        order = np.argsort(np.asarray(owners, np.int64), kind="stable")
        owner, start = np.unique(np.asarray(owners, np.int64)[order], return_index=True)
        directions = _directions(vectors[order], start)
        # Half the digits are enough, and are all that is kept.
        turned = _of_length_one(vectors[order] @ directions).astype(np.float16).astype(np.float32)
        return cls(owners=owner, starts=start.astype(np.int64), directions=directions, vectors=turned)

    def nearness(self, vector: Vectors) -> NDArray[np.float32]:
        """Give how near the nearest question of each paragraph of `owners` is, from 0 to 1.

        Args:
            vector: The encoder's vector of what is asked.
        """
        if not len(self.owners):
            return np.zeros(0, np.float32)
        near = np.maximum.reduceat(self.vectors @ _of_length_one(vector @ self.directions), self.starts)
        return np.asarray(np.maximum(near, 0.0), np.float32)

    def save(self, folder: Path) -> None:
        """Write them into a folder."""
        np.savez_compressed(
            folder / _FILE,
            owners=self.owners.astype(np.int32),
            starts=self.starts.astype(np.int32),
            directions=self.directions,
            vectors=self.vectors.astype(np.float16),
        )

    @classmethod
    def load(cls, folder: Path) -> Asked:
        """Read what `save` has written."""
        with np.load(folder / _FILE, allow_pickle=False) as arrays:
            return cls(
                owners=arrays["owners"].astype(np.int64),
                starts=arrays["starts"].astype(np.int64),
                directions=arrays["directions"],
                vectors=arrays["vectors"].astype(np.float32),
            )


def stems_by_owner(owners: Sequence[int], stems: Sequence[Collection[str]]) -> dict[int, set[str]]:
    """Give the stems that the questions of each paragraph have, by the paragraph's place."""
    found: dict[int, set[str]] = {}
    for owner, some in zip(owners, stems, strict=True):
        found.setdefault(owner, set()).update(some)
    return found


def _directions(vectors: Vectors, starts: NDArray[np.int64]) -> Vectors:
    """Give the directions in which paragraphs' questions differ, measured by how those of one paragraph differ.

    Fisher's linear discriminants: six people ask after one paragraph in words as different as they are, and what
    differs among these tells nothing.

    Args:
        vectors: The encoder's vector of each question, those of a paragraph in a row.
        starts: Where those of each begin.
    """
    if not len(vectors):
        return np.zeros((vectors.shape[1], 0), np.float32)
    counts = np.diff(np.append(starts, len(vectors)))[:, None]
    means = np.add.reduceat(vectors.astype(np.float64), starts) / counts
    apart = vectors - np.repeat(means, counts[:, 0], axis=0)
    within = apart.T @ apart / max(len(vectors) - len(starts), 1)
    size = len(within)
    within = (1 - _EVENLY) * within + (_EVENLY * np.trace(within) / size + _TINY) * np.eye(size)
    lengths, axes = np.linalg.eigh(within)
    evened = axes @ np.diag(lengths**-0.5) @ axes.T
    between = (means - np.average(means, axis=0, weights=counts[:, 0])) @ evened
    _, found = np.linalg.eigh((between * counts).T @ between)
    return np.ascontiguousarray(evened @ found[:, ::-1][:, :_DIMENSIONS], np.float32)


def _of_length_one(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), _TINY), np.float32)

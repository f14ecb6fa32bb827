"""The columns of a wording folded into a few: each has a bucket and a sign, drawn at random once.

Feature hashing (Weinberger et al., Feature Hashing for Large Scale Multitask Learning, 2009, arXiv:0902.2206): products
of folded rows are those of the rows, give or take chance, and learning from 40,000 columns becomes learning from two
thousand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors

if TYPE_CHECKING:
    from scipy import sparse


class Hashing:
    """Where each column goes.

    Args:
        places: The bucket of each column, counted from one, with its sign.
        buckets: How many there are.
    """

    def __init__(self, places: NDArray[np.int16], buckets: int) -> None:
        self.places = places
        self.buckets = buckets
        self._bucket = np.abs(places).astype(np.int64) - 1
        self._sign = np.sign(places).astype(np.float32)

    @classmethod
    def draw(cls, columns: int, buckets: int, seed: int) -> Hashing:
        """Draw places.

        Args:
            columns: How many columns there are.
            buckets: How many buckets.
            seed: Of the draw.
        """
        random = np.random.default_rng(seed)
        places = random.integers(1, buckets + 1, columns) * random.choice([-1, 1], columns)
        return cls(places.astype(np.int16), buckets)

    def fold(self, rows: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return rows with a column for each bucket."""
        from scipy import sparse

        columns = len(self.places)
        into = sparse.csr_matrix((self._sign, self._bucket, np.arange(columns + 1)), (columns, self.buckets))
        return rows @ into

    def weigh(self, columns: NDArray[np.int64], values: NDArray[np.float32], weights: Vectors) -> Vectors:
        """Return one row's product with the weights of the buckets.

        Args:
            columns: The row's columns that are not nought.
            values: What is in them.
            weights: A row for each bucket.
        """
        return np.asarray((values * self._sign[columns]) @ weights[self._bucket[columns]], np.float32)

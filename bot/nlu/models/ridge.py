"""Ridge regression on many examples at once, with what each example would have got had it not been learned from.

One row of features for each example, one column of targets for each thing to tell. The rows come in slices and are not
kept, so memory does not grow with the number of examples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors

Rows = Callable[[NDArray[np.int64]], Vectors]
"""Gives the features of examples by their places."""

_ROWS_AT_A_TIME = 1000


@dataclass(frozen=True)
class Ridge:
    """What was learned: weights, and what they were learned from, in as far as leaving some out needs it.

    Attributes:
        weights: A row for each feature, a column for each target.
        root: Lower triangle whose square is the sum of the features' products, and one on the diagonal.
    """

    weights: Vectors
    root: Vectors

    @classmethod
    def learn(cls, sums: Sums) -> Ridge:
        """Solve for the weights.

        Args:
            sums: What the examples add up to. They are used up: their room is needed.
        """
        from scipy.linalg.lapack import spotrf, spotrs

        sums.products[np.diag_indices_from(sums.products)] += 1.0
        root, _ = spotrf(sums.products, lower=True, overwrite_a=True)
        weights, _ = spotrs(root, np.asfortranarray(sums.moments), lower=True)
        return cls(np.ascontiguousarray(weights, np.float32), root)

    def unseen(self, rows: Vectors, targets: Vectors, pull: NDArray[np.float32]) -> Vectors:
        """Return what examples would have got without having been learned from (the leave-one-out formula).

        Args:
            rows: Their features.
            targets: What they were to get.
            pull: How much each counted.
        """
        got = rows @ self.weights
        # How much of an example's own target is in what it gets.
        own = np.concatenate([pull[at] * self._reach(rows[at]) for at in _slices(len(rows))])
        own = np.minimum(own, 0.999)[:, None]
        return np.asarray((got - own * targets) / (1 - own), np.float32)


    def _reach(self, rows: Vectors) -> NDArray[np.float32]:
        """Return each row's product with itself through the inverse of what `root` is the root of."""
        from scipy.linalg.blas import strsm

        solved = strsm(1.0, self.root, rows.T, lower=True)
        return np.asarray((solved**2).sum(axis=0), np.float32)


@dataclass
class Sums:
    """The sums over examples that ridge regression needs; those of groups of examples add up.

    Attributes:
        products: Features by features: the lower triangle.
        moments: Features by targets.
    """

    products: Vectors
    moments: Vectors

    @classmethod
    def over(cls, rows: Rows, places: NDArray[np.int64], targets: Vectors, pull: NDArray[np.float32]) -> Sums:
        """Add examples up.

        Args:
            rows: Gives features.
            places: Which examples.
            targets: The targets of all examples.
            pull: How much each of all examples counts.
        """
        from scipy.linalg.blas import ssyrk

        width = rows(places[:1]).shape[1]
        products = np.zeros((width, width), np.float32, order="F")
        moments = np.zeros((width, targets.shape[1]), np.float32)
        for at in _slices(len(places)):
            some = places[at]
            scaled = rows(some) * np.sqrt(pull[some])[:, None]
            products = ssyrk(1.0, scaled.T, beta=1.0, c=products, lower=True, overwrite_c=True)
            moments += scaled.T @ (targets[some] * np.sqrt(pull[some])[:, None])
        return cls(products, moments)

    def add(self, other: Sums) -> None:
        """Add the sums over other examples to these."""
        self.products += other.products
        self.moments += other.moments

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.products - other.products, self.moments - other.moments)

    def copy(self) -> Sums:
        """Return sums of their own."""
        return Sums(self.products.copy(order="F"), self.moments.copy())


def _slices(count: int) -> list[slice]:
    return [slice(first, first + _ROWS_AT_A_TIME) for first in range(0, count, _ROWS_AT_A_TIME)]

"""Ridge regression on many examples at once, with what each example would have got had it not been learned from.

One row of features for each example, one column of targets for each thing to tell. Examples are added up, and can be
taken out again; their rows are not kept, so memory does not grow with their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors

_ROWS_AT_A_TIME = 1000


@dataclass(frozen=True)
class Ridge:
    """What was learned: weights, and what they were learned from, in as far as leaving some out needs it.

    Attributes:
        weights: A row for each feature, a column for each target.
        root: Lower triangle whose square is the sum of the features' products, and the penalty on the diagonal.
    """

    weights: Vectors
    root: Vectors

    @classmethod
    def learn(cls, sums: Sums, penalty: float, base: Vectors) -> Ridge:
        """Solve for the weights.

        Args:
            sums: What the examples add up to. They are used up: their room is needed.
            penalty: What large weights cost, beside a miss of an example that counts as one.
            base: What every example gets anyway, for each target; the weights are for the rest.
        """
        from scipy.linalg.lapack import spotrf, spotrs

        sums.products[np.diag_indices_from(sums.products)] += penalty
        root, _ = spotrf(sums.products, lower=True, overwrite_a=True)
        moments = sums.moments[:, :-1] - np.outer(sums.moments[:, -1], base)
        weights, _ = spotrs(root, np.asfortranarray(moments), lower=True)
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
        moments: Features by targets, and the sum of the features in the last column.
    """

    products: Vectors
    moments: Vectors

    @classmethod
    def nothing(cls, features: int, targets: int) -> Sums:
        """Return the sums over no examples."""
        return cls(np.zeros((features, features), np.float32, order="F"), np.zeros((features, targets + 1), np.float32))

    def take_in(self, rows: Vectors, targets: Vectors, pull: NDArray[np.float32]) -> None:
        """Add examples.

        Args:
            rows: Their features.
            targets: What each is to get.
            pull: How much each counts; below nought for those that are taken out. All on one side of nought.
        """
        from scipy.linalg.blas import ssyrk

        sign = -1.0 if len(pull) and pull[0] < 0 else 1.0
        strength = np.sqrt(np.abs(pull))[:, None]
        rows = rows * strength
        self.products = ssyrk(sign, rows.T, beta=1.0, c=self.products, lower=True, overwrite_c=True)
        self.moments += sign * (rows.T @ (np.hstack([targets, np.ones_like(strength)]) * strength))

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

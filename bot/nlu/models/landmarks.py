"""How near in meaning a sentence is to some chosen examples, as features whose products are those nearnesses.

The Nystroem method (Williams and Seeger, Using the Nystroem Method to Speed Up Kernel Machines, NIPS 2000): a kernel
over all examples is replaced by one over a few of them, the landmarks, so that what is learned grows with the number of
examples and no longer with its square.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors

Kernel = Callable[[Vectors], Vectors]
"""Makes nearness of cosines, element by element."""

# Keeps the kernel of the landmarks invertible where two of them are nearly the same.
_JITTER = 1e-3
_ROWS_AT_A_TIME = 500


class Landmarks:
    """Features of vectors by their nearness to landmarks.

    Args:
        vectors: The landmarks, a row for each.
        kernel: What makes nearness of a cosine; it has to be positive definite.
    """

    def __init__(self, vectors: Vectors, kernel: Kernel) -> None:
        # Imported only to learn, as in all of these modules: while patients are served nothing needs scipy.
        from scipy.linalg.lapack import spotrf, strtri

        self.vectors = np.ascontiguousarray(vectors, np.float32)
        self._kernel = kernel
        between = kernel(self.vectors @ self.vectors.T)
        between[np.diag_indices_from(between)] += _JITTER
        lower, _ = spotrf(between, lower=True, clean=True)
        inverse, _ = strtri(lower, lower=True)
        self._inverse = inverse

    def features(self, vectors: Vectors) -> Vectors:
        """Return a row of features for each vector, a column for each landmark."""
        from scipy.linalg.blas import strmm

        found = np.empty((len(vectors), len(self.vectors)), np.float32)
        for first in range(0, len(vectors), _ROWS_AT_A_TIME):
            some = slice(first, first + _ROWS_AT_A_TIME)
            near = self._kernel(vectors[some] @ self.vectors.T)
            # Half of the inverse is nought, and is left out.
            found[some] = strmm(1.0, self._inverse, near.T, lower=True, overwrite_b=True).T
        return found

    def folded(self, weights: Vectors) -> Vectors:
        """Return weights of the bare nearnesses that do what `weights` do to the features.

        Args:
            weights: A row for each feature.
        """
        return np.asarray(self._inverse.T @ weights, np.float32)


def choose(owner: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    """Choose examples as landmarks at random, of an intent with four times the examples twice as many.

    Args:
        owner: The intent of each example, as a number.
        count: How many to choose at most.
        seed: Of the random choice.

    Returns:
        Their places, ascending.
    """
    if count >= len(owner):
        return np.arange(len(owner))
    weight = 1 / np.sqrt(np.bincount(owner))[owner]
    chosen = np.random.default_rng(seed).choice(len(owner), count, replace=False, p=weight / weight.sum())
    return np.sort(chosen)


def fourth_power(cosines: Vectors) -> Vectors:
    """Return how near in meaning sentences are: it fades fast with the angle."""
    near = (1.0 + cosines) / 2.0
    # Squaring twice takes a tenth of the time of a power.
    near *= near
    near *= near
    return np.asarray(near)


def sixth_power(cosines: Vectors) -> Vectors:
    """Return the same, fading faster still."""
    near = (1.0 + cosines) / 2.0
    square = near * near
    return np.asarray(square * square * square)

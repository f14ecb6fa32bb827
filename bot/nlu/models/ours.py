"""How far a message as a whole is about what is asked of the clinic, whatever its clauses sound like by themselves.

Ridge regression of +1 and -1 on the encoder's whole vector and random features of it (Rahimi and Recht, "Random
Features for Large-Scale Kernel Machines", 2007). Which topic a sentence has is told by what sets it apart from other
topics; whether it has any, by what they share, and a message that asks two things shares it too.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from bot.confidence import OURS_COUNTS, OURS_FROM
from bot.encoder.sentence_encoder import Vectors

_FEATURES = 1000
"""Without them questions after hours and the way there look like anybody's business."""
_SPREAD = math.sqrt(2.0)
_PENALTY = 1.0
"""What large weights cost, beside a miss of one example."""
_SEED = 11
_UNTOLD = 1.0
_ROWS_AT_A_TIME = 1000


class Ours:
    """Tells what is ours from what is not.

    Args:
        directions: Of the random features, a column for each.
        phases: Of each, in radians.
        weights: What each number of a vector and each feature counts; empty if nothing was learned.
    """

    def __init__(self, directions: Vectors, phases: Vectors, weights: Vectors) -> None:
        # Half the digits are enough, and are all that is kept.
        self._directions = directions.astype(np.float16).astype(np.float32)
        self._phases = phases
        self._weights = weights

    @classmethod
    def untold(cls) -> Ours:
        """Return what takes every message for ours."""
        nothing = np.zeros(0, np.float32)
        return cls(nothing, nothing, nothing)

    @classmethod
    def learn(cls, vectors: Vectors, sides: NDArray[np.int64]) -> Ours:
        """Learn from examples; both sides count the same, however many examples each has.

        Args:
            vectors: The encoder's vector of each.
            sides: 1 for one that is ours, -1 for one that is not, 0 for one that says nothing about it.
        """
        told = np.flatnonzero(sides)
        vectors, targets = vectors[told], sides[told].astype(np.float32)
        counts = {side: int((targets == side).sum()) for side in (1, -1)}
        if not all(counts.values()):
            return cls.untold()
        chance = np.random.default_rng(_SEED)
        width = vectors.shape[1]
        found = cls(
            chance.normal(0, _SPREAD, (width, _FEATURES)).astype(np.float32),
            chance.uniform(0, 2 * math.pi, _FEATURES).astype(np.float32),
            np.zeros(0, np.float32),
        )
        strength = np.sqrt(len(told) / 2 / np.where(targets > 0, counts[1], counts[-1])).astype(np.float32)
        products = np.zeros((width + _FEATURES,) * 2, np.float32)
        moments = np.zeros(width + _FEATURES, np.float32)
        for first in range(0, len(told), _ROWS_AT_A_TIME):
            some = slice(first, first + _ROWS_AT_A_TIME)
            rows = found._features(vectors[some]) * strength[some, None]
            products += rows.T @ rows
            moments += rows.T @ (strength[some] * targets[some])
        products[np.diag_indices_from(products)] += _PENALTY
        found._weights = np.linalg.solve(products, moments)
        return found

    def of(self, vectors: Vectors) -> Vectors:
        """Return how far each vector's message is ours: about 1 if it is, about -1 if it is not.

        Args:
            vectors: A row for each message.
        """
        if not len(self._weights):
            return np.full(len(vectors), _UNTOLD, np.float32)
        return np.asarray(self._features(vectors) @ self._weights, np.float32)

    def arrays(self) -> dict[str, Vectors]:
        """Return the numbers that make it up, by names that `from_arrays` knows."""
        return {
            "ours_directions": self._directions.astype(np.float16),
            "ours_phases": self._phases,
            "ours_weights": self._weights,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, Vectors]) -> Ours:
        """Take back what `arrays` gave."""
        return cls(arrays["ours_directions"], arrays["ours_phases"], arrays["ours_weights"])

    def _features(self, vectors: Vectors) -> Vectors:
        waves = np.cos(vectors @ self._directions + self._phases)
        return np.hstack([vectors, math.sqrt(2 / _FEATURES) * waves]).astype(np.float32)


def doubted(probability: float, ours: float) -> float:
    """Return how probable a reading still is in a message that is hardly ours.

    Args:
        probability: How probable it is by itself.
        ours: How far the whole message is ours, as `Ours.of` says it.
    """
    left = math.exp(OURS_COUNTS * min(0.0, ours - OURS_FROM))
    return probability * left / (1 - probability + probability * left)

"""How sure the classifier may be: the probability that its first intent is right, learned from training data alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Evidence = NDArray[np.float64]
"""One row for each sentence: the first intent's score, its lead over the second, the nearest example, the nearest
example of the first intent."""

_COLUMNS = 4


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """Turns evidence into a probability.

    Attributes:
        weights: How much each column of the evidence counts.
        offset: The log odds where all evidence is zero.
    """

    weights: tuple[float, ...]
    offset: float

    @classmethod
    def untrained(cls) -> Confidence:
        """Return a confidence that is never sure."""
        return cls(weights=(0.0,) * _COLUMNS, offset=0.0)

    @classmethod
    def learn(cls, known: Evidence, right: NDArray[np.bool_], unknown: Evidence, *, unknown_share: float) -> Confidence:
        """Learn from sentences that the classifier had not seen.

        Args:
            known: The evidence of sentences that have one of the intents.
            right: Whether the first intent was the right one.
            unknown: The evidence of sentences that have none of the intents.
            unknown_share: How often a message is taken to be of the latter kind.
        """
        share = unknown_share if len(unknown) else 0.0
        evidence = np.concatenate([known, unknown])
        labels = np.concatenate([right, np.zeros(len(unknown), bool)])
        weight = np.concatenate(
            [
                np.full(len(known), (1 - share) / len(known)),
                np.full(len(unknown), share / max(len(unknown), 1)),
            ]
        )
        if labels.all() or not labels.any():
            return cls.untrained()
        scale = evidence.std(axis=0) + 1e-6
        model = LogisticRegression(C=1.0, max_iter=1000).fit(evidence / scale, labels, weight * len(labels))
        return cls(weights=tuple(float(w) for w in model.coef_[0] / scale), offset=float(model.intercept_[0]))

    def of(self, evidence: Evidence) -> NDArray[np.float64]:
        """Return the probability, for each row of evidence, that the first intent is right."""
        return np.asarray(1.0 / (1.0 + np.exp(-(evidence @ np.asarray(self.weights) + self.offset))))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {"weights": list(self.weights), "offset": self.offset}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Confidence:
        """Read what `as_json` has given."""
        return cls(weights=tuple(kept["weights"]), offset=kept["offset"])


def evidence_of(scores: NDArray[Any], cosines: NDArray[Any], owner: NDArray[np.int64]) -> Evidence:
    """Gather what speaks for the first intent of each sentence.

    Args:
        scores: A row for each sentence, a column for each intent.
        cosines: A row for each sentence, a column for each training example: how near they are.
        owner: The intent (a column of `scores`) of each training example.
    """
    rows = np.arange(len(scores))
    first = scores.argmax(axis=1)
    top_two = np.partition(scores, -2, axis=1)[:, -2:]
    own = np.where(owner[None, :] == first[:, None], cosines, -1.0)
    columns = [scores[rows, first], top_two[:, 1] - top_two[:, 0], cosines.max(axis=1), own.max(axis=1)]
    return np.asarray(np.stack(columns, axis=1), dtype=np.float64)

"""How sure the classifier may be: the probability that its first intent is right, learned from training data alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Evidence = NDArray[np.float64]
"""One row for each sentence: the first intent's score, its lead over the second, the nearest example, the nearest
example of the first intent; then what speaks for the other side, that of what is answered or that of what is not: the
first's lead over the best of that side, the nearest example of that side, and on which side the first is."""

_COLUMNS = 7
# When the search for the weights ends: where the loss is this flat, or falls by no more than this share.
_SLOPE = 1e-4
_GAIN = 64 * float(np.finfo(float).eps)


@dataclass(frozen=True, kw_only=True)
class Odds:
    """A probability from evidence, by logistic regression.

    Attributes:
        weights: How much each column of the evidence counts.
        offset: The log odds where all evidence is zero.
    """

    weights: tuple[float, ...] = (0.0,) * _COLUMNS
    offset: float = 0.0

    @classmethod
    def learn(cls, evidence: Evidence, labels: NDArray[np.bool_], weight: NDArray[np.float64]) -> Odds:
        """Learn how likely a label is.

        Args:
            evidence: A row for each sentence.
            labels: What is to be told from it, for each.
            weight: How much each sentence counts.
        """
        count, hits = len(labels), int(labels.sum())
        if hits in {0, count}:
            # Nothing to tell apart; Laplace's rule leaves some doubt when there are few.
            return cls(offset=float(np.log((hits + 1) / (count - hits + 1))))
        # Imported only to learn: while patients are served nothing needs it.
        from scipy.optimize import minimize

        scale = evidence.std(axis=0) + 1e-6
        rows = np.column_stack([evidence / scale, np.ones(count)])
        share = weight / weight.sum()
        given = share * labels

        def loss(found: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            """Return the mean loss with its slope; large weights cost as much as one sentence of all does."""
            odds = rows @ found
            small = np.append(found[:-1], 0.0) / count
            cost = share @ np.logaddexp(0, odds) - given @ odds + 0.5 * small @ found
            return float(cost), (share / (1 + np.exp(-odds)) - given) @ rows + small

        options = {"maxiter": 1000, "gtol": _SLOPE, "ftol": _GAIN}
        found = minimize(loss, np.zeros(_COLUMNS + 1), method="L-BFGS-B", jac=True, options=options).x
        return cls(weights=tuple(float(w) for w in found[:-1] / scale), offset=float(found[-1]))

    def of(self, evidence: Evidence) -> NDArray[np.float64]:
        """Return the probability for each row of evidence."""
        return np.asarray(1.0 / (1.0 + np.exp(-(evidence @ np.asarray(self.weights) + self.offset))))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {"weights": list(self.weights), "offset": self.offset}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Odds:
        """Read what `as_json` has given."""
        return cls(weights=tuple(kept["weights"]), offset=kept["offset"])


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """Turns evidence into the probability that the first intent is right.

    That a sentence means any of the intents, and that the first of them is the right one, show in different evidence:
    something out of scope is far from every example but often has a clear favourite. So each has odds of its own.

    Attributes:
        known: Whether it means one of the intents at all.
        right: Whether the first is right, if it does.
    """

    known: Odds
    right: Odds

    @classmethod
    def untrained(cls) -> Confidence:
        """Return a confidence that is never sure."""
        return cls(known=Odds(), right=Odds())

    @classmethod
    def learn(cls, known: Evidence, right: NDArray[np.bool_], unknown: Evidence, *, unknown_share: float) -> Confidence:
        """Learn from sentences that the classifier had not seen.

        Args:
            known: The evidence of sentences that have one of the intents.
            right: Whether the first intent was the right one.
            unknown: The evidence of sentences that have none of the intents.
            unknown_share: How often a message is taken to be of the latter kind.
        """
        both = np.concatenate([known, unknown])
        is_known = np.arange(len(both)) < len(known)
        weight = np.where(is_known, (1 - unknown_share) / len(known), unknown_share / max(len(unknown), 1))
        return cls(known=Odds.learn(both, is_known, weight), right=Odds.learn(known, right, np.ones(len(known))))

    def of(self, evidence: Evidence) -> NDArray[np.float64]:
        """Return the probability, for each row of evidence, that the first intent is right."""
        return self.known.of(evidence) * self.right.of(evidence)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {"known": self.known.as_json(), "right": self.right.as_json()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Confidence:
        """Read what `as_json` has given."""
        return cls(known=Odds.from_json(kept["known"]), right=Odds.from_json(kept["right"]))


def evidence_of(scores: NDArray[Any], nearest: NDArray[Any], answered: NDArray[np.bool_]) -> Evidence:
    """Gather what speaks for the first intent of each sentence.

    Whether a sentence is ours to answer is told less by how far its first intent leads than by how near it is to what
    is not: "the side effects of tattoos" leads among the topics, and lies beside sentences that are none of our
    business.

    Args:
        scores: A row for each sentence, a column for each intent.
        nearest: How near the nearest example of each intent is, in the same shape.
        answered: Whether each intent is one that is answered; the others are the other side.
    """
    rows = np.arange(len(scores))
    first = scores.argmax(axis=1)
    is_answered = answered[first]
    top_two = np.partition(scores, -2, axis=1)[:, -2:]
    columns = [scores[rows, first], top_two[:, 1] - top_two[:, 0], nearest.max(axis=1), nearest[rows, first]]
    if answered.all() or not answered.any():
        # There is no other side.
        columns += [np.zeros(len(scores))] * 3
    else:
        best, near = (
            np.where(is_answered, found[:, ~answered].max(axis=1), found[:, answered].max(axis=1))
            for found in (scores, nearest)
        )
        columns += [scores[rows, first] - best, near, is_answered]
    return np.asarray(np.stack(columns, axis=1), dtype=np.float64)

"""Whether a stretch of text reports a danger now, and of which kind, learned from examples: the maths, free of Rasa.

Ridge regression on three kinds of report against everything else, by nearness in meaning and in wording to every example
it learns from (with landmarks drawn at random, as in `intent_model`, the score of one message moved by 0.2 from draw to
draw, and a fifth of the reports were lost at the same share of false alarms). Of what is no report it knows what comes
nearest to one and a sample of what is far: more would teach little.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.encoder.sentence_encoder import Vectors
from bot.nlu.models.kernel_ridge import KernelRidge
from bot.nlu.models.landmarks import sixth_power
from bot.nlu.models.wording import Wording

KINDS = ("report_emergency", "report_urgent", "report_crisis")
"""The intents that are reports, the gravest first."""
VAGUE = "report_symptom"
"""Taking one of these for a report is no false alarm: the patient does speak of something that is wrong now."""

_OTHER = len(KINDS)
_WORDING = 0.7
_SLACK = 0.3
_BALANCE = 0.5
# Time grows with the third power of all three together.
_MOST_REPORTS = 6000
_NEAREST_OTHERS = 2500
_FAR_OTHERS = 800
_COMPARED_AT_A_TIME = 500
_ALONE = 0.3
"""How much less a clause counts than the message it is torn from, which says who it is about, and when."""
_TAIL = 0.02
"""The share of ordinary examples, the worst of them, whose scores say where the threshold is."""
_EMERGENCY_LEAD = 0.6
"""An emergency counts as one when it is this near to the likeliest kind: the stricter advice is the safer mistake."""


@dataclass(frozen=True, kw_only=True)
class Danger:
    """What a stretch of text reports.

    Attributes:
        kind: One of `KINDS`.
        score: How sure; about 0 for ordinary text and 1 for a plain report. No probability.
    """

    kind: str
    score: float


class DangerModel:
    """Scores how much a text is like a report of danger.

    Args:
        false_alarms: The share of ordinary examples that may count as reports, which sets the threshold.
    """

    def __init__(self, false_alarms: float) -> None:
        self.false_alarms = false_alarms
        self.threshold = float("inf")
        self._wording = Wording(pairs=True)
        self._known: Vectors = np.zeros((0, 0), np.float32)
        self._near_weights: Vectors = np.zeros((0, 0), np.float32)
        self._word_weights: Vectors = np.zeros((0, 0), np.float32)
        self._base: Vectors = np.zeros(0, np.float32)

    def train(
        self,
        texts: Sequence[str],
        vectors: Vectors,
        intents: Sequence[str],
        fresh: NDArray[np.bool_] | None = None,
        chosen: NDArray[np.int64] | None = None,
    ) -> None:
        """Learn from examples, and set the threshold by how those not learned from would have scored.

        Args:
            texts: The sentences to learn from, as the model reads them.
            vectors: The encoder's vector of each.
            intents: The intent of every example, those too that are not learned from.
            fresh: Whether the encoder knows nothing of each example either (as in `intent_model`); the threshold is set
                by those alone. Without it, or if none is, all count.
            chosen: Which examples the texts are (`worth_knowing`); all by default.

        Raises:
            ValueError: One of the kinds has no examples, or nothing else has.
        """
        kind = np.array([KINDS.index(intent) if intent in KINDS else _OTHER for intent in intents])
        missing = [name for place, name in enumerate((*KINDS, "any other intent")) if not (kind == place).any()]
        if missing:
            raise ValueError(f"The training data has no examples of {missing[0]}.")
        # What resembles nothing known is taken for a report as seldom as examples are: not as often as the chosen ones.
        base = np.bincount(kind, minlength=_OTHER + 1) / len(kind)
        chosen = np.arange(len(kind)) if chosen is None else chosen
        told = np.ones(len(kind), bool) if fresh is None or not fresh.any() else fresh
        plain = np.array([intent not in (*KINDS, VAGUE) for intent in intents]) & told
        kind = kind[chosen]
        # Half the digits are enough to say how near something is, and are all that is kept.
        self._known = vectors.astype(np.float16).astype(np.float32)
        wording = self._wording.learn(texts)
        targets = (np.eye(_OTHER + 1)[kind] - base).astype(np.float32)
        sizes = np.bincount(kind, minlength=_OTHER + 1) * (_OTHER + 1) / len(kind)
        pull = (1 / (_SLACK * sizes**_BALANCE)[kind]).astype(np.float32)
        learned = KernelRidge.learn(_nearness(self._known, wording), targets, pull)
        self._base, self._near_weights = base.astype(np.float32), learned.weights
        self._word_weights = np.asarray(_WORDING**2 * (wording.T @ learned.weights), np.float32)
        unseen = (learned.unseen + base)[:, :_OTHER].sum(axis=1)
        self.threshold = _threshold(unseen[plain[chosen]], int(plain.sum()), self.false_alarms)

    def of(self, texts: Sequence[str], vectors: Vectors) -> Danger:
        """Give what the most dangerous of some stretches of text reports, sure or not.

        Args:
            texts: The stretches, at least one: the whole message first, then clauses of it.
            vectors: The encoder's vector of each.
        """
        words = [values @ self._word_weights[columns] for columns, values in map(self._wording.read, texts)]
        scores = sixth_power(vectors @ self._known.T) @ self._near_weights + self._base + np.stack(words)
        reports = scores[:, :_OTHER]
        sums = reports.sum(axis=1)
        sums[1:] -= _ALONE
        likeliest = reports[sums.argmax()]
        emergency = likeliest[0] >= _EMERGENCY_LEAD * likeliest.max() and likeliest.argmax() != KINDS.index(
            "report_crisis"
        )
        return Danger(kind=KINDS[0 if emergency else int(likeliest.argmax())], score=float(sums.max()))

    def save(self, folder: Path) -> None:
        """Write what was learned into a folder: numbers and JSON, nothing that runs when it is read."""
        np.savez(
            folder / "danger.npz",
            known=self._known.astype(np.float16),
            near_weights=self._near_weights,
            word_weights=self._word_weights.astype(np.float16),
            base=self._base,
            **self._wording.arrays(),
        )
        kept = {
            "false_alarms": self.false_alarms,
            "threshold": self.threshold,
            "vocabularies": self._wording.vocabularies(),
        }
        (folder / "danger.json").write_text(json.dumps(kept), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> DangerModel:
        """Read what `save` has written."""
        kept = json.loads((folder / "danger.json").read_text(encoding="utf-8"))
        model = cls(kept["false_alarms"])
        model.threshold = kept["threshold"]
        with np.load(folder / "danger.npz", allow_pickle=False) as arrays:
            model._known, model._near_weights = arrays["known"].astype(np.float32), arrays["near_weights"]
            model._word_weights, model._base = arrays["word_weights"].astype(np.float32), arrays["base"]
            model._wording.restore(kept["vocabularies"], arrays)
        return model


def worth_knowing(vectors: Vectors, intents: Sequence[str]) -> NDArray[np.int64]:
    """Choose the examples to learn from: the reports, what else comes nearest to one, and some of what is far.

    Args:
        vectors: The encoder's vector of each example.
        intents: The intent of each.

    Returns:
        Their places, ascending.
    """
    is_report = np.isin(np.asarray(intents, dtype=str), KINDS)
    reports, others = np.flatnonzero(is_report), np.flatnonzero(~is_report)
    if not len(reports):
        return others
    reports = reports[np.linspace(0, len(reports) - 1, min(len(reports), _MOST_REPORTS)).astype(np.int64)]
    slices = np.array_split(others, len(others) // _COMPARED_AT_A_TIME + 1)
    nearness = np.concatenate([(vectors[some] @ vectors[reports].T).max(axis=1) for some in slices])
    others = others[np.argsort(-nearness, kind="stable")]
    far = others[_NEAREST_OTHERS:]
    sample = far[:: max(1, len(far) // _FAR_OTHERS)]
    return np.sort(np.concatenate([reports, others[:_NEAREST_OTHERS], sample]))


def _nearness(vectors: Vectors, wording: sparse.csr_matrix) -> Vectors:
    """Return how near each example is to those before it, in meaning and in wording: a lower triangle."""
    found = np.zeros((len(vectors), len(vectors)), np.float32, order="F")
    for first in range(0, len(vectors), _COMPARED_AT_A_TIME):
        some, before = slice(first, first + _COMPARED_AT_A_TIME), slice(first + _COMPARED_AT_A_TIME)
        found[some, before] = sixth_power(vectors[some] @ vectors[before].T)
        found[some, before] += _WORDING**2 * (wording[some] @ wording[before].T).toarray()
    return found


def _threshold(scores: NDArray[np.float32], ordinary: int, share: float) -> float:
    """Return the score that a share of ordinary examples would reach.

    The share asked for is one of a handful among some thousand examples, and a handful is chance. So the tail is taken
    to fall off as an exponential does, as the tails of most distributions come to (Pickands, Statistical Inference Using
    Extreme Order Statistics, 1975), and is fitted to many more of the worst.

    Args:
        scores: What the ordinary examples that come nearest to a report would have got.
        ordinary: How many ordinary examples there are, those included whose score was not looked at.
        share: How many of them may count as reports; more than none.
    """
    worst = np.sort(scores)[::-1]
    # In a small project all are the tail.
    count = min(max(int(max(_TAIL, share) * ordinary), 1), len(worst) - 1)
    if count < 1:
        return float(worst[0])
    start, tail = float(worst[count]), count / ordinary
    return start + float((worst[:count] - start).mean()) * max(float(np.log(tail / share)), 0.0)

"""Whether a stretch of text reports a danger now, and of which kind, learned from examples: the maths, free of Rasa.

Ridge regression as in `intent_model`, on three kinds of report against everything else. Of the rest it knows what comes
nearest to a report and a sample of what is far: more would teach little.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors
from bot.nlu.models.hashing import Hashing
from bot.nlu.models.landmarks import Landmarks, choose, sixth_power
from bot.nlu.models.ridge import Ridge, Sums
from bot.nlu.models.wording import Wording

KINDS = ("report_emergency", "report_urgent", "report_crisis")
"""The intents that are reports, the gravest first."""
VAGUE = "report_symptom"
"""Taking one of these for a report is no false alarm: the patient does speak of something that is wrong now."""

_OTHER = len(KINDS)
_WORDING = 0.7
_SLACK = 0.3
_BALANCE = 0.5
_NEAREST_OTHERS = 2500
_FAR_OTHERS = 800
_LANDMARKS = 3000
# Half as many lose one report in ten: pairs of words count here, so more share a bucket.
_BUCKETS = 4096
_SEED = 7
_COMPARED_AT_A_TIME = 500
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
        self._hashing = Hashing.draw(0, _BUCKETS, _SEED)
        self._landmarks: Vectors = np.zeros((0, 0), np.float32)
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
        halved = vectors[choose(kind, _LANDMARKS, _SEED)].astype(np.float16)
        landmarks = Landmarks(halved.astype(np.float32), sixth_power)
        wording = self._wording.learn(texts)
        self._hashing = Hashing.draw(self._wording.size, _BUCKETS, _SEED)

        def rows(places: NDArray[np.int64]) -> Vectors:
            return np.hstack([landmarks.features(vectors[places]), _WORDING * self._hashing.fold(wording[places])])

        targets = (np.eye(_OTHER + 1)[kind] - base).astype(np.float32)
        sizes = np.bincount(kind) * (_OTHER + 1) / len(kind)
        pull = (1 / (_SLACK * sizes**_BALANCE)[kind]).astype(np.float32)
        learned = Ridge.learn(Sums.over(rows, np.arange(len(kind)), targets, pull))
        judged = np.flatnonzero(plain[chosen])
        unseen = (learned.unseen(rows(judged), targets[judged], pull[judged]) + base)[:, :_OTHER].sum(axis=1)
        self._base, self._landmarks = base.astype(np.float32), landmarks.vectors
        self._near_weights = landmarks.folded(learned.weights[: len(landmarks.vectors)])
        self._word_weights = _WORDING * learned.weights[len(landmarks.vectors) :]
        allowed = int(self.false_alarms * plain.sum())
        worst_first = np.sort(unseen)[::-1]
        self.threshold = float(worst_first[min(allowed, len(worst_first) - 1)])

    def of(self, texts: Sequence[str], vectors: Vectors) -> Danger:
        """Give what the most dangerous of some stretches of text reports, sure or not.

        Args:
            texts: The stretches, at least one.
            vectors: The encoder's vector of each.
        """
        words = [self._hashing.weigh(*self._wording.read(text), self._word_weights) for text in texts]
        scores = sixth_power(vectors @ self._landmarks.T) @ self._near_weights + self._base + np.stack(words)
        reports = scores[:, :_OTHER]
        likeliest = reports[reports.sum(axis=1).argmax()]
        emergency = likeliest[0] >= _EMERGENCY_LEAD * likeliest.max() and likeliest.argmax() != KINDS.index(
            "report_crisis"
        )
        return Danger(kind=KINDS[0 if emergency else int(likeliest.argmax())], score=float(likeliest.sum()))

    def save(self, folder: Path) -> None:
        """Write what was learned into a folder: numbers and JSON, nothing that runs when it is read."""
        np.savez(
            folder / "danger.npz",
            landmarks=self._landmarks.astype(np.float16),
            near_weights=self._near_weights,
            word_weights=self._word_weights,
            word_places=self._hashing.places,
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
            model._landmarks, model._near_weights = arrays["landmarks"].astype(np.float32), arrays["near_weights"]
            model._word_weights, model._base = arrays["word_weights"], arrays["base"]
            model._hashing = Hashing(arrays["word_places"], _BUCKETS)
            model._wording.restore(kept["vocabularies"], arrays)
        return model


def worth_knowing(vectors: Vectors, intents: Sequence[str]) -> NDArray[np.int64]:
    """Choose the examples to learn from: all reports, what else comes nearest to one, and some of what is far.

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
    slices = np.array_split(others, len(others) // _COMPARED_AT_A_TIME + 1)
    nearness = np.concatenate([(vectors[some] @ vectors[reports].T).max(axis=1) for some in slices])
    others = others[np.argsort(-nearness, kind="stable")]
    far = others[_NEAREST_OTHERS:]
    sample = far[:: max(1, len(far) // _FAR_OTHERS)]
    return np.sort(np.concatenate([reports, others[:_NEAREST_OTHERS], sample]))


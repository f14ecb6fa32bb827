"""Whether a stretch of text reports a danger now, and of which kind, learned from examples: the maths, free of Rasa.

Kernel ridge regression as in `intent_model`, on three kinds of report against everything else. Of the rest it knows
what comes nearest to a report and a sample of what is far: more would teach little, and fewer examples train in a tenth
of the time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import inv

from bot.encoder.sentence_encoder import Vectors
from bot.nlu.models.wording import Wording

Matrix = NDArray[np.float64]

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
        self._vectors: Vectors = np.zeros((0, 0), np.float32)
        self._pull: Vectors = np.zeros((0, 0), np.float32)
        self._word_weights: Vectors = np.zeros((0, 0), np.float32)
        self._base: Vectors = np.zeros(0, np.float32)

    def train(
        self, texts: Sequence[str], vectors: Vectors, intents: Sequence[str], fresh: NDArray[np.bool_] | None = None
    ) -> None:
        """Learn from examples, and set the threshold by how those not learned from would have scored.

        Args:
            texts: The sentences, as the model reads them.
            vectors: The encoder's vector of each.
            intents: The intent of each.
            fresh: Whether the encoder knows nothing of each either (as in `intent_model`); the threshold is set by
                those alone. Without it, or if none is, all count.

        Raises:
            ValueError: One of the kinds has no examples, or nothing else has.
        """
        kind = np.array([KINDS.index(intent) if intent in KINDS else _OTHER for intent in intents])
        missing = [name for place, name in enumerate((*KINDS, "any other intent")) if not (kind == place).any()]
        if missing:
            raise ValueError(f"The training data has no examples of {missing[0]}.")
        # What resembles nothing known is taken for a report as seldom as examples are: not as often as the chosen ones.
        base = np.bincount(kind, minlength=_OTHER + 1) / len(kind)
        chosen = _nearest(vectors, kind)
        told = np.ones(len(texts), bool) if fresh is None or not fresh.any() else fresh
        plain = np.array([intent not in (*KINDS, VAGUE) for intent in intents]) & told
        vectors, kind = vectors[chosen].astype(np.float32), kind[chosen]
        wording = self._wording.learn([texts[place] for place in chosen])
        kernel = _meaning(vectors @ vectors.T) + _WORDING**2 * (wording @ wording.T).toarray()
        targets = np.eye(_OTHER + 1)[kind]
        sizes = np.bincount(kind) * (_OTHER + 1) / len(kind)
        inverse = inv(kernel + np.diag(_SLACK * (sizes**_BALANCE)[kind]), overwrite_a=True, check_finite=False)
        pull = inverse @ (targets - base)
        unseen = (targets - pull / np.diag(inverse)[:, None])[:, :_OTHER].sum(axis=1)
        self._vectors, self._base, self._pull = vectors, base.astype(np.float32), pull.astype(np.float32)
        self._word_weights = np.asarray(_WORDING**2 * (wording.T @ pull), dtype=np.float32)
        allowed = int(self.false_alarms * plain.sum())
        worst_first = np.sort(unseen[plain[chosen]])[::-1]
        self.threshold = float(worst_first[min(allowed, len(worst_first) - 1)])

    def of(self, texts: Sequence[str], vectors: Vectors) -> Danger:
        """Give what the most dangerous of some stretches of text reports, sure or not.

        Args:
            texts: The stretches, at least one.
            vectors: The encoder's vector of each.
        """
        words = [values @ self._word_weights[columns] for columns, values in map(self._wording.read, texts)]
        scores = _meaning(vectors @ self._vectors.T) @ self._pull + self._base + np.stack(words)
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
            vectors=self._vectors,
            pull=self._pull,
            word_weights=self._word_weights,
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
            model._vectors, model._pull = arrays["vectors"], arrays["pull"]
            model._word_weights, model._base = arrays["word_weights"], arrays["base"]
            model._wording.restore(kept["vocabularies"], arrays)
        return model


def _nearest(vectors: Vectors, kind: NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose the examples to learn from: all reports, what else comes nearest to one, and some of what is far."""
    reports, others = np.flatnonzero(kind < _OTHER), np.flatnonzero(kind == _OTHER)
    nearness = (vectors[others] @ vectors[reports].T).max(axis=1)
    others = others[np.argsort(-nearness, kind="stable")]
    far = others[_NEAREST_OTHERS:]
    sample = far[:: max(1, len(far) // _FAR_OTHERS)]
    return np.sort(np.concatenate([reports, others[:_NEAREST_OTHERS], sample]))


def _meaning(cosines: NDArray[Any]) -> NDArray[Any]:
    near = (1.0 + cosines) / 2.0
    # Squaring and multiplying takes a tenth of the time of a power.
    square = near * near
    return np.asarray(square * square * square)

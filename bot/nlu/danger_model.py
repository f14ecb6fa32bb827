"""Whether a stretch of text reports a danger now, and of which kind, learned from examples: the maths, free of Rasa.

Kernel ridge regression as in `intent_model`, on three kinds of report against everything else. Of the rest it knows
only what comes nearest to a report: the far ones teach nothing, and fewer examples train in a tenth of the time.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import inv
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.sentence_encoder import Vectors

Matrix = NDArray[np.float64]

KINDS = ("report_emergency", "report_urgent", "report_crisis")
"""The intents that are reports, the gravest first."""
VAGUE = "report_symptom"
"""Taking one of these for a report is no false alarm: the patient does speak of something that is wrong now."""

_OTHER = len(KINDS)
_MEANING_POWER = 6
_WORDING = 0.7
_SLACK = 0.3
_BALANCE = 0.5
_NEAREST_OTHERS = 2500
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
        self._parts = [
            TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b", ngram_range=(1, 2)),  # noqa: S106 - a pattern.
            TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 4)),
        ]
        self._vectors: Vectors = np.zeros((0, 0), np.float32)
        self._pull: Vectors = np.zeros((0, 0), np.float32)
        self._word_weights: Vectors = np.zeros((0, 0), np.float32)
        self._base: Vectors = np.zeros(0, np.float32)

    def train(self, texts: Sequence[str], vectors: Vectors, intents: Sequence[str]) -> None:
        """Learn from examples, and set the threshold by how those not learned from would have scored.

        Args:
            texts: The sentences, as the model reads them.
            vectors: The encoder's vector of each.
            intents: The intent of each.

        Raises:
            ValueError: One of the kinds has no examples, or nothing else has.
        """
        kind = np.array([KINDS.index(intent) if intent in KINDS else _OTHER for intent in intents])
        missing = [name for place, name in enumerate((*KINDS, "any other intent")) if not (kind == place).any()]
        if missing:
            raise ValueError(f"The training data has no examples of {missing[0]}.")
        chosen = _nearest(vectors, kind)
        ordinary = np.array([intents[place] not in (*KINDS, VAGUE) for place in chosen])
        vectors, kind = vectors[chosen].astype(np.float32), kind[chosen]
        wording = sparse.hstack(
            [part.fit_transform([texts[place] for place in chosen]) for part in self._parts]
        ).tocsr()
        kernel = _meaning(vectors @ vectors.T) + _WORDING**2 * (wording @ wording.T).toarray()
        targets = np.eye(_OTHER + 1)[kind]
        sizes = np.bincount(kind) * (_OTHER + 1) / len(kind)
        base = targets.mean(axis=0)
        inverse = inv(kernel + np.diag(_SLACK * (sizes**_BALANCE)[kind]), overwrite_a=True, check_finite=False)
        pull = inverse @ (targets - base)
        unseen = (targets - pull / np.diag(inverse)[:, None])[:, :_OTHER].sum(axis=1)
        self._vectors, self._base, self._pull = vectors, base.astype(np.float32), pull.astype(np.float32)
        self._word_weights = np.asarray(_WORDING**2 * (wording.T @ pull), dtype=np.float32)
        allowed = int(self.false_alarms * (len(intents) - sum(intent in (*KINDS, VAGUE) for intent in intents)))
        worst_first = np.sort(unseen[ordinary])[::-1]
        self.threshold = float(worst_first[min(allowed, len(worst_first) - 1)])

    def of(self, texts: Sequence[str], vectors: Vectors) -> Danger:
        """Give what the most dangerous of some stretches of text reports, sure or not.

        Args:
            texts: The stretches, at least one.
            vectors: The encoder's vector of each.
        """
        wording = sparse.hstack([part.transform(texts) for part in self._parts]).tocsr()
        scores = np.asarray(
            _meaning(vectors @ self._vectors.T) @ self._pull + self._base + wording @ self._word_weights
        )
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
            **{f"rarity_{number}": part.idf_ for number, part in enumerate(self._parts)},
        )
        vocabularies = [{term: int(column) for term, column in part.vocabulary_.items()} for part in self._parts]
        kept = {"false_alarms": self.false_alarms, "threshold": self.threshold, "vocabularies": vocabularies}
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
            for number, (part, vocabulary) in enumerate(zip(model._parts, kept["vocabularies"], strict=True)):
                part.vocabulary_ = vocabulary
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    part.idf_ = arrays[f"rarity_{number}"]
        return model


def _nearest(vectors: Vectors, kind: NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose the examples to learn from: all reports, and what else comes nearest to one."""
    reports, others = np.flatnonzero(kind < _OTHER), np.flatnonzero(kind == _OTHER)
    nearness = (vectors[others] @ vectors[reports].T).max(axis=1)
    return np.sort(np.concatenate([reports, others[np.argsort(-nearness, kind="stable")[:_NEAREST_OTHERS]]]))


def _meaning(cosines: NDArray[Any]) -> Matrix:
    return np.asarray(((1.0 + cosines) / 2.0) ** _MEANING_POWER, dtype=np.float64)

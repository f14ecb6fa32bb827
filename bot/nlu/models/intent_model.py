"""Which intent a sentence has, learned from examples: the maths, free of Rasa.

Kernel ridge regression on one target per intent. The kernel adds how near two sentences are in meaning (the encoder's
vectors) and in wording (words and letter groups, so that a mistyped word still counts). It answers as well as logistic
regression on the same features, trains in a second, and gives what each example would have scored had it not been
trained on, which is what the confidence is learned from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import solve
from scipy.linalg.blas import ssymm
from scipy.linalg.lapack import spotrf, spotri

from bot.nlu.models.confidence import Confidence, Evidence, evidence_of
from bot.encoder.sentence_encoder import Vectors
from bot.nlu.models.wording import Wording

_FOLDS_OF_UNKNOWN_INTENTS = 4
# How strongly the scores of the other intents fall off behind the first one's.
_SHARPNESS = 8.0
_ROWS_AT_A_TIME = 1000
# With 64 accuracy on unseen examples begins to fall.
_DIMENSIONS = 128
# Two examples nearer than this (as a cosine) are taken to say the same; without them accuracy on held-out sets stays.
_TWINS = 0.85
# A sentence that an example says word for word: how sure it is of it, and how far it puts that intent ahead.
_SAID = 0.95
_AHEAD = 0.5
_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the model learns.

    Attributes:
        smoothing: How far it may miss a training example to stay simple.
        wording: The weight of wording beside meaning.
        balance: How far an intent with few examples is lifted to the level of one with many: 0 not at all, 1 fully.
        unknown_share: How often a message is taken to mean something that no intent covers, for the confidence.
    """

    smoothing: float = 0.5
    wording: float = 0.4
    balance: float = 0.5
    unknown_share: float = 0.1


@dataclass(frozen=True)
class RankedIntent:
    """An intent and how sure the model is of it."""

    name: str
    confidence: float


@dataclass(frozen=True)
class Unseen:
    """What the examples would have got, each had it not been trained on.

    Attributes:
        intents: The likeliest intent of each.
        confidences: How sure the model would have been of it.
    """

    intents: list[str]
    confidences: NDArray[np.float64]


class IntentModel:
    """Ranks the intents of a sentence.

    Args:
        settings: How it learns.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.intents: list[str] = []
        self._wording = Wording(pairs=False)
        self._directions: Vectors = np.zeros((0, 0), np.float32)
        self._vectors: Vectors = np.zeros((0, 0), np.float32)
        self._pull: Vectors = np.zeros((0, 0), np.float32)
        self._word_weights: Vectors = np.zeros((0, 0), np.float32)
        self._base: Vectors = np.zeros(0, np.float32)
        self._owner: NDArray[np.int64] = np.zeros(0, np.int64)
        self._confidence = Confidence.untrained()
        self._said: dict[str, str] = {}

    def train(
        self, texts: Sequence[str], vectors: Vectors, intents: Sequence[str], fresh: NDArray[np.bool_] | None = None
    ) -> Unseen:
        """Learn from examples, and say how it would have done on them.

        Args:
            texts: The sentences, as the classifier reads them.
            vectors: The encoder's vector of each.
            intents: The intent of each.
            fresh: Whether the encoder knows nothing of each either. Those that it was fine-tuned on look easier than
                a patient's message is, so the confidence is learned from the others; if none is fresh, from all.

        Raises:
            ValueError: There are fewer than two intents.
        """
        names, owner = np.unique(np.asarray(intents, dtype=str), return_inverse=True)
        if len(names) < 2:
            raise ValueError(f"The training data has {len(names)} intents; at least two are needed.")
        self.intents = [str(name) for name in names]
        self._owner = owner.astype(np.int64)
        self._directions = _main_directions(vectors)
        self._vectors = vectors @ self._directions
        wording = self._wording.learn(texts)
        cosines = self._vectors @ self._vectors.T
        kernel = _meaning(cosines)
        _add_scaled(kernel, wording, self.settings.wording**2)
        kernel[np.diag_indices_from(kernel)] += self._slack(owner)
        inverse = _inverse(kernel)
        targets = np.eye(len(names), dtype=np.float32)[owner]
        self._base = targets.mean(axis=0)
        self._pull = np.ascontiguousarray(ssymm(1.0, inverse, targets - self._base, lower=True))
        self._word_weights = np.asarray(self.settings.wording**2 * (wording.T @ self._pull), dtype=np.float32)
        told = np.ones(len(texts), bool) if fresh is None or not fresh.any() else fresh
        return self._learn_confidence(inverse, cosines, targets, told)

    def remember(self, texts: Sequence[str], intents: Sequence[str]) -> None:
        """Keep what examples say, so that their very words have their intent and nothing about them is estimated.

        A sentence that stands under two intents is left to the estimate.

        Args:
            texts: The sentences, as the classifier reads them.
            intents: The intent of each.
        """
        said: dict[str, set[str]] = {}
        for text, intent in zip(texts, intents, strict=True):
            said.setdefault(_words_alone(text), set()).add(intent)
        self._said = {words: found.pop() for words, found in said.items() if len(found) == 1}

    def rank(self, text: str, vector: Vectors, length: int) -> list[RankedIntent]:
        """Return the likeliest intents, likeliest first.

        The first one's confidence is the probability that it is right; the others have their share of it.

        Args:
            text: The sentence, as the classifier reads it.
            vector: The encoder's vector of it.
            length: How many intents to return.
        """
        cosines = self._vectors @ (vector @ self._directions)
        columns, values = self._wording.read(text)
        scores = _meaning(cosines) @ self._pull + self._base + values @ self._word_weights[columns]
        evidence = evidence_of(scores[None], cosines[None], self._owner)
        confidence = float(self._confidence.of(evidence)[0])
        said = self._said.get(_words_alone(text))
        if said is not None:
            scores[self.intents.index(said)] = scores.max() + _AHEAD
            confidence = max(confidence, _SAID)
        order = np.argsort(-scores, kind="stable")[:length]
        shares = np.exp(_SHARPNESS * (scores[order] - scores[order[0]]))
        return [
            RankedIntent(self.intents[i], confidence * float(share)) for i, share in zip(order, shares, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Write what was learned into a folder: numbers and JSON, nothing that runs when it is read."""
        np.savez(
            folder / "intents.npz",
            directions=self._directions,
            vectors=self._vectors,
            pull=self._pull,
            word_weights=self._word_weights,
            base=self._base,
            owner=self._owner,
            **self._wording.arrays(),
        )
        kept = {
            "settings": self.settings.__dict__,
            "intents": self.intents,
            "confidence": self._confidence.as_json(),
            "vocabularies": self._wording.vocabularies(),
            "said": self._said,
        }
        (folder / "intents.json").write_text(json.dumps(kept), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read what `save` has written."""
        kept = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        model = cls(Settings(**kept["settings"]))
        model.intents = kept["intents"]
        model._confidence = Confidence.from_json(kept["confidence"])
        model._said = kept["said"]
        with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
            model._directions = arrays["directions"]
            model._vectors = arrays["vectors"]
            model._pull = arrays["pull"]
            model._word_weights = arrays["word_weights"]
            model._base = arrays["base"]
            model._owner = arrays["owner"]
            model._wording.restore(kept["vocabularies"], arrays)
        return model

    def _slack(self, owner: NDArray[np.int64]) -> Vectors:
        """Return how far each example may be missed: less in an intent with few examples, so that each counts more."""
        sizes = np.bincount(owner)
        relative = sizes * len(sizes) / len(owner)
        return np.asarray(self.settings.smoothing * (relative**self.settings.balance)[owner], dtype=np.float32)

    def _learn_confidence(
        self, inverse: Vectors, cosines: Vectors, targets: Vectors, fresh: NDArray[np.bool_]
    ) -> Unseen:
        """Learn the confidence from how unseen examples, and examples of unseen intents, score."""
        unseen = targets - self._pull / np.diag(inverse)[:, None]
        right = unseen.argmax(axis=1) == self._owner
        groups = _groups(len(self.intents), _FOLDS_OF_UNKNOWN_INTENTS)
        unknown = [
            self._evidence_without(inverse, cosines, targets, group)[fresh[np.isin(self._owner, group)]]
            for group in groups
        ]
        np.fill_diagonal(cosines, -1.0)
        known = evidence_of(unseen, cosines, self._owner)
        self._confidence = Confidence.learn(
            known[fresh],
            right[fresh],
            np.concatenate([known[:0], *unknown]),
            unknown_share=self.settings.unknown_share,
        )
        first = [self.intents[index] for index in unseen.argmax(axis=1)]
        return Unseen(first, self._confidence.of(known))

    def _evidence_without(
        self, inverse: Vectors, cosines: Vectors, targets: Vectors, group: NDArray[np.int64]
    ) -> Evidence:
        """Return how the examples of some intents score when none of those intents was trained.

        What leaving out rows does to a ridge regression is known from the inverse alone (the block form of the
        leave-one-out formula): nothing is trained again.
        """
        outside = np.isin(self._owner, group)
        inside = np.flatnonzero(~outside)
        rows = np.flatnonzero(outside)
        others = np.setdiff1d(np.arange(len(self.intents)), group)
        missed = solve(_block(inverse, rows), self._pull[np.ix_(rows, others)], assume_a="pos")
        scores = targets[np.ix_(rows, others)] - missed
        return evidence_of(scores, cosines[np.ix_(rows, inside)], np.searchsorted(others, self._owner[inside]))


def telling(vectors: Vectors, intents: Sequence[str]) -> NDArray[np.int64]:
    """Return the examples, by place, that say something else than those before them of the same intent.

    One that is nearly another's twin teaches nothing, and training takes the third power of their number.

    Args:
        vectors: The encoder's vector of each example.
        intents: The intent of each.
    """
    kept: list[int] = []
    names = np.asarray(intents, dtype=str)
    for name in np.unique(names):
        places = np.flatnonzero(names == name)
        twins = np.triu(vectors[places] @ vectors[places].T > _TWINS, 1)
        on = np.ones(len(places), bool)
        for number in range(len(places)):
            if on[number]:
                on &= ~twins[number]
        kept += places[on].tolist()
    return np.array(sorted(kept), np.int64)


def _words_alone(text: str) -> str:
    """Return a sentence without its punctuation."""
    return " ".join(_WORD.findall(text))


def _main_directions(vectors: Vectors) -> Vectors:
    """Return the directions in which the examples differ most, a column for each.

    Cosines come out nearly the same from a third of the numbers, and comparing with all examples is what a message
    waits for. They are not scaled back to length one: what lies in none of these directions is near to no example.
    """
    _, found = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
    return np.ascontiguousarray(found[:, ::-1][:, :_DIMENSIONS], dtype=np.float32)


def _meaning(cosines: Vectors) -> Vectors:
    """Return how near in meaning sentences are: the fourth power, so that it fades fast with the angle."""
    near = (1.0 + cosines) / 2.0
    # Squaring twice takes a tenth of the time of a power.
    near *= near
    near *= near
    return np.asarray(near)


def _add_scaled(kernel: Vectors, wording: sparse.csr_matrix, scale: float) -> None:
    """Add how alike the examples are in wording to the upper half of a kernel, in slices that fit into memory."""
    columns = wording.T.tocsc()
    for first in range(0, len(kernel), _ROWS_AT_A_TIME):
        rows = slice(first, first + _ROWS_AT_A_TIME)
        kernel[rows, first:] += scale * (wording[rows] @ columns[:, first:]).toarray()


def _inverse(kernel: Vectors) -> Vectors:
    """Return the lower half of the inverse of a symmetric positive definite matrix; the upper half is left as it was.

    Of the matrix the upper half is read, and it is overwritten.

    Single precision will do: the slack on the diagonal keeps the matrix far from singular. By Cholesky's way it takes
    a third of the time of a general inverse.
    """
    # The transpose is the same matrix in the order of columns that LAPACK works on in place.
    lower, _ = spotrf(kernel.T, lower=True, overwrite_a=True)
    inverse, _ = spotri(lower, lower=True, overwrite_c=True)
    return np.asarray(inverse)


def _block(lower: Vectors, rows: NDArray[np.int64]) -> Vectors:
    """Return some rows and the same columns of a symmetric matrix whose lower half is given; `rows` ascend."""
    block = lower[np.ix_(rows, rows)]
    return np.asarray(np.tril(block) + np.tril(block, -1).T)


def _groups(count: int, wanted: int) -> list[NDArray[np.int64]]:
    """Deal the intents into groups, so that neighbours in the alphabet do not leave together."""
    # At least two intents must stay when a group leaves.
    wanted = min(max(wanted, 2), count)
    return [np.arange(first, count, wanted) for first in range(wanted) if count - len(range(first, count, wanted)) > 1]

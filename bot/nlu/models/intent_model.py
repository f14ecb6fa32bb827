"""Which intent a sentence has, learned from examples: the maths, free of Rasa.

Ridge regression on one target per intent. Its features say how near a sentence is in meaning to some 2,000 chosen
examples (`landmarks`) and in wording to all of them (`wording`, folded by `hashing`, so that a mistyped word still
counts). It answers as well as the kernel over all pairs of examples that stood here before, which took the third power
of their number, and it gives what each example would have scored had it not been trained on, which is what the
confidence is learned from. One long file, since learning, keeping and ranking share the same dozen arrays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors
from bot.nlu.models.confidence import Confidence, Evidence, evidence_of
from bot.nlu.models.hashing import Hashing
from bot.nlu.models.landmarks import Landmarks, choose, fourth_power
from bot.nlu.models.ridge import Ridge, Sums
from bot.nlu.models.wording import Wording

_FOLDS_OF_UNKNOWN_INTENTS = 3
# How strongly the scores of the other intents fall off behind the first one's.
_SHARPNESS = 8.0
# With 64 accuracy on unseen examples begins to fall.
_DIMENSIONS = 128
# For the nearest example alone fewer will do, and comparing with all of them is most of what a sentence takes.
_DIMENSIONS_OF_NEAREST = 96
# With more of either no fewer questions are misread.
_LANDMARKS = 2000
_BUCKETS = 2048
_SEED = 7
# The confidence has five numbers: more sentences would only take longer.
_MOST_SCORED = 8000
# Two examples nearer than this (as a cosine) are taken to say the same; without them accuracy on held-out sets stays.
_TWINS = 0.85
_COMPARED_AT_A_TIME = 250
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
    """What examples would have got, each had it not been trained on.

    Attributes:
        places: Which examples these are.
        intents: The likeliest intent of each.
        confidences: How sure the model would have been of it.
    """

    places: NDArray[np.int64]
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
        self._hashing = Hashing.draw(0, _BUCKETS, _SEED)
        self._directions: Vectors = np.zeros((0, 0), np.float32)
        self._landmarks: Vectors = np.zeros((0, 0), np.float32)
        self._near_weights: Vectors = np.zeros((0, 0), np.float32)
        self._word_weights: Vectors = np.zeros((0, 0), np.float32)
        self._base: Vectors = np.zeros(0, np.float32)
        self._nearest: Vectors = np.zeros((0, 0), np.float32)
        self._owner: NDArray[np.int64] = np.zeros(0, np.int64)
        self._confidence = Confidence.untrained()
        self._said: dict[str, str] = {}

    def train(
        self, texts: Sequence[str], vectors: Vectors, intents: Sequence[str], fresh: NDArray[np.bool_] | None = None
    ) -> Unseen:
        """Learn from examples, and say how it would have done on those that the confidence is learned from.

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
        self.intents, self._owner = [str(name) for name in names], owner.astype(np.int64)
        self._directions = _main_directions(vectors)
        turned = vectors @ self._directions
        # Half the digits are enough to say how near something is, and are all that is kept.
        self._nearest = turned[:, :_DIMENSIONS_OF_NEAREST].astype(np.float16).astype(np.float32)
        landmarks = Landmarks(turned[choose(self._owner, _LANDMARKS, _SEED)], fourth_power)
        wording = self._wording.learn(texts)
        self._hashing = Hashing.draw(self._wording.size, _BUCKETS, _SEED)
        folded = self._hashing.fold(wording)

        scored = _scored(len(texts), fresh)
        row_of = np.full(len(texts), -1)
        row_of[scored] = np.arange(len(scored))
        features = np.empty((len(scored), len(landmarks.vectors) + _BUCKETS), np.float32)

        def rows(places: NDArray[np.int64]) -> Vectors:
            words = self.settings.wording * folded[places].toarray()
            found = np.hstack([landmarks.features(turned[places]), words])
            # Adding up asks for those of every example; they are dear, and some are wanted once more.
            kept = row_of[places] >= 0
            features[row_of[places[kept]]] = found[kept]
            return found

        targets = np.eye(len(names), dtype=np.float32)[owner]
        self._base = targets.mean(axis=0)
        pull = 1 / self._slack(self._owner)
        groups = _groups(len(names), _FOLDS_OF_UNKNOWN_INTENTS)
        # What belongs to no group, if anything, comes last.
        group_of = np.full(len(names), len(groups))
        for number, group in enumerate(groups):
            group_of[group] = number
        parts = [np.flatnonzero(group_of[owner] == number) for number in range(len(groups) + 1)]
        sums = [Sums.over(rows, part, targets - self._base, pull) for part in parts if len(part)]
        whole = sums[0].copy()
        for part_sums in sums[1:]:
            whole.add(part_sums)
        unknown = [
            self._evidence_without(group, whole - some, features, scored) for group, some in zip(groups, sums, strict=False)
        ]
        del sums
        learned = Ridge.learn(whole)
        self._landmarks = landmarks.vectors
        self._near_weights = landmarks.folded(learned.weights[: len(landmarks.vectors)])
        self._word_weights = self.settings.wording * learned.weights[len(landmarks.vectors) :]
        unseen = learned.unseen(features, (targets - self._base)[scored], pull[scored]) + self._base
        return self._learn_confidence(unseen, unknown, scored)

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
        turned = vector @ self._directions
        words = self._hashing.weigh(*self._wording.read(text), self._word_weights)
        scores = fourth_power(self._landmarks @ turned) @ self._near_weights + words + self._base
        cosines = self._nearest @ turned[:_DIMENSIONS_OF_NEAREST]
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
            landmarks=self._landmarks,
            near_weights=self._near_weights,
            word_weights=self._word_weights,
            word_places=self._hashing.places,
            base=self._base,
            nearest=self._nearest.astype(np.float16),
            owner=self._owner.astype(np.int16),
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
            model._landmarks = arrays["landmarks"]
            model._near_weights = arrays["near_weights"]
            model._word_weights = arrays["word_weights"]
            model._hashing = Hashing(arrays["word_places"], _BUCKETS)
            model._base = arrays["base"]
            model._nearest = arrays["nearest"].astype(np.float32)
            model._owner = arrays["owner"].astype(np.int64)
            model._wording.restore(kept["vocabularies"], arrays)
        return model

    def _slack(self, owner: NDArray[np.int64]) -> Vectors:
        """Return how far each example may be missed: less in an intent with few examples, so that each counts more."""
        sizes = np.bincount(owner)
        relative = sizes * len(sizes) / len(owner)
        return np.asarray(self.settings.smoothing * (relative**self.settings.balance)[owner], dtype=np.float32)

    def _learn_confidence(
        self, unseen: Vectors, unknown: Sequence[Evidence], scored: NDArray[np.int64]
    ) -> Unseen:
        """Learn the confidence from how unseen examples, and examples of unseen intents, score."""
        first = unseen.argmax(axis=1)
        known = self._evidence(unseen, scored, np.arange(len(self._owner)))
        self._confidence = Confidence.learn(
            known,
            first == self._owner[scored],
            np.concatenate([known[:0], *unknown]),
            unknown_share=self.settings.unknown_share,
        )
        return Unseen(scored, [self.intents[index] for index in first], self._confidence.of(known))

    def _evidence_without(
        self, group: NDArray[np.int64], others: Sums, features: Vectors, scored: NDArray[np.int64]
    ) -> Evidence:
        """Return how the examples of some intents score when none of those intents was trained.

        Args:
            group: The intents.
            others: What all other examples add up to.
            features: Those of the examples that are scored.
            scored: The places of those among all examples.
        """
        rows = np.flatnonzero(np.isin(self._owner[scored], group))
        if not len(rows):
            return np.zeros((0, 4))
        left = np.setdiff1d(np.arange(len(self.intents)), group)
        scores = features[rows] @ Ridge.learn(others).weights[:, left] + self._base[left]
        inside = np.flatnonzero(~np.isin(self._owner, group))
        return self._evidence(scores, scored[rows], inside, left)

    def _evidence(
        self,
        scores: Vectors,
        places: NDArray[np.int64],
        among: NDArray[np.int64],
        intents: NDArray[np.int64] | None = None,
    ) -> Evidence:
        """Gather the evidence of examples, each compared with others but not with itself.

        Args:
            scores: A row for each example, a column for each intent.
            places: Which examples.
            among: The examples that they are compared with.
            intents: The intents that the columns stand for, if not all.
        """
        owner = self._owner[among] if intents is None else np.searchsorted(intents, self._owner[among])
        found = []
        for first in range(0, len(places), _COMPARED_AT_A_TIME):
            some = places[first : first + _COMPARED_AT_A_TIME]
            cosines = self._nearest[some] @ self._nearest[among].T
            cosines[some[:, None] == among[None, :]] = -1.0
            found.append(evidence_of(scores[first : first + _COMPARED_AT_A_TIME], cosines, owner))
        return np.concatenate(found)


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
        told: list[int] = []
        for first in range(0, len(places), _COMPARED_AT_A_TIME):
            some = places[first : first + _COMPARED_AT_A_TIME]
            on = (vectors[some] @ vectors[told].T < _TWINS).all(axis=1) if told else np.ones(len(some), bool)
            twins = np.triu(vectors[some] @ vectors[some].T >= _TWINS, 1)
            for number in range(len(some)):
                if on[number]:
                    on &= ~twins[number]
            told += some[on].tolist()
        kept += told
    return np.array(sorted(kept), np.int64)


def _scored(count: int, fresh: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """Return the places of the examples that the confidence is learned from, evenly taken where there are many."""
    places = np.arange(count) if fresh is None or not fresh.any() else np.flatnonzero(fresh)
    return places[:: -(-len(places) // _MOST_SCORED)]


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


def _groups(count: int, wanted: int) -> list[NDArray[np.int64]]:
    """Deal the intents into groups, so that neighbours in the alphabet do not leave together."""
    # At least two intents must stay when a group leaves.
    wanted = min(max(wanted, 2), count)
    return [np.arange(first, count, wanted) for first in range(wanted) if count - len(range(first, count, wanted)) > 1]

"""Which intent a sentence has, learned from examples: the maths, free of Rasa.

Ridge regression on one target per intent. Its features (`space`) say how near a sentence is in meaning to some 2,000
chosen sentences and in wording to all examples. It answers as well as a kernel over all pairs of examples, which took
the third power of their number, and it gives what each example would have scored had it not been trained on, which is
what the confidence is learned from.
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
from bot.nlu.models.confidence import Confidence, evidence_of
from bot.nlu.models.kept_sums import KeptSums, Rows, add_up
from bot.nlu.models.ours import Ours
from bot.nlu.models.ridge import Ridge
from bot.nlu.models.space import Space
from bot.nlu.models.wording import Wording
from bot.vocabulary import INTENT_PREFIX

_FOLDS_OF_UNKNOWN_INTENTS = 3
# How strongly the scores of the other intents fall off behind the first one's.
_SHARPNESS = 8.0
# For the nearest example alone fewer will do than a space has, and comparing with all of them is most of what a
# sentence takes.
_DIMENSIONS_OF_NEAREST = 96
# The confidence has a few numbers: more sentences would only take longer.
_MOST_SCORED = 8000
# Two examples nearer than this (as a cosine) are taken to say the same; without them accuracy on held-out sets stays.
_TWINS = 0.85
_COMPARED_AT_A_TIME = 250
# A sentence that an example says word for word: how sure it is of it, and how far it puts that intent ahead.
_SAID = 0.95
_AHEAD = 0.5
# From here on (a cosine of whole vectors: they are few) a sentence means what the clinic has taught, if no example is
# nearer.
_TAUGHT = 0.75
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

    Attributes:
        ours: What tells messages that are ours from those that are not.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.intents: list[str] = []
        self._space = Space(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32), Wording.of([]))
        self._near_weights: Vectors = np.zeros((0, 0), np.float32)
        self._word_weights: Vectors = np.zeros((0, 0), np.float32)
        self._base: Vectors = np.zeros(0, np.float32)
        # The examples, those of an intent in a row, and the place of the first of each intent.
        self._nearest: Vectors = np.zeros((0, 0), np.float32)
        self._starts: NDArray[np.int64] = np.zeros(0, np.int64)
        self._confidence = Confidence.untrained()
        self._said: dict[str, str] = {}
        # What the clinic has taught, with the place of the intent of each.
        self._taught: Vectors = np.zeros((0, 0), np.float32)
        self._taught_as: NDArray[np.int64] = np.zeros(0, np.int64)
        self.ours = Ours.untold()

    def train(
        self,
        texts: Sequence[str],
        vectors: Vectors,
        intents: Sequence[str],
        fresh: NDArray[np.bool_] | None = None,
        *,
        space: Space | None = None,
        kept: KeptSums | None = None,
    ) -> Unseen:
        """Learn from examples, and say how it would have done on those that the confidence is learned from.

        Args:
            texts: The sentences, as the classifier reads them.
            vectors: The encoder's vector of each.
            intents: The intent of each.
            fresh: Whether the encoder knows nothing of each either. Those that it was fine-tuned on look easier than
                a patient's message is, so the confidence is learned from the others; if none is fresh, from all.
            space: In what they are compared; without one, in that of these examples.
            kept: The sums of the last training; with it only what has changed is added up.

        Raises:
            ValueError: There are fewer than two intents.
        """
        names, owner = np.unique(np.asarray(intents, dtype=str), return_inverse=True)
        if len(names) < 2:
            raise ValueError(f"The training data has {len(names)} intents; at least two are needed.")
        self.intents = [str(name) for name in names]
        # Those of an intent in a row from here on.
        order = np.argsort(owner, kind="stable")
        texts, vectors, owner = [texts[place] for place in order], vectors[order], owner[order].astype(np.int64)
        scored = _scored(len(texts), None if fresh is None else fresh[order])
        sizes = np.bincount(owner)
        self._starts = np.cumsum(sizes) - sizes
        self._space = space or Space.of(texts, vectors, owner)
        # Half the digits are enough to say how near something is, and are all that is kept.
        turned = vectors @ self._space.directions[:, :_DIMENSIONS_OF_NEAREST]
        self._nearest = turned.astype(np.float16).astype(np.float32)
        self._base = np.asarray(sizes / len(texts), np.float32)
        # An example may be missed less where an intent has few, so that each counts more.
        pull = np.asarray(sizes ** -float(self.settings.balance), np.float32)
        penalty = self.settings.smoothing * float(len(sizes) / len(texts)) ** self.settings.balance

        groups = _groups(len(sizes), _FOLDS_OF_UNKNOWN_INTENTS)
        rows = Rows(texts, vectors, owner, pull)
        meaning = json.dumps([self._space.digest(), self.intents, self.settings.wording])
        sums = add_up(rows, _part_of(groups, len(sizes)), self._features, meaning, kept)
        whole = sums[0].copy()
        for part_sums in sums[1:]:
            whole.add(part_sums)
        features = self._features([texts[place] for place in scored], vectors[scored])
        nearest = self._nearest_to(scored)
        unknown = []
        for group, some in zip(groups, sums, strict=False):
            left = np.setdiff1d(np.arange(len(sizes)), group)
            inside = np.isin(owner[scored], group)
            without = Ridge.learn(whole - some, penalty, self._base)
            scores = features[inside] @ without.weights[:, left] + self._base[left]
            unknown.append(evidence_of(scores, nearest[inside][:, left], self._answered[left]))
        del sums
        learned = Ridge.learn(whole, penalty, self._base)
        self._near_weights, self._word_weights = self._space.folded(learned.weights, self.settings.wording)
        targets = np.eye(len(sizes), dtype=np.float32)[owner[scored]] - self._base
        unseen = learned.unseen(features, targets, pull[owner[scored]]) + self._base
        first = unseen.argmax(axis=1)
        known = evidence_of(unseen, nearest, self._answered)
        self._confidence = Confidence.learn(
            known,
            first == owner[scored],
            np.concatenate([known[:0], *unknown]),
            unknown_share=self.settings.unknown_share,
        )
        return Unseen(order[scored], [self.intents[index] for index in first], self._confidence.of(known))

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

    def teach(self, vectors: Vectors, intents: Sequence[str]) -> None:
        """Keep sentences apart from what is learned, for what means nearly the same as one of them.

        They move nothing else: what is nearer to an example, or near to none of them, is read as if they were not
        there.

        Args:
            vectors: The encoder's vector of each.
            intents: The intent of each; one that no example has is left out.
        """
        known = [place for place, intent in enumerate(intents) if intent in self.intents]
        self._taught = vectors[known].astype(np.float16).astype(np.float32)
        self._taught_as = np.array([self.intents.index(intents[place]) for place in known], np.int64)

    def rank(self, texts: Sequence[str], vectors: Vectors, length: int) -> list[list[RankedIntent]]:
        """Return the likeliest intents of each sentence, likeliest first.

        The first one's confidence is the probability that it is right; the others have their share of it. Sentences
        are compared with the examples all at once: reading those from memory is most of what one of them takes.

        Args:
            texts: The sentences, as the classifier reads them.
            vectors: The encoder's vector of each.
            length: How many intents to return of each.
        """
        turned = vectors @ self._space.directions
        scores = self._space.scores(texts, turned, self._near_weights, self._word_weights) + self._base
        cosines = turned[:, :_DIMENSIONS_OF_NEAREST] @ self._nearest.T
        nearest = np.maximum.reduceat(cosines, self._starts, axis=1)
        confidences = self._confidence.of(evidence_of(scores, nearest, self._answered))
        taught = vectors @ self._taught.T if len(self._taught) else None
        found = []
        for place, (text, own) in enumerate(zip(texts, scores, strict=True)):
            confidence = float(confidences[place])
            said = self._said.get(_words_alone(text))
            if said is not None:
                own[self.intents.index(said)] = own.max() + _AHEAD
                confidence = max(confidence, _SAID)
            elif taught is not None and taught[place].max() >= max(_TAUGHT, float(nearest[place].max())):
                own[self._taught_as[taught[place].argmax()]] = own.max() + _AHEAD
                confidence = max(confidence, min(float(taught[place].max()), _SAID))
            found.append(self._ranked(own, confidence, length))
        return found

    def _ranked(self, scores: Vectors, confidence: float, length: int) -> list[RankedIntent]:
        order = np.argsort(-scores, kind="stable")[:length]
        shares = np.exp(_SHARPNESS * (scores[order] - scores[order[0]]))
        return [
            RankedIntent(self.intents[i], confidence * float(share)) for i, share in zip(order, shares, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Write what was learned into a folder: numbers and JSON, nothing that runs when it is read."""
        np.savez(
            folder / "intents.npz",
            near_weights=self._near_weights,
            word_weights=self._word_weights,
            base=self._base,
            nearest=self._nearest.astype(np.float16),
            starts=self._starts,
            taught=self._taught.astype(np.float16),
            taught_as=self._taught_as,
            **self._space.arrays(),
            **self.ours.arrays(),
        )
        kept = {
            "settings": self.settings.__dict__,
            "intents": self.intents,
            "confidence": self._confidence.as_json(),
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
            model._space = Space.from_arrays(arrays)
            model._near_weights = arrays["near_weights"]
            model._word_weights = arrays["word_weights"]
            model._base = arrays["base"]
            model._nearest = arrays["nearest"].astype(np.float32)
            model._starts = arrays["starts"]
            model._taught = arrays["taught"].astype(np.float32)
            model._taught_as = arrays["taught_as"]
            model.ours = Ours.from_arrays(arrays)
        return model

    @property
    def _answered(self) -> NDArray[np.bool_]:
        """Whether each intent is a question that an answer may meet."""
        return np.array([name.startswith(INTENT_PREFIX) for name in self.intents], bool)

    def _features(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        return self._space.features(texts, vectors, self.settings.wording)

    def _nearest_to(self, places: NDArray[np.int64]) -> Vectors:
        """Return how near each of some examples is to the nearest of every intent, itself left out."""
        found = np.empty((len(places), len(self.intents)), np.float32)
        for first in range(0, len(places), _COMPARED_AT_A_TIME):
            some = places[first : first + _COMPARED_AT_A_TIME]
            cosines = self._nearest[some] @ self._nearest.T
            cosines[np.arange(len(some)), some] = -1.0
            found[first : first + _COMPARED_AT_A_TIME] = np.maximum.reduceat(cosines, self._starts, axis=1)
        return found


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
            on = (vectors[some] @ vectors[told].T).max(axis=1) < _TWINS if told else np.ones(len(some), bool)
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


def _groups(count: int, wanted: int) -> list[NDArray[np.int64]]:
    """Deal the intents into groups, so that neighbours in the alphabet do not leave together."""
    # At least two intents must stay when a group leaves.
    wanted = min(max(wanted, 2), count)
    return [np.arange(first, count, wanted) for first in range(wanted) if count - len(range(first, count, wanted)) > 1]


def _part_of(groups: Sequence[NDArray[np.int64]], intents: int) -> NDArray[np.int64]:
    """Return the number of each intent's group; what belongs to none, if anything, comes last."""
    part_of = np.full(intents, len(groups))
    for number, group in enumerate(groups):
        part_of[group] = number
    return part_of

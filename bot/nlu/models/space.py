"""In what sentences are compared: the directions, landmarks and rarity of words that make features of one.

A space is learned from sentences once, and then fixed: what a sentence's features are depends on nothing but the
sentence, so a training has to add up only what has changed (`kept_sums`). Frontdesk comes with the space of its own
examples (`bot/nlu/models/shipped_space.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors
from bot.nlu.models.landmarks import Landmarks, choose, fourth_power
from bot.nlu.models.wording import BUCKETS, Wording

# With 64 accuracy on unseen examples begins to fall.
_DIMENSIONS = 128
# With more no fewer questions are misread.
_LANDMARKS = 2000
_SEED = 7


class Space:
    """Makes features of sentences.

    Args:
        directions: The directions in which sentences differ, a column for each.
        landmarks: What nearness in meaning is measured to, in these directions, a row for each.
        wording: What is seen of the words.
    """

    def __init__(self, directions: Vectors, landmarks: Vectors, wording: Wording) -> None:
        self.directions = directions
        self.landmarks = landmarks
        self.wording = wording

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Vectors, owner: NDArray[np.int64]) -> Space:
        """Learn from sentences.

        Args:
            texts: The sentences, as the classifier reads them.
            vectors: The encoder's vector of each.
            owner: The intent of each, as a number.
        """
        directions = _main_directions(vectors)
        landmarks = vectors[choose(owner, _LANDMARKS, _SEED)] @ directions
        # Half the digits are enough, and are all that is kept.
        return cls(directions, landmarks.astype(np.float16).astype(np.float32), Wording.of(texts))

    @property
    def width(self) -> int:
        """How many features a sentence has."""
        return len(self.landmarks) + BUCKETS

    def features(self, texts: Sequence[str], vectors: Vectors, weight: float) -> Vectors:
        """Return a row of features for each sentence; only learning needs them.

        Args:
            texts: The sentences, as the classifier reads them.
            vectors: The encoder's vector of each.
            weight: How much wording weighs beside meaning.
        """
        return np.hstack([self._nearness.features(vectors @ self.directions), weight * self.wording.rows(texts)])

    def scores(self, texts: Sequence[str], turned: Vectors, near_weights: Vectors, word_weights: Vectors) -> Vectors:
        """Return what the features of sentences make with weights, a row for each, without making the features.

        Args:
            texts: The sentences, as the classifier reads them.
            turned: The encoder's vector of each, in the directions.
            near_weights: Those of nearness, as `folded` gives them.
            word_weights: Those of words.
        """
        near = fourth_power(turned @ self.landmarks.T) @ near_weights
        return np.asarray(near + self.wording.rows(texts) @ word_weights)

    def folded(self, weights: Vectors, weight: float) -> tuple[Vectors, Vectors]:
        """Return weights of the features as `scores` takes them: of the bare nearness, and of words.

        Args:
            weights: A row for each feature.
            weight: As for `features`.
        """
        return self._nearness.folded(weights[: len(self.landmarks)]), weight * weights[len(self.landmarks) :]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the numbers that make it up, by names that `from_arrays` knows."""
        return {
            "directions": self.directions,
            "landmarks": self.landmarks.astype(np.float16),
            "word_counts": self.wording.counts,
            "texts_counted": np.array(self.wording.texts, np.int64),
        }

    def digest(self) -> str:
        """Return one value for all of it."""
        digest = hashlib.sha256()
        for array in self.arrays().values():
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Space:
        """Take back what `arrays` gave.

        Raises:
            KeyError: Something is missing.
        """
        wording = Wording(arrays["word_counts"], int(arrays["texts_counted"]))
        return cls(arrays["directions"], arrays["landmarks"].astype(np.float32), wording)

    @cached_property
    def _nearness(self) -> Landmarks:
        return Landmarks(self.landmarks, fourth_power)


def _main_directions(vectors: Vectors) -> Vectors:
    """Return the directions in which the examples differ most, a column for each.

    Cosines come out nearly the same from a third of the numbers, and comparing with all examples is what a message
    waits for. They are not scaled back to length one: what lies in none of these directions is near to no example.
    """
    _, found = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
    return np.ascontiguousarray(found[:, ::-1][:, :_DIMENSIONS], dtype=np.float32)

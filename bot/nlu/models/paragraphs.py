"""Which paragraph of the answers tells what is asked, and how surely: the maths, free of Rasa.

The topic of a question says which answer is its; but an answer has many paragraphs, and some questions have theirs in
the answer of another topic. What is asked is compared with each paragraph and with the questions that were written for
it (`asked`), each by meaning and by shared words, and by the treatments that both name. A weighted sum of the five is
the paragraph's score, and its probability the share of its score's exponential among those of all paragraphs and of
"none of them" (multinomial logit). The weights are learned by `bot.nlu.tuning.paragraph_weights`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors
from bot.nlu.models.asked import Asked

MEANING, WORDS, ASKED_MEANING, ASKED_WORDS, TREATMENTS = range(5)
"""The columns of what is compared."""
WEIGHTS = np.array([3.75, 4.19, 10.76, 5.39, 1.45], np.float32)
"""What each counts, by `python -m bot.nlu.tuning.paragraph_weights`.

Other questions drawn move them by up to a sixth."""
NONE_OF_THEM = 11.48
"""The score of "no paragraph tells it"."""
USUAL = np.array([[0.13, 0.5, 0.42], [0.02, 0.14, 0.9]], np.float32)
"""What a paragraph without questions of its own gets for nearness to them and for their words: an offset, and what its
own nearness and its own words count for."""
HEADING_WEIGHT = 0.5
"""What a word counts for that only the answer's question or the names of its treatments have."""
_UNKNOWN = 0.5
"""In how many paragraphs a word stands that none has: it says more than any other that the paragraph is not there."""
_SAME, _IN_GENERAL, _SOME, _OTHERS = 1.0, 0.3, 0.5, -1.0
"""How the treatments of a paragraph agree with those that are named: all are its own; it is general; some are; none."""
_VECTORS, _TEXTS = "vectors.npz", "texts.json"

Places = Mapping[str, tuple[NDArray[np.int32], NDArray[np.float32]]]
"""Where words stand: for each stem the places of paragraphs and what it counts there."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """A paragraph as it is found again.

    Attributes:
        answer: The answer's id.
        key: What names the paragraph in it.
        stems: The stems of its words that say what it is about.
        heading: Those of the answer's question and of the names of its treatments.
        asked: Those of the questions that were written for it.
        treatments: What the answer is about.
        general: Whether it is about treatments in general.
        tells: What it tells, as a number: those with the same tell the same.
    """

    answer: str
    key: str
    stems: Collection[str]
    heading: Collection[str]
    asked: Collection[str] = field(default=frozenset())
    treatments: Collection[str] = field(default=frozenset())
    general: bool = False
    tells: int


class Paragraphs:
    """All paragraphs of the answers, to look in.

    Args:
        read: The paragraphs.
        vectors: The vector of each, a row of length one.
        asked: The questions that were written for them.
    """

    def __init__(self, read: Sequence[Read], vectors: Vectors, asked: Asked) -> None:
        self._read = read
        self._vectors = np.asarray(vectors, np.float32)
        self._asked = asked
        self._is_asked = np.zeros(len(read), bool)
        self._is_asked[asked.owners] = True
        # What tells the same in several answers is one paragraph to who asks: its probability is that of them together.
        self._same = np.array([one.tells for one in read], np.int64)
        abouts: dict[tuple[frozenset[str], bool], int] = {}
        self._about = np.array(
            [abouts.setdefault((frozenset(one.treatments), one.general), len(abouts)) for one in read], np.int64
        )
        self._abouts = tuple(abouts)
        own = [dict.fromkeys(one.heading, HEADING_WEIGHT) | dict.fromkeys(one.stems, 1.0) for one in read]
        self._places = _places(own)
        self._asked_places = _places([dict.fromkeys(one.asked, 1.0) for one in read])
        self._rarity = {stem: math.log(1 + len(read) / len(places)) for stem, (places, _) in self._places.items()}
        self._rarity_of_unknown = math.log(1 + len(read) / _UNKNOWN)

    def nearest(
        self, stems: Collection[str], vector: Vectors, named: Collection[str], *, least: float, most: int
    ) -> list[tuple[Read, float]]:
        """Give the paragraphs that most probably tell what is asked, with the probability; the likeliest first.

        Args:
            stems: The stems of the question's words that say what it is about.
            vector: The question's.
            named: The treatments that it names.
            least: What a paragraph has to reach, from 0 to 1.
            most: How many at most.
        """
        if not self._read:
            return []
        scores = self.compared(stems, vector, named) @ WEIGHTS
        odds = np.exp((scores - scores.max()).astype(np.float64))
        of_all = float(odds.sum() + math.exp(min(NONE_OF_THEM - float(scores.max()), 50.0)))
        together = np.bincount(self._same, odds)[self._same] / of_all
        best = np.lexsort((-scores, -together))[:most]
        return [(self._read[place], float(together[place])) for place in best.tolist() if together[place] >= least]

    def compared(self, stems: Collection[str], vector: Vectors, named: Collection[str]) -> Vectors:
        """Give how what is asked compares with each paragraph: a row for each, and the five columns.

        Args:
            stems: The stems of the question's words that say what it is about.
            vector: The question's.
            named: The treatments that it names.
        """
        found = np.zeros((len(self._read), len(WEIGHTS)), np.float32)
        found[:, MEANING] = self._vectors @ vector
        rarities = {stem: self._rarity.get(stem, self._rarity_of_unknown) for stem in sorted(stems)}
        found[:, WORDS] = self._shared(rarities, self._places)
        usual = USUAL[:, 0] + found[:, [MEANING, WORDS]] @ USUAL[:, 1:].T
        found[:, [ASKED_MEANING, ASKED_WORDS]] = usual
        found[self._asked.owners, ASKED_MEANING] = self._asked.nearness(vector)
        found[self._is_asked, ASKED_WORDS] = self._shared(rarities, self._asked_places)[self._is_asked]
        if named:
            agreements = [_agreement(frozenset(named), *about) for about in self._abouts]
            found[:, TREATMENTS] = np.array(agreements, np.float32)[self._about]
        return found

    def _shared(self, rarities: Mapping[str, float], places: Places) -> NDArray[np.float32]:
        """Give which part of a question's words each paragraph has, the rarer the heavier."""
        shared = np.zeros(len(self._read), np.float32)
        for stem, rarity in rarities.items():
            if stem in places:
                there, weights = places[stem]
                shared[there] += rarity * weights
        return shared / max(sum(rarities.values()), 1.0)

    def save(self, folder: Path) -> None:
        """Write them into a folder."""
        np.savez_compressed(folder / _VECTORS, vectors=self._vectors.astype(np.float16))
        rows = [
            [
                one.answer,
                one.key,
                *map(sorted, (one.stems, one.heading, one.asked, one.treatments)),
                one.general,
                one.tells,
            ]
            for one in self._read
        ]
        (folder / _TEXTS).write_text(json.dumps(rows), encoding="utf-8")
        self._asked.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Paragraphs:
        """Read what `save` has written."""
        names = ("answer", "key", "stems", "heading", "asked", "treatments", "general", "tells")
        rows = json.loads((folder / _TEXTS).read_text(encoding="utf-8"))
        read = [Read(**dict(zip(names, row, strict=True))) for row in rows]
        with np.load(folder / _VECTORS, allow_pickle=False) as arrays:
            return cls(read, arrays["vectors"], Asked.load(folder))


def _agreement(named: frozenset[str], treatments: frozenset[str], general: bool) -> float:  # noqa: FBT001 - One of two.
    if named <= treatments:
        return _SAME
    if general:
        return _IN_GENERAL
    return _SOME if named & treatments else _OTHERS


def _places(weights: Sequence[Mapping[str, float]]) -> Places:
    """Turn what words count in each paragraph into where each word stands."""
    found: dict[str, dict[int, float]] = {}
    for place, words in enumerate(weights):
        for stem, weight in words.items():
            found.setdefault(stem, {})[place] = weight
    return {
        stem: (np.fromiter(there, np.int32, len(there)), np.fromiter(there.values(), np.float32, len(there)))
        for stem, there in found.items()
    }

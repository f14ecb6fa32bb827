"""The words and letter groups of a text, the rarer the heavier: what the models see of it beside its meaning.

TF-IDF as scikit-learn's `TfidfVectorizer` has it (sublinear counts, smoothed rarity, length one), folded into a few
columns: each word and each letter group has a bucket and a sign, by a hash of it. Feature hashing (Weinberger et al.,
Feature Hashing for Large Scale Multitask Learning, 2009, arXiv:0902.2206): products of folded rows are those of the
rows, give or take chance. No vocabulary is kept, and where a word goes depends on nothing but the word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors

Keys = NDArray[np.uint32]
"""Words and letter groups by their hash (`key_of`)."""
Terms = Callable[[str], Sequence[Keys]]
"""Takes a text apart; words that come again are taken apart once."""

BUCKETS = 2048
"""With more no fewer questions are misread."""
# No text has a norm as small as this unless it has none of the words.
_TINY = 1e-9
_WORD = re.compile(r"\b\w+\b")
_SHORTEST_GROUP, _LONGEST_GROUP = 2, 4
_WORDS_REMEMBERED = 50_000
# They are counted by so many digits of their hash: few of those in use share a place. The other digits say the bucket
# and the sign.
_SLOT_DIGITS = 18
_SLOTS = 1 << _SLOT_DIGITS


class Wording:
    """Whole words, and groups of letters, so that a mistyped word still counts.

    Args:
        counts: How many texts have each word or letter group, by the last digits of its hash.
        texts: How many texts there were.
    """

    def __init__(self, counts: NDArray[np.int32], texts: int) -> None:
        self.counts = counts
        self.texts = texts
        self._rarity = np.asarray(np.log((1 + texts) / (1 + counts)) + 1, np.float32)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Wording:
        """Learn from texts how rare each word and letter group is."""
        counts = np.zeros(_SLOTS, np.int64)
        for part in _PARTS:
            _, keys, _ = _counted(texts, part)
            counts += np.bincount(keys % _SLOTS, minlength=_SLOTS)
        return cls(np.asarray(counts, np.int32), len(texts))

    def rows(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text, a column for each bucket."""
        found = np.zeros(len(texts) * BUCKETS)
        for part in _PARTS:
            rows, keys, values = self.weigh(texts, part)
            others = (keys >> np.uint32(_SLOT_DIGITS)).astype(np.int64)
            places = rows * BUCKETS + others % BUCKETS
            signs = 1 - 2 * (others // BUCKETS % 2)
            found += np.bincount(places, signs * values, minlength=len(found))
        return np.asarray(found.reshape(len(texts), BUCKETS), np.float32)

    def weigh(self, texts: Sequence[str], part: Terms) -> tuple[NDArray[np.int64], Keys, NDArray[np.float64]]:
        """Return what texts have of one kind, and how much it weighs in each: a text's weights are of length one.

        Args:
            texts: The texts.
            part: The kind: `words_of` or `groups_of`.

        Returns:
            The text's place, the key, the weight.
        """
        rows, keys, counts = _counted(texts, part)
        values = (1 + np.log(counts)) * self._rarity[keys % _SLOTS]
        lengths = np.sqrt(np.bincount(rows, values**2, minlength=len(texts)))
        return rows, keys, values / np.maximum(lengths, _TINY)[rows]


def key_of(term: str, terms: Terms) -> int:
    """Return what stands for a word or a letter group.

    Args:
        term: The word or letter group.
        terms: Which of both it is (`words_of`, `groups_of`): "it" is one as well as the other.
    """
    kind = b"word" if terms is words_of else b"group"
    return int.from_bytes(blake2b(term.encode(), digest_size=4, person=kind).digest(), "big")


def words_of(text: str) -> list[Keys]:
    """Return the words of a text."""
    return [_word(word) for word in _WORD.findall(text.lower())]


def groups_of(text: str) -> list[Keys]:
    """Return the groups of two to four letters inside the words of a text, the words' ends marked by a space."""
    return [_groups(word) for word in text.lower().split()]


_PARTS: tuple[Terms, ...] = (words_of, groups_of)


@lru_cache(maxsize=_WORDS_REMEMBERED)
def _word(word: str) -> Keys:
    return np.array([key_of(word, words_of)], np.uint32)


@lru_cache(maxsize=_WORDS_REMEMBERED)
def _groups(word: str) -> Keys:
    padded = f" {word} "
    groups: list[str] = []
    for length in range(_SHORTEST_GROUP, _LONGEST_GROUP + 1):
        groups += [padded[start : start + length] for start in range(max(len(padded) - length, 0) + 1)]
        # A word that is no longer than the group counts once.
        if len(padded) <= length:
            break
    return np.array([key_of(group, groups_of) for group in groups], np.uint32)


def _counted(texts: Sequence[str], part: Terms) -> tuple[NDArray[np.int64], Keys, NDArray[np.int64]]:
    """Return the texts' places, what each has, and how often, in order."""
    found: list[Keys] = []
    lengths: list[int] = []
    for text in texts:
        terms = part(text)
        found += terms
        lengths.append(sum(map(len, terms)))
    keys = np.concatenate(found) if found else np.zeros(0, np.uint32)
    both = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths) << np.uint64(32) | keys
    both, counts = np.unique(both, return_counts=True)
    return (both >> np.uint64(32)).astype(np.int64), both.astype(np.uint32), counts

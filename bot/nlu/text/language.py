"""Which language a message is in, when it is surely not English, and whether it is in any language at all."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

# The code of ISO 639-2 for a text whose language cannot be told: mashed keys, or no letter at all.
NO_LANGUAGE = "und"

LANGUAGES = ("en", "es", "zh", "vi", "tl", "ko", "ru", "ar", "fr", "pt", "de", "it", "pl", "hi", "ja", "tr")
"""What is told apart, as ISO 639-1 codes; another language is taken for the nearest of them."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_LATIN = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]")
_VOWEL = re.compile(r"[aeiouy\u00c0-\u024f\u1e00-\u1eff]")
# From so many words on a few of them may be English as well ("me", "no"); fewer must all be unknown.
_FEW_WORDS = 3
_MOST_KNOWN = 0.4
# Of what the encoder knows, much is names and words of other languages ("la", "puerto").
_MOST_READABLE = 0.6
_MOST_ENGLISH = 0.1
_LEAST_SURE = 0.6
_LEAST_SURE_OF_FEW = 0.8
# Mashed keys: fewer letters than this may be an abbreviation.
_FEWEST_MASHED_LETTERS = 6
_LEAST_LIKELY_PAIRS = -3.6
_EDGE = "^"


class LanguageReader:
    """Tells the language of messages.

    Args:
        known: The words of the training data, in lower case: their language is English whatever they look like.
        english: Ordinary English words, from which the letter pairs of readable words are learned.
    """

    def __init__(self, known: Iterable[str], english: frozenset[str]) -> None:
        self._known = frozenset(known)
        self._english = english
        self._pairs = _pair_scores(english | self._known)
        self._rarest = min(self._pairs.values(), default=0.0) - 1

    def language_of(self, text: str) -> str | None:
        """Return the language of a text that is surely not English, `NO_LANGUAGE` for none, else None.

        Args:
            text: What the patient typed.
        """
        words = _words(text)
        if not words:
            return None if any(letter.isalnum() for letter in text) else NO_LANGUAGE
        if self._is_mashed(words):
            return NO_LANGUAGE
        if _share_of_latin(words) < 0.5:
            return _likeliest(text)[0]
        unknown = [word for word in words if word not in self._known]
        few = len(words) < _FEW_WORDS
        if len(words) == 1 or (few and len(unknown) < len(words)) or 1 - len(unknown) / len(words) > _MOST_KNOWN:
            return None
        if self._may_be_english(words):
            return None
        language, sure, english = _likeliest(text)
        least = _LEAST_SURE_OF_FEW if few else _LEAST_SURE
        return language if language != "en" and sure >= least and english <= _MOST_ENGLISH else None

    def _may_be_english(self, words: list[str]) -> bool:
        """Say whether most words are English, or names, or are shortened so far that no language can be told."""
        readable = sum(word in self._known or word in self._english for word in words)
        shortened = sum(not _VOWEL.search(word) for word in words)
        return readable / len(words) > _MOST_READABLE or shortened * 2 >= len(words)

    def _is_mashed(self, words: list[str]) -> bool:
        """Say whether every word is unknown and runs against the letter pairs of English."""
        letters = sum(len(word) for word in words)
        return letters >= _FEWEST_MASHED_LETTERS and all(self._looks_mashed(word) for word in words)

    def _looks_mashed(self, word: str) -> bool:
        if word in self._known or word in self._english or not word.isascii():
            return False
        if len(set(word)) < 3 <= len(word) - 2:
            return True
        framed = _EDGE + word + _EDGE
        pairs = [framed[place : place + 2] for place in range(len(framed) - 1)]
        return sum(self._pairs.get(pair, self._rarest) for pair in pairs) / len(pairs) < _LEAST_LIKELY_PAIRS


def words_in(texts: Iterable[str], *, least: int = 1) -> set[str]:
    """Return the words of texts as `LanguageReader` knows them.

    Args:
        texts: What is read.
        least: In how many of them a word has to stand: of many examples a few slip into another language.
    """
    counts = Counter(word for text in texts for word in set(_words(text)))
    return {word for word, count in counts.items() if count >= least}


def _words(text: str) -> list[str]:
    return [word.lower().replace("\u2019", "'") for word in _WORD.findall(text)]


def _pair_scores(words: Iterable[str]) -> dict[str, float]:
    """Return how likely a letter is to follow another (natural logarithm), in readable words."""
    pairs: Counter[str] = Counter()
    firsts: Counter[str] = Counter()
    for word in words:
        framed = _EDGE + word + _EDGE
        for place in range(len(framed) - 1):
            pairs[framed[place : place + 2]] += 1
            firsts[framed[place]] += 1
    return {pair: math.log(count / firsts[pair[0]]) for pair, count in pairs.items()}


def _share_of_latin(words: list[str]) -> float:
    letters = "".join(words)
    return len(_LATIN.findall(letters)) / len(letters)


def _likeliest(text: str) -> tuple[str, float, float]:
    """Return the likeliest language, how sure it is, and how likely English is."""
    values = _detector().compute_language_confidence_values(text)
    english = next((value.value for value in values if value.language == Language.ENGLISH), 0.0)
    return values[0].language.iso_code_639_1.name.lower(), values[0].value, english


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    """Return the detector, with the small models only: a message is short, and memory is worth more."""
    codes = [getattr(IsoCode639_1, code.upper()) for code in LANGUAGES]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()

"""What is done to examples of danger while they are learned from, so that strangers' typing and telling is no news.

A typing error here and there, marks left out, and a harmless sentence before or after: a report stays one beside an
ordinary question, and two harmless sentences are as harmless as one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_BESIDE, _BESIDE_TOO = 0.25, 0.4
_MISTYPED, _WORDS_MISTYPED = 0.15, 0.12
_UNMARKED = 0.2
_SHORTEST = 4
_MARKS = str.maketrans("", "", ".,!?;:'")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Noise:
    """Changes texts at random.

    Args:
        harmless: What may stand beside an example.
        random: What everything is drawn from.
    """

    def __init__(self, harmless: Sequence[str], random: np.random.Generator) -> None:
        self._harmless = harmless
        self._random = random

    def on(self, text: str, *, is_harmless: bool) -> str:
        """Return a text, changed or not.

        Args:
            text: An example.
            is_harmless: Whether it is one; only then another sentence is added at times.
        """
        chance = self._random.random
        if chance() < _BESIDE:
            other = self._beside()
            text = f"{text} {other}" if chance() < 0.5 else f"{other} {text}"
            if is_harmless and chance() < _BESIDE_TOO:
                text = f"{text} {self._beside()}"
        if chance() < _MISTYPED:
            text = " ".join(self._mistyped(word) if chance() < _WORDS_MISTYPED else word for word in text.split())
        return text.translate(_MARKS) if chance() < _UNMARKED else text

    def _beside(self) -> str:
        return self._harmless[self._random.integers(len(self._harmless))]

    def _mistyped(self, word: str) -> str:
        """Leave a letter out, double it, swap it with the next one, or take another for it."""
        if len(word) < _SHORTEST:
            return word
        at = int(self._random.integers(1, len(word) - 1))
        before, letter, after = word[:at], word[at], word[at + 1 :]
        forms = (
            before + after,
            before + letter + letter + after,
            before + after[0] + letter + after[1:],
            before + _LETTERS[self._random.integers(len(_LETTERS))] + after,
        )
        return forms[self._random.integers(len(forms))]

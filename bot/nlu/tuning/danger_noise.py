"""What is done to examples of danger while they are learned from, so that strangers' typing and telling is no news.

A typing error here and there, marks left out, and harmless sentences before and after: a report stays one in the middle
of a letter, and a letter of harmless sentences is as harmless as each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_BESIDE, _BESIDE_TOO = 0.3, 0.6
_MOST_BESIDE = 5
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

    def on(self, text: str) -> str:
        """Return a text, changed or not.

        Args:
            text: An example.
        """
        chance = self._random.random
        if chance() < _BESIDE:
            for _ in range(_MOST_BESIDE):
                text = f"{text} {self._beside()}" if chance() < 0.5 else f"{self._beside()} {text}"
                if chance() >= _BESIDE_TOO:
                    break
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

"""Which known word a mistyped one stands for, one typing error away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

SHORTEST = 3  # Below three letters almost every error makes another real word.
MOST_CANDIDATES = 3


class Spelling:
    """Corrects one wrong, missing, doubled or swapped letter, and a space typed one letter too early."""

    def __init__(self, vocabulary: Mapping[str, int], real_words: Iterable[str]) -> None:
        """Prepare the index.

        Args:
            vocabulary: Words to correct to, with their weight; those below three letters are only known.
            real_words: Other words that are right as they are ("cheat" is not "chest").
        """
        self._weights = {word: weight for word, weight in vocabulary.items() if word.isalpha()}
        self._known = frozenset(self._weights) | frozenset(real_words)
        self._longest = max(map(len, self._weights), default=0)
        self._index: dict[str, list[str]] = {}
        for word in sorted(self._weights):
            if len(word) >= SHORTEST:
                for form in {word, *_shortened(word)}:
                    self._index.setdefault(form, []).append(word)

    def candidates(self, word: str) -> list[str]:
        """Give the known words that a word may stand for.

        Args:
            word: A lower-case word.

        Returns:
            The likeliest first, at most three; the word itself where it is known or nothing is near it.
        """
        if not SHORTEST <= len(word) <= self._longest + 1 or word in self._known or not word.isalpha():
            return [word]
        found: dict[str, int] = {}
        for form in (word, *_shortened(word)):
            for target in self._index.get(form, ()):
                if target not in found and (rank := _rank(word, target)) is not None:
                    found[target] = rank
        best = sorted(found, key=lambda target: (-self._weights[target], found[target], target))
        return best[:MOST_CANDIDATES] or [word]

    def respaced(self, words: Sequence[str]) -> list[str]:
        """Move letters back that a space came before: "pai nshooting", "can tmove".

        Args:
            words: The words of a message.

        Returns:
            As many words.
        """
        moved = list(words)
        for at, word in enumerate(words[1:], 1):
            if len(word) > 1 and word not in self._known:
                before, after = moved[at - 1] + word[0], word[1:]
                if before in self._known and after in self._known:
                    moved[at - 1 : at + 1] = [before, after]
        return moved


def _shortened(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _rank(typed: str, target: str) -> int | None:
    """Grade one typing error: 0 the likeliest; None where it takes more than one."""
    start = 0
    while start < min(len(typed), len(target)) and typed[start] == target[start]:
        start += 1
    if len(typed) == len(target):
        if typed[start + 1 :] == target[start + 1 :]:
            return 1
        swapped = typed[start : start + 2] == target[start : start + 2][::-1]
        return 0 if swapped and typed[start + 2 :] == target[start + 2 :] else None
    longer, shorter = (typed, target) if len(typed) > len(target) else (target, typed)
    return 0 if len(longer) - len(shorter) == 1 and longer[start + 1 :] == shorter[start:] else None

"""Where any of hundreds of phrases occur in a list of words, in one pass."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[int, int]  # first word, and one past the last


class _Node:
    __slots__ = ("labels", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.labels: list[str] = []


class Phrases:
    """A tree of phrases, each under one or more labels."""

    def __init__(self) -> None:
        """Start with no phrases."""
        self._root = _Node()

    def add(self, label: str, words: Sequence[str]) -> None:
        """Add one phrase.

        Args:
            label: What to report when the phrase is found.
            words: The words of the phrase, at least one.
        """
        node = self._root
        for word in words:
            node = node.next.setdefault(word, _Node())
        if label not in node.labels:
            node.labels.append(label)

    def find_all(self, words: Sequence[str]) -> dict[str, list[Span]]:
        """Find every occurrence of every phrase.

        Args:
            words: The words of a message.

        Returns:
            Label to its spans, in order of their first word.
        """
        found: dict[str, list[Span]] = {}
        top, count = self._root.next, len(words)
        for start, first in enumerate(words):
            node = top.get(first)
            end = start + 1
            while node is not None:
                for label in node.labels:
                    found.setdefault(label, []).append((start, end))
                if end == count:
                    break
                node = node.next.get(words[end])
                end += 1
        return found

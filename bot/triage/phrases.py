"""Where any of thousands of phrases occur in a list of words, in one pass."""

from __future__ import annotations

from collections import Counter
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
        self.vocabulary: Counter[str] = Counter()  # how many phrases each word is in

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
        self.vocabulary.update(words)

    def find_all(self, words: Sequence[str], quiet: bytes = b"") -> dict[str, list[Span]]:
        """Find every occurrence of every phrase.

        Args:
            words: The words of a message.
            quiet: For each word, 1 where it is part of an idiom; a phrase that an idiom cuts is left out, one
                that holds all of the idiom stands ("blood pressure").

        Returns:
            Label to its spans, in order of their first word.
        """
        hits: dict[_Node, list[Span]] = {}
        top, count = self._root.next, len(words)
        for start, first in enumerate(words):
            node = top.get(first)
            end = start + 1
            while node is not None:
                if node.labels:
                    hits.setdefault(node, []).append((start, end))
                if end == count:
                    break
                node = node.next.get(words[end])
                end += 1
        found: dict[str, list[Span]] = {}
        silenced = any(quiet)
        for node, spans in hits.items():
            heard = [span for span in spans if not _is_cut(span, quiet)] if silenced else spans
            if heard:
                for label in node.labels:
                    found.setdefault(label, []).extend(heard)
        for spans in found.values():
            spans.sort()
        return found

    def find_longest(self, words: Sequence[str]) -> dict[str, list[Span]]:
        """Find the phrases, the longest at each place and none inside another.

        Args:
            words: The words of a message.

        Returns:
            Label to its spans, in order.
        """
        found: dict[str, list[Span]] = {}
        top, count, start = self._root.next, len(words), 0
        while start < count:
            node, end, best, best_end = top.get(words[start]), start + 1, None, start + 1
            while node is not None:
                if node.labels:
                    best, best_end = node, end
                if end == count:
                    break
                node = node.next.get(words[end])
                end += 1
            if best is not None:
                for label in best.labels:
                    found.setdefault(label, []).append((start, best_end))
            start = best_end
        return found


def _is_cut(span: Span, quiet: bytes) -> bool:
    start, end = span
    begins_inside = start > 0 and quiet[start - 1] and quiet[start]
    ends_inside = end < len(quiet) and quiet[end - 1] and quiet[end]
    return bool(begins_inside or ends_inside)

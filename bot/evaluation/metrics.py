"""Counting right and wrong: what each item got, and the share of those that were right with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""The normal quantile for a two-sided 95 % interval."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one item of a set got, held against what is right.

    Attributes:
        id: The item's id in its set.
        text: What the patient says.
        wanted: What is right for it, in words.
        got: What came, in words.
        right: Whether that is right.
        confidence: How sure the bot was, from 0 to 1; None where there is no such thing.
        group: What it belongs to in its set: a sign, a kind of out of scope; empty for none.
    """

    id: str
    text: str
    wanted: str
    got: str
    right: bool
    confidence: float | None = None
    group: str = ""

    @property
    def line(self) -> str:
        """All of it on one line."""
        return f"{self.id} wanted {self.wanted} got {self.got}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Share:
    """A figure: how many of a set's items did.

    Attributes:
        name: What is counted, as the report calls it.
        outcomes: The items.
        of_errors: Whether the wrong ones are what is counted, so that less is better.
    """

    name: str
    outcomes: Sequence[Outcome]
    of_errors: bool = False

    @property
    def total(self) -> int:
        """Of how many."""
        return len(self.outcomes)

    @property
    def hits(self) -> int:
        """How many did."""
        return sum(outcome.right is not self.of_errors for outcome in self.outcomes)

    @property
    def value(self) -> float | None:
        """The share from 0 to 1; None when nothing was counted."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval after Wilson (1927), which holds for small counts and for shares near 0 and 1."""
        return wilson(self.hits, self.total)

    @property
    def misses(self) -> list[Outcome]:
        """The wrong ones, those the bot was surest of first."""
        wrong = [outcome for outcome in self.outcomes if not outcome.right]
        return sorted(wrong, key=lambda outcome: -(outcome.confidence or 0.0))


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Give Wilson's 95 % score interval for `hits` of `total`; (0, 1) when there is nothing to go by."""
    if total == 0:
        return 0.0, 1.0
    share = hits / total
    spread = Z_95 * math.sqrt(share * (1 - share) / total + Z_95**2 / (4 * total**2))
    middle = share + Z_95**2 / (2 * total)
    scale = 1 + Z_95**2 / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

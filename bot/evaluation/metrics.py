"""Counting right and wrong: a share with its uncertainty, and the misses by name."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

Z_95 = 1.959963984540054
"""The normal quantile for a two-sided 95 % interval."""


@dataclass(kw_only=True)
class Share:
    """How many of how many, and which ones missed.

    Attributes:
        name: What is counted, as the report calls it.
        hits: How many did.
        total: Of how many.
        misses: Lines that tell of each one that did not.
    """

    name: str
    hits: int = 0
    total: int = 0
    misses: list[str] = field(default_factory=list)

    def count(self, *, hit: bool, miss: str) -> None:
        """Count one more.

        Args:
            hit: Whether it did.
            miss: The line to keep when it did not.
        """
        self.total += 1
        self.hits += hit
        if not hit:
            self.misses.append(miss)

    @property
    def value(self) -> float | None:
        """The share from 0 to 1; None when nothing was counted."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval after Wilson (1927), which holds for small counts and for shares near 0 and 1."""
        return wilson(self.hits, self.total)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Give Wilson's 95 % score interval for `hits` of `total`; (0, 1) when there is nothing to go by."""
    if total == 0:
        return 0.0, 1.0
    share = hits / total
    spread = Z_95 * math.sqrt(share * (1 - share) / total + Z_95**2 / (4 * total**2))
    middle = share + Z_95**2 / (2 * total)
    scale = 1 + Z_95**2 / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

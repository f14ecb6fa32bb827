"""Whether the confidence can be taken at its word, and what a threshold on it costs and buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One thing that the bot took a text for: how sure it was, and whether it was right."""

    confidence: float
    right: bool


@dataclass(frozen=True, kw_only=True)
class Bin:
    """What happened where the confidence was from `low` to `high`.

    Attributes:
        low: The least confidence of the bin.
        high: The greatest; it belongs to the next bin, but for the last one.
        count: How many there are.
        confidence: How sure the bot was of them on average; None of nothing.
        accuracy: How many of them were right, from 0 to 1; None of nothing.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, kw_only=True)
class Point:
    """What answering only from a threshold on would give: how much is answered, and how much of that is right."""

    threshold: float
    coverage: float
    accuracy: float | None


def reliability(judged: Sequence[Judged], bins: int = BINS) -> list[Bin]:
    """Sort confidences into bins of equal width (the reliability diagram of Guo et al. 2017)."""
    parts: list[list[Judged]] = [[] for _ in range(bins)]
    for one in judged:
        parts[min(int(one.confidence * bins), bins - 1)].append(one)
    return [
        Bin(
            low=place / bins,
            high=(place + 1) / bins,
            count=len(part),
            confidence=sum(one.confidence for one in part) / len(part) if part else None,
            accuracy=sum(one.right for one in part) / len(part) if part else None,
        )
        for place, part in enumerate(parts)
    ]


def calibration_error(judged: Sequence[Judged], bins: int = BINS) -> float | None:
    """Give the expected calibration error (Naeini et al. 2015), from 0 to 1; None when there is nothing to go by.

    That is how far confidence and share of right ones lie apart, bin by bin, each bin weighing as much as it holds.
    """
    if not judged:
        return None
    gaps = (
        bin_.count * abs(bin_.confidence - bin_.accuracy)
        for bin_ in reliability(judged, bins)
        if bin_.confidence is not None and bin_.accuracy is not None
    )
    return sum(gaps) / len(judged)


def by_threshold(judged: Sequence[Judged], asked: int, thresholds: Sequence[float]) -> list[Point]:
    """Give coverage and accuracy for each threshold.

    Args:
        judged: What the bot took the texts for, those it left unanswered excepted.
        asked: How many texts there were, with those left unanswered.
        thresholds: From which confidence on something counts as answered.
    """
    points = []
    for threshold in thresholds:
        kept = [one.right for one in judged if one.confidence >= threshold]
        points.append(
            Point(
                threshold=threshold,
                coverage=len(kept) / asked if asked else 0.0,
                accuracy=sum(kept) / len(kept) if kept else None,
            )
        )
    return points

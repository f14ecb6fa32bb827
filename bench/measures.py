"""The arithmetic of the benchmarks, and the tables that show it; pure, and the same in both environments."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of all values do not exceed, between two neighbours if need be.

    Args:
        values: Any numbers, in any order; at least one.
        share: 0.5 for the median, 0.95 for the slow end.

    Raises:
        ValueError: There are no values, or the share is none.
    """
    if not values:
        raise ValueError("A percentile needs at least one value.")
    if not 0 <= share <= 1:
        raise ValueError(f"A share is from 0 to 1, not {share}.")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Return how often a score from inside is higher than one from outside; a tie counts half.

    0.5 is chance, 1.0 is that some threshold tells all of them apart.

    Args:
        inside: The scores that should be high.
        outside: The scores that should be low.

    Raises:
        ValueError: One of them is empty.
    """
    if not inside or not outside:
        raise ValueError("AUROC needs scores of both kinds.")
    ordered = sorted([(score, True) for score in inside] + [(score, False) for score in outside])
    rank_sum, start = 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        # Equal scores share the mean of the ranks that they take up.
        rank_sum += (start + 1 + end) / 2 * sum(is_inside for _, is_inside in ordered[start:end])
        start = end
    pairs = len(inside) * len(outside)
    return (rank_sum - len(inside) * (len(inside) + 1) / 2) / pairs


def mean(values: Sequence[float]) -> float:
    """Return the mean.

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("A mean needs at least one value.")
    return sum(values) / len(values)


def number_in(cell: str) -> float | None:
    """Return the number that a cell of a table shows, `1,000` too; None for a cell without one."""
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown that is also readable on a terminal: words to the left, figures to the right.

    Args:
        header: The names of the columns.
        rows: As many cells each.

    Raises:
        ValueError: A row has another number of cells.
    """
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"The table has {len(header)} columns, a row has {len(row)}: {list(row)}.")
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    figures = [bool(rows) and all(_is_figure(row[column]) for row in rows) for column in range(len(header))]
    rule = [
        ("-" * (width + 1) + ":") if right else "-" * (width + 2) for width, right in zip(widths, figures, strict=True)
    ]
    lines = [_line(header, widths, figures), "|" + "|".join(rule) + "|"]
    return "\n".join(lines + [_line(row, widths, figures) for row in rows])


def _line(cells: Sequence[str], widths: Sequence[int], figures: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, figures, strict=True)
    ]
    return "| " + " | ".join(padded) + " |"


def _is_figure(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell[0] in "+-"

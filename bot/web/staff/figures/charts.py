"""Charts as shapes: where each bar begins and how long it is; `staff/_chart.html` draws them.

Lengths along a chart are in per cent of its width, so that a chart fits any screen while its letters keep their size.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.analytics.tables import Cell, Row, Table, said

MOST_BARS = 10
MOST_LETTERS = 30
"""Of a label: more do not fit beside its number on the narrowest phone."""
MOST_TICKS = 4
"""Names below standing bars: on the narrowest phone more would run into each other."""
ROW_HEIGHT, BAR_HEIGHT = 44, 16
PLOT_HEIGHT, PLOT_TOP, LABEL_HEIGHT = 160, 24, 24
_GAP = 0.2
"""Of a column's place that stays empty."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of a bar.

    Attributes:
        x: Where it begins, in per cent of the width.
        y: Where it begins, in pixels from the top.
        width: In per cent.
        height: In pixels.
        kind: Which of the chart's kinds it is, from 0.
        says: What it stands for.
    """

    x: float
    y: float
    width: float
    height: float
    kind: int
    says: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar with its name, and the number that is written beside it.

    Attributes:
        label: Its name, shortened for a phone; empty where there is no room for one.
        whole: The same in full for wider screens, where that is another.
        said: Its number, as people read it.
        x: Where its label stands, in per cent.
        y: The same, in pixels.
        parts: Its stretches.
    """

    label: str
    whole: str = ""
    said: str
    x: float
    y: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart.

    Attributes:
        upright: Whether bars stand, or lie.
        height: In pixels.
        bars: In order.
        kinds: The names of what bars are made of; none where it is one thing.
        top: The largest number, which the height stands for.
        describes: What it shows, in a sentence.
    """

    upright: bool
    height: int
    bars: tuple[Bar, ...]
    kinds: tuple[str, ...]
    top: str
    describes: str


def lying(table: Table, columns: Sequence[int], *, most: int = MOST_BARS) -> Chart | None:
    """Draw the first rows of a table as lying bars; None where all is nought.

    Args:
        table: The table.
        columns: The places of the columns that a bar is made of.
        most: How many rows at most.
    """
    rows = table.rows[:most]
    top = max((_total(row, columns) for row in rows), default=0)
    if not top:
        return None
    bars = []
    for place, row in enumerate(rows):
        y = place * ROW_HEIGHT
        x, parts = 0.0, []
        for kind, column in enumerate(columns):
            width = _number(row[column]) / top * 100
            parts.append(
                Part(
                    x=_cut(x), y=y + 20, width=_cut(width), height=BAR_HEIGHT, kind=kind, says=_says(table, row, column)
                )
            )
            x += width
        total = said(row[columns[0]] if len(columns) == 1 else int(_total(row, columns)))
        name, label = str(row[0]), _short(str(row[0]))
        whole = "" if label == name else name
        bars.append(Bar(label=label, whole=whole, said=total, x=0, y=y + 14, parts=_seen(parts)))
    return Chart(
        upright=False,
        height=len(bars) * ROW_HEIGHT,
        bars=tuple(bars),
        kinds=_kinds(table, columns),
        top=said(int(top)),
        describes=_describes(table, rows, columns),
    )


def upright(table: Table, columns: Sequence[int]) -> Chart | None:
    """Draw all rows of a table as standing bars; None where all is nought.

    Args:
        table: The table.
        columns: The places of the columns that a bar is made of.
    """
    top = max((_total(row, columns) for row in table.rows), default=0)
    if not top:
        return None
    step = 100 / len(table.rows)
    named = -(-len(table.rows) // MOST_TICKS)
    bars = []
    for place, row in enumerate(table.rows):
        y, parts = float(PLOT_TOP + PLOT_HEIGHT), []
        for kind, column in enumerate(columns):
            height = _number(row[column]) / top * PLOT_HEIGHT
            y -= height
            parts.append(
                Part(
                    x=_cut(step * (place + _GAP / 2)),
                    y=_cut(y),
                    width=_cut(step * (1 - _GAP)),
                    height=_cut(height),
                    kind=kind,
                    says=_says(table, row, column),
                )
            )
        label = _tick(str(row[0])) if place % named == 0 else ""
        bars.append(
            Bar(
                label=label,
                said=said(int(_total(row, columns))),
                x=_cut(step * (place + _GAP / 2)),
                y=PLOT_TOP + PLOT_HEIGHT + 18,
                parts=_seen(parts),
            )
        )
    return Chart(
        upright=True,
        height=PLOT_TOP + PLOT_HEIGHT + LABEL_HEIGHT,
        bars=tuple(bars),
        kinds=_kinds(table, columns),
        top=said(int(top)),
        describes=_describes(table, table.rows, columns),
    )


def _tick(name: str) -> str:
    """Name a bar below it: of a week the day on which it begins, of an hour its number."""
    try:
        day = dt.date.fromisoformat(name)
    except ValueError:
        return name.removesuffix(":00")
    return f"{day.day} {day:%b}"


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _total(row: Row, columns: Sequence[int]) -> float:
    return sum(_number(row[column]) for column in columns)


def _seen(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.width and part.height)


def _says(table: Table, row: Row, column: int) -> str:
    return f"{row[0]}, {table.columns[column].lower()}: {said(row[column])}"


def _kinds(table: Table, columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(table.columns[column] for column in columns) if len(columns) > 1 else ()


def _describes(table: Table, rows: Sequence[Row], columns: Sequence[int]) -> str:
    most = max(rows, key=lambda row: _total(row, columns))
    return f"{table.title}: {len(rows)} bars; the longest is {most[0]}. The table has all numbers."


def _short(label: str) -> str:
    return label if len(label) <= MOST_LETTERS else f"{label[: MOST_LETTERS - 1].rstrip()}…"


def _cut(number: float) -> float:
    return round(number, 2)

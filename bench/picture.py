"""Draws a table of a benchmark: lines over a quantity, bars over names; the same in both environments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.measures import number_in

COLORS = ("#0b6e69", "#b45309", "#4338ca", "#6b7280")
"""Those of what is compared, ours first; they differ in lightness too."""
_MARKERS = "os^D"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One set of axes.

    Attributes:
        title: What is drawn, with its unit.
        across: What stands below: numbers in order, or names, which get bars.
        label: What these are.
        series: By name a value for each place across; None where there is none.
        log: Whether each step across is a multiple.
    """

    title: str
    across: Sequence[float] | Sequence[str]
    label: str
    series: Mapping[str, Sequence[float | None]]
    log: bool = False


def of_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], panels: Mapping[str, Sequence[str]], *, log: bool = False
) -> list[Panel]:
    """Give the panels of a table whose first column goes up from row to row.

    Args:
        head: The names of its columns.
        rows: Its cells.
        panels: By title the columns that are drawn together.
        log: Whether the first column grows by multiples.
    """
    columns = {name: [number_in(row[place]) for row in rows] for place, name in enumerate(head)}
    across = [value or 0.0 for value in columns[head[0]]]
    return [
        Panel(title=title, across=across, label=head[0], series={name: columns[name] for name in names}, log=log)
        for title, names in panels.items()
    ]


def draw(panels: Sequence[Panel], path: Path) -> None:
    """Write the picture.

    Args:
        panels: From left to right.
        path: Where it goes; the ending says in which format.
    """
    figure = Figure(figsize=(5.5 * len(panels), 4), layout="constrained")
    for panel, axes in zip(panels, figure.subplots(1, len(panels), squeeze=False)[0], strict=True):
        if panel.across and isinstance(panel.across[0], str):
            _bars(axes, panel)
        else:
            _lines(axes, panel)
        axes.set_title(panel.title, fontsize=10)
        axes.set_xlabel(panel.label)
        axes.set_ylim(bottom=0)
        axes.grid(axis="y", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100)


def _lines(axes: Axes, panel: Panel) -> None:
    across = [float(each) for each in panel.across]
    for number, (name, values) in enumerate(panel.series.items()):
        color, marker = COLORS[number % len(COLORS)], _MARKERS[number % len(_MARKERS)]
        axes.plot(across, [_or_gap(value) for value in values], color=color, marker=marker, markersize=4, label=name)
    if panel.log:
        axes.set_xscale("log")
        axes.set_xticks(across, [f"{each:,.0f}" for each in across])
        axes.set_xticks([], minor=True)


def _bars(axes: Axes, panel: Panel) -> None:
    width = 0.8 / len(panel.series)
    for number, (name, values) in enumerate(panel.series.items()):
        places = [place + number * width for place in range(len(panel.across))]
        bars = axes.bar(
            places, [value or 0.0 for value in values], width, color=COLORS[number % len(COLORS)], label=name
        )
        axes.bar_label(bars, fmt="%.0f", fontsize=8)
    middle = 0.4 - width / 2
    axes.set_xticks([place + middle for place in range(len(panel.across))], [str(each) for each in panel.across])
    axes.margins(y=0.15)


def _or_gap(value: float | None) -> float:
    return float("nan") if value is None else value

"""Draws the turn benchmark: bars for what is one figure, a line for how a conversation ages."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from bench.measures import mean, percentile
from bench.turn.report import Measured
from bench.turn.rounds import SENDERS

_COLORS = ("#0b6e69", "#b45309")


def draw(ours: Measured, stock: Measured, path: Path) -> None:
    """Write the picture.

    Args:
        ours: Frontdesk.
        stock: Rasa.
        path: Where it goes; the ending says in which format.
    """
    both = (ours, stock)
    bars = {
        "one sender, p50 (ms)\nless is better": [percentile(one.single, 0.5) for one in both],
        f"{SENDERS} senders (messages/s)\nmore is better": [mean(one.figures.per_second) for one in both],
        "memory, all processes (MB)\nless is better": [sum(one.memory.values()) for one in both],
        "time to ready (s)\nless is better": [one.ready_seconds for one in both],
    }
    figure = Figure(figsize=(11, 6.5), layout="constrained")
    grid = figure.add_gridspec(2, len(bars))
    for column, (title, values) in enumerate(bars.items()):
        axes = figure.add_subplot(grid[0, column])
        axes.set_title(title, fontsize=10)
        axes.bar_label(axes.bar([one.name for one in both], values, color=_COLORS), fmt="%.0f")
        axes.margins(y=0.15)
        axes.spines[["top", "right"]].set_visible(False)
    axes = figure.add_subplot(grid[1, :])
    for one, color in zip(both, _COLORS, strict=True):
        times = one.figures.by_turn()
        axes.plot(range(1, len(times) + 1), times, color=color, label=one.name)
    axes.set_title("one conversation as it grows: median of each turn", fontsize=10)
    axes.set_xlabel("turn of the conversation")
    axes.set_ylabel("ms")
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=100)

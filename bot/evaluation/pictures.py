"""The pictures of the report, as SVG that stands in the page and takes the page's colours."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.evaluation.calibration import Bin, Point
from bot.evaluation.understanding import Reading

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

# Stands for the page's colour of text, which matplotlib cannot know; no picture uses it for anything else.
_INK = "#010203"
_RIGHT, _WRONG, _QUIET = "#16897a", "#d9480f", "#7c8a91"
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "frontdesk",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def confusion_picture(readings: Sequence[Reading], topics: Sequence[str]) -> str:
    """Draw which topic is taken for which: a row for each topic, a column for what it was taken for."""
    import numpy as np

    others = sorted({reading.got for reading in readings} - set(topics))
    columns = [*topics, *others]
    counts = np.zeros((len(topics), len(columns)))
    for reading in readings:
        counts[topics.index(reading.wanted), columns.index(reading.got)] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = _new(10.5, 9.5)
    axes.imshow(_colours(shares, len(topics)), interpolation="nearest", aspect="auto")
    for row, column in np.argwhere(counts).tolist():
        axes.text(column, row, f"{counts[row, column]:.0f}", ha="center", va="center", fontsize=7)
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=8)
    axes.set_yticks(range(len(topics)), topics, fontsize=8)
    axes.set_xlabel("taken for")
    axes.set_ylabel("topic of the question")
    return _svg(figure, "confusion")


def reliability_picture(bins: Sequence[Bin], name: str) -> str:
    """Draw a reliability diagram: how many were right for each band of confidence, with the counts."""
    figure, axes = _new(5.2, 4.2)
    axes.plot([0, 1], [0, 1], linestyle="--", color=_QUIET, linewidth=1)
    for part in bins:
        if part.accuracy is None or part.confidence is None:
            continue
        axes.bar(part.low, part.accuracy, part.high - part.low, align="edge", color=_RIGHT, alpha=0.45, linewidth=0)
        axes.plot(part.confidence, part.accuracy, "o", color=_WRONG, markersize=5)
        axes.text((part.low + part.high) / 2, 0.02, f"n={part.count}", ha="center", fontsize=8)
    _share_axes(axes, "confidence of the reply", "share that was right")
    return _svg(figure, name)


def threshold_picture(points: Sequence[Point], bands: Sequence[tuple[str, float]], name: str) -> str:
    """Draw coverage and accuracy by threshold, with the chosen bands of confidence."""
    figure, axes = _new(5.2, 4.2)
    known = [point for point in points if point.accuracy is not None]
    axes.plot(
        [p.threshold for p in points], [p.coverage for p in points], color=_QUIET, linestyle="--", label="coverage"
    )
    axes.plot([p.threshold for p in known], [p.accuracy or 0 for p in known], color=_RIGHT, label="accuracy")
    for title, threshold in bands:
        axes.axvline(threshold, color=_WRONG, linewidth=1, linestyle=":")
        axes.text(threshold, 0.02, f" {title} {threshold:g}", rotation=90, fontsize=8, va="bottom", ha="right")
    _share_axes(axes, "threshold of confidence", "share")
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return _svg(figure, name)


def _new(width: float, height: float) -> tuple[Figure, Axes]:
    # No pyplot: it would look for a screen.
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update(_SETTINGS)
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _share_axes(axes: Axes, x: str, y: str) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=x, ylabel=y)


def _colours(shares: NDArray[np.float64], topics: int) -> NDArray[np.float64]:
    """Give each field its colour: green on the diagonal, orange off it, the more the stronger, nothing for none."""
    import numpy as np
    from matplotlib.colors import to_rgb

    picture = np.zeros((*shares.shape, 4))
    picture[..., :3] = to_rgb(_WRONG)
    picture[np.arange(topics), np.arange(topics), :3] = to_rgb(_RIGHT)
    picture[..., 3] = np.where(shares > 0, 0.2 + 0.6 * shares, 0)
    return picture


def _svg(figure: Figure, name: str) -> str:
    """Give a figure as an SVG element for a page: no header, no addresses, ids of its own, the page's colours."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text).replace("xlink:href", "href")
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r"url\(#", f"url(#{name}-", text)
    text = re.sub(r'href="#', f'href="#{name}-', text)
    text = re.sub(r'(<svg[^>]*?)\swidth="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?)\sheight="[^"]*"', r"\1", text, count=1)
    return text.replace(_INK, "currentColor").replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)

"""The baseline: the least (or, for errors, the most) that each figure may be on the project's own sets."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from pathlib import Path

from bot.evaluation.red_flags import FIGURES as SAFETY
from bot.settings import ROOT

BASELINE = ROOT / "bot" / "evaluation" / "baseline.json"
MARGIN = 0.02
"""How far a new bar stands off the present figure, so that a change of a few items does not fail it."""

Bounds = dict[str, float]
Baseline = dict[str, Bounds]


def load_baseline(path: Path = BASELINE) -> Baseline:
    """Read the baseline."""
    found: Baseline = json.loads(path.read_text(encoding="utf-8"))
    return found


def safety_only(baseline: Baseline) -> Baseline:
    """Give the bars of the red-flag figures."""
    return {name: baseline[name] for name in SAFETY}


def below_baseline(values: Mapping[str, float | None], baseline: Baseline, left_out: Collection[str] = ()) -> list[str]:
    """List the figures that are worse than the baseline allows, a sentence each.

    Args:
        values: The figures by name.
        baseline: The bars.
        left_out: Figures that nobody asked for this time.
    """
    lines = []
    for name, bounds in baseline.items():
        value = values.get(name)
        if name in left_out:
            continue
        if value is None:
            lines.append(f"{name} was not measured, but the baseline asks for it.")
        elif value < bounds.get("least", 0.0):
            lines.append(f"{name} is {value:.3f}, below the baseline of {bounds['least']:.3f}.")
        elif value > bounds.get("most", 1.0):
            lines.append(f"{name} is {value:.3f}, above the baseline of {bounds['most']:.3f}.")
    return lines


def moved_to(values: Mapping[str, float | None], baseline: Baseline) -> Baseline:
    """Give a baseline at the present figures, each with its margin; the red-flag bars stay, since safety is no habit.

    Args:
        values: The figures by name.
        baseline: The bars until now.
    """
    moved: Baseline = {}
    for name, bounds in baseline.items():
        value = values.get(name)
        if name in SAFETY or value is None:
            moved[name] = bounds
        elif "least" in bounds:
            moved[name] = {"least": max(0.0, math.floor(round((value - MARGIN) * 1000, 6)) / 1000)}
        else:
            moved[name] = {"most": min(1.0, math.ceil(round((value + MARGIN) * 1000, 6)) / 1000)}
    return moved


def write_baseline(baseline: Baseline, path: Path = BASELINE) -> None:
    """Write the baseline, a line for each figure."""
    lines = [f"  {json.dumps(name)}: {json.dumps(bounds)}" for name, bounds in baseline.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")

"""The bars: what falls below them is named, and moving them never touches safety."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.baseline import below_baseline, load_baseline, moved_to, safety_only, write_baseline
from bot.evaluation.figures import CALIBRATION_ERROR, Evaluation
from tests.unit.evaluation.results import a_share, an_evaluation

BARS = {
    "emergency recall": {"least": 0.97},
    "same-day recall": {"least": 0.93},
    "danger heard": {"least": 0.98},
    "false alarms": {"most": 0.05},
    "needless checks": {"most": 0.15},
    "topic right": {"least": 0.9},
    "answered with a wrong topic": {"most": 0.03},
}
GOOD = {
    "emergency recall": 0.97,
    "same-day recall": 0.95,
    "danger heard": 0.98,
    "false alarms": 0.05,
    "needless checks": 0.1,
    "topic right": 0.9,
    "answered with a wrong topic": 0.0,
}


def test_figures_at_their_bars_hold():
    """A bar is the least that is allowed."""
    assert below_baseline(GOOD, BARS) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("topic right", 0.89, "topic right is 0.890, below the baseline of 0.900."),
        ("false alarms", 0.06, "false alarms is 0.060, above the baseline of 0.050."),
        ("topic right", None, "topic right was not measured, but the baseline asks for it."),
    ],
)
def test_each_failing_figure_is_named(name: str, value: float | None, told: str):
    """With its value and its bar."""
    assert below_baseline({**GOOD, name: value}, BARS) == [told]


def test_figure_that_was_left_out_on_purpose_does_not_fail():
    """A quick run has no cross-validation."""
    assert below_baseline({**GOOD, "topic right": None}, BARS, {"topic right"}) == []


def test_new_bars_stand_a_margin_off_the_figures():
    """Upwards or downwards, whichever is worse."""
    moved = moved_to({**GOOD, "topic right": 0.95, "answered with a wrong topic": 0.01}, BARS)

    assert moved["topic right"] == {"least": 0.93}
    assert moved["answered with a wrong topic"] == {"most": 0.03}


def test_red_flag_bars_never_move():
    """However well or badly the layer does today."""
    moved = moved_to({**GOOD, "emergency recall": 0.5, "false alarms": 0.5, "needless checks": 0.5}, BARS)

    assert safety_only(moved) == safety_only(BARS)


def test_written_baseline_is_read_again(tmp_path: Path):
    """As it was."""
    write_baseline(BARS, tmp_path / "baseline.json")

    assert load_baseline(tmp_path / "baseline.json") == BARS


def test_the_projects_baseline_asks_for_every_figure_and_for_the_safety_bars():
    """A figure without a bar could rot unseen."""
    evaluation: Evaluation = an_evaluation(cross_validated=a_share("cross-validated accuracy", True))

    assert set(load_baseline()) == set(evaluation.values)
    assert CALIBRATION_ERROR in load_baseline()
    assert {name: set(bound) for name, bound in safety_only(load_baseline()).items()} == {
        "emergency recall": {"least"},
        "same-day recall": {"least"},
        "danger heard": {"least"},
        "false alarms": {"most"},
        "needless checks": {"most"},
    }

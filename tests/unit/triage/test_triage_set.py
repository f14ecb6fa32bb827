"""The gate: how much danger is found on the project's own set, and how much is cried wolf.

The bars are those of bot/evaluation/baseline.json, which `frontdesk evaluate safety` holds to as well.
"""

from __future__ import annotations

import pytest

from bot.evaluation.baseline import below_baseline, load_baseline
from bot.evaluation.datasets import own_datasets
from bot.evaluation.metrics import Share
from bot.evaluation.red_flags import BOTH, levels_of_layers, red_flag_shares
from bot.triage import Triage
from tests.unit.triage.conftest import ROOT
from tests.unit.triage.triage_set import rows


@pytest.fixture(scope="module")
def figures(triage: Triage) -> dict[str, Share]:
    """The five figures of the whole set."""
    items = own_datasets(ROOT / "tests").red_flags
    return {share.name: share for share in red_flag_shares(items, levels_of_layers(triage, items)[BOTH])}


def _worse(figures: dict[str, Share], name: str) -> list[str]:
    """Say that a figure is below its bar, and list its misses; nothing where it holds."""
    told = below_baseline({name: figures[name].value}, {name: load_baseline()[name]})
    return [*told, *(miss.line for miss in figures[name].misses)] if told else []


@pytest.mark.parametrize("name", ["emergency recall", "same-day recall", "danger heard"])
def test_danger_is_found(figures: dict[str, Share], name: str) -> None:
    """A graver card than needed counts as found."""
    assert _worse(figures, name) == []


@pytest.mark.parametrize("name", ["false alarms", "needless checks"])
def test_false_alarms_are_rare(figures: dict[str, Share], name: str) -> None:
    """Neither cards nor questions for who is in no danger."""
    assert _worse(figures, name) == []


def test_set_is_large_and_nearly_half_harmless() -> None:
    """Three hundred messages at least, and no id or text twice."""
    danger, harmless = rows("red_flags.tsv"), rows("not_red_flags.tsv")
    everything = danger + harmless

    assert len(everything) >= 300
    assert len(harmless) / len(everything) >= 0.4
    assert len({row.id for row in everything}) == len({row.text for row in everything}) == len(everything)

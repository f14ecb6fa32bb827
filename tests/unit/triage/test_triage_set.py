"""The gate: how much danger is found on the project's own set, and how much is cried wolf."""

from __future__ import annotations

import pytest

from bot.triage import Triage
from tests.unit.triage.triage_set import rows

LEVELS = {"emergency": {"emergency"}, "same_day": {"emergency", "urgent"}}


@pytest.mark.parametrize(("level", "bar"), [("emergency", 0.97), ("same_day", 0.93)])
def test_danger_is_found(triage: Triage, level: str, bar: float) -> None:
    """Recall per level; a graver card than needed counts as found."""
    wanted = [row for row in rows("red_flags.tsv") if row.level == level]
    missed = [row.id for row in wanted if (flag := triage.check(row.text)) is None or flag.level not in LEVELS[level]]

    assert 1 - len(missed) / len(wanted) >= bar, missed


def test_false_alarms_are_rare(triage: Triage) -> None:
    """At most one message in twenty without danger gets a card."""
    harmless = rows("not_red_flags.tsv")
    alarms = [row.id for row in harmless if triage.check(row.text) is not None]

    assert len(alarms) / len(harmless) <= 0.05, alarms


def test_set_is_large_and_half_harmless() -> None:
    """Three hundred messages at least, and no id or text twice."""
    danger, harmless = rows("red_flags.tsv"), rows("not_red_flags.tsv")
    everything = danger + harmless

    assert len(everything) >= 300
    assert len(harmless) / len(everything) >= 0.4
    assert len({row.id for row in everything}) == len({row.text for row in everything}) == len(everything)

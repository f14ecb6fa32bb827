"""Every machine makes the same of the same message: 500 outcomes, checked in (outcomes.py writes them)."""

from __future__ import annotations

from collections import Counter

from bot.triage import Triage
from tests.unit.triage.outcomes import MESSAGES, everything, outcome, read_outcomes


def test_outcomes_are_those_that_are_checked_in(triage: Triage) -> None:
    """One that differs is a message that gets another card here than elsewhere, or a change that nobody wrote down."""
    listed = read_outcomes()
    texts = {row.id: row.text for row in everything()}

    found = {name: outcome(triage.check(texts[name])) for name in listed}

    assert {name: (listed[name], got) for name, got in found.items() if got != listed[name]} == {}


def test_the_list_has_every_outcome() -> None:
    """Else it would not show that each comes."""
    counts = Counter(read_outcomes().values())

    assert counts.total() == MESSAGES
    assert set(counts) == {"card emergency", "card urgent", "card crisis", "check", "nothing"}
    assert min(counts.values()) >= 5

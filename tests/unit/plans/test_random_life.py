"""Whatever happens to appointments, clocks and processes: nothing late, twice, after a no, or lost."""

from __future__ import annotations

import itertools
import os

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.bootstrap import Services
from bot.plans.store import SENT
from tests.unit.plans.random_life import BECAME, SENT_IN_ALL, RandomLife

AT_LEAST = int(os.environ.get("PLANNED_MESSAGES", "0"))
"""How many planned messages to live through; less than a hundred if it is not said."""
ALWAYS_THE_SAME = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
ANEW = settings(ALWAYS_THE_SAME, max_examples=3, stateful_step_count=40, derandomize=False, database=None)


@pytest.mark.slow(reason="two processes live through some weeks of appointments, again and again")
def test_nothing_late_nothing_twice_nothing_after_a_no_nothing_lost(services: Services) -> None:
    """On whichever store, with two processes side by side."""

    class Here(RandomLife):
        pass

    Here.services = services
    SENT_IN_ALL.clear()
    BECAME.clear()
    run_state_machine_as_test(Here, settings=ALWAYS_THE_SAME)
    # What never sends anything is never late either.
    assert len(SENT_IN_ALL) >= 10
    Here.first, Here.most, Here.lines_in_all, Here.each_look = 60, 70, 35, False
    for other in itertools.count(1):
        if BECAME.total() >= AT_LEAST:
            break
        run_state_machine_as_test(seed(other)(Here), settings=ANEW)
        print(f"{BECAME.total()} planned messages, {BECAME[SENT]} of them sent")  # noqa: T201
    print(f"of {BECAME.total()} planned messages 0 late, doubled, after a no, or lost: {dict(BECAME)}")  # noqa: T201
    # Where most are never to be sent, little is shown of those that are.
    assert AT_LEAST < 1000 or BECAME[SENT] * 2 >= BECAME.total()

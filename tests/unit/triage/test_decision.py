"""What the costs of the mistakes come to: from how likely a danger on there is a check, and from where a card."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage import decision
from bot.triage.decision import CARD, CHECK, NOTHING, decide

GRAVER = {NOTHING: 0, CHECK: 1, CARD: 2}
CHANCES = st.floats(min_value=0, max_value=1)


def _odds(share: float) -> float:
    return share / (1 - share)


def _danger(among_messages: float, *, floor: bool) -> float:
    """Give how likely the model has to find a danger for it to be so likely among patients' messages."""
    odds = _odds(among_messages) * _odds(decision.REPORTS_LEARNED_FROM) / _odds(decision.REPORTS_AMONG_MESSAGES)
    odds /= decision.FLOOR_ODDS if floor else 1
    return odds / (1 + odds)


# Where p is how likely a danger is, a check costs less than nothing if (PASSED_OVER - ONLY_ASKED) p is more than
# NEEDLESS_CHECK (1 - p), and a card less than a check if ONLY_ASKED p is more than the difference of the needless ones
# times (1 - p).
_SAVED = decision.PASSED_OVER - decision.ONLY_ASKED
_DEARER = decision.NEEDLESS_CARD - decision.NEEDLESS_CHECK
CHECK_FROM = decision.NEEDLESS_CHECK / (decision.NEEDLESS_CHECK + _SAVED)
CARD_FROM = _DEARER / (_DEARER + decision.ONLY_ASKED)


@pytest.mark.parametrize("floor", [False, True])
@pytest.mark.parametrize(
    ("bar", "below", "above"), [(CHECK_FROM, NOTHING, CHECK), (CARD_FROM, CHECK, CARD)], ids=["check", "card"]
)
def test_thresholds_follow_from_the_costs(floor: bool, bar: float, below: str, above: str) -> None:
    """As worked out by hand."""
    danger = _danger(bar, floor=floor)

    assert decide(danger * 0.999, floor=floor) == below
    assert decide(danger * 1.001, floor=floor) == above


def test_thresholds_are_these() -> None:
    """So that who changes a cost sees what it moves: without the floor, and with it."""
    found = [_danger(bar, floor=floor) for floor in (False, True) for bar in (CHECK_FROM, CARD_FROM)]

    assert found == pytest.approx([0.0877, 0.6476, 0.0095, 0.1552], abs=0.0005)


@given(CHANCES, CHANCES, st.booleans())
def test_more_danger_never_gives_less(one: float, other: float, floor: bool) -> None:
    """Nothing, a check, a card, in this order."""
    low, high = sorted((one, other))

    assert GRAVER[decide(low, floor=floor)] <= GRAVER[decide(high, floor=floor)]


@given(CHANCES)
def test_the_floor_never_lowers_what_comes_of_it(danger: float) -> None:
    """Whatever the model makes of the message."""
    assert GRAVER[decide(danger, floor=True)] >= GRAVER[decide(danger, floor=False)]


@pytest.mark.parametrize("floor", [False, True])
@pytest.mark.parametrize(
    ("danger", "outcome"),
    [
        (0.0, NOTHING),
        (5e-324, NOTHING),
        (1 - 1e-16, CARD),
        (1.0, CARD),
        (1.0000001, CARD),
        (float("inf"), CARD),
        (float("nan"), CARD),
    ],
)
def test_extreme_values_have_an_outcome(danger: float, outcome: str, floor: bool) -> None:
    """A model that gives no number is no reason to say nothing."""
    assert decide(danger, floor=floor) == outcome


def test_asking_costs_less_than_a_mistake_and_more_than_being_right() -> None:
    """Else one of the outcomes would never come."""
    assert decision.NEEDLESS_CHECK < decision.NEEDLESS_CARD < decision.ONLY_ASKED < decision.PASSED_OVER
    assert {decide(step / 1000, floor=False) for step in range(1001)} == {NOTHING, CHECK, CARD}

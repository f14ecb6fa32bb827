"""Shares count what they say they count, and their intervals are Wilson's."""

from __future__ import annotations

import pytest

from bot.evaluation.metrics import Share, wilson
from tests.unit.evaluation.results import a_share, an_outcome


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_interval_is_that_of_the_literature(hits: int, total: int, low: float, high: float):
    """Newcombe's worked examples."""
    assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)


def test_interval_of_nothing_says_nothing():
    """From nought to one."""
    assert wilson(0, 0) == (0.0, 1.0)


def test_share_counts_the_right_ones():
    """Two of three."""
    share = a_share("topic right", True, True, False)

    assert (share.hits, share.total, share.value) == (2, 3, pytest.approx(2 / 3))


def test_share_of_errors_counts_the_wrong_ones_and_lists_the_same_misses():
    """Less is better, and a miss is a wrong one all the same."""
    share = a_share("false alarms", True, True, False, of_errors=True)

    assert (share.hits, share.total) == (1, 3)
    assert [outcome.right for outcome in share.misses] == [False]


def test_share_of_nothing_has_no_value():
    """Neither perfect nor failed."""
    assert Share(name="facts", outcomes=[]).value is None


def test_misses_come_surest_first():
    """A sure mistake is the worse one; one without a confidence comes last."""
    sures = [0.2, None, 0.9]
    outcomes = [an_outcome(right=False, confidence=sure, number=str(n)) for n, sure in enumerate(sures)]

    assert [o.id for o in Share(name="x", outcomes=outcomes).misses] == ["2", "0", "1"]


def test_a_miss_fits_on_one_line():
    """Id, what was wanted, what came, and the words."""
    assert an_outcome(right=False, text="how much").line == "1 wanted a got b: how much"

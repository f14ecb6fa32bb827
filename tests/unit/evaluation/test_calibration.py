"""Confidence held against being right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.calibration import Judged, by_threshold, calibration_error, reliability

judged_lists = st.lists(
    st.builds(Judged, confidence=st.floats(0, 1, allow_nan=False), right=st.booleans()), min_size=1, max_size=50
)


def judged(confidence: float, *rights: bool) -> list[Judged]:
    """Several of one confidence."""
    return [Judged(confidence=confidence, right=right) for right in rights]


def test_confidence_that_holds_has_no_error():
    """Half of those at one half are right."""
    assert calibration_error(judged(0.5, True, False)) == pytest.approx(0.0)


def test_error_is_the_gap_weighted_by_count():
    """Two of four at 0.95 (gap 0.45), one of one at 0.75 (gap 0.25): (4 x 0.45 + 0.25) / 5."""
    given_ = judged(0.95, True, True, False, False) + judged(0.75, True)

    assert calibration_error(given_) == pytest.approx((4 * 0.45 + 0.25) / 5)


def test_nothing_has_no_error():
    """None, since nought would look perfect."""
    assert calibration_error([]) is None


def test_bins_hold_everything_at_their_edges():
    """Nought is in the first, one in the last, a border in the upper one."""
    bins = reliability([*judged(0.0, True), *judged(0.5, True), *judged(1.0, True)], bins=2)

    assert [part.count for part in bins] == [1, 2]


def test_empty_bin_claims_nothing():
    """Neither a confidence nor an accuracy."""
    first, _ = reliability(judged(0.9, True), bins=2)

    assert (first.count, first.confidence, first.accuracy) == (0, None, None)


@given(judged_lists)
def test_every_reply_is_in_one_bin_and_the_error_is_a_share(given_: list[Judged]):
    """Whatever the confidences are."""
    error = calibration_error(given_)

    assert sum(part.count for part in reliability(given_)) == len(given_)
    assert error is not None
    assert 0 <= error <= 1


def test_threshold_costs_coverage_and_buys_accuracy():
    """From 0.5 on one of four texts is answered, rightly; above all confidences nothing is."""
    given_ = judged(0.8, True) + judged(0.3, False, False)

    low, middle, high = by_threshold(given_, 4, [0.0, 0.5, 0.9])

    assert (low.coverage, low.accuracy) == (0.75, pytest.approx(1 / 3))
    assert (middle.coverage, middle.accuracy) == (0.25, 1.0)
    assert (high.coverage, high.accuracy) == (0.0, None)

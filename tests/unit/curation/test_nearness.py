"""Questions that mean nearly the same come together, the largest group first."""

from __future__ import annotations

import numpy as np

from bot.curation.nearness import groups_of, packed, unpacked


def _vectors(*angles: float) -> np.ndarray:
    radians = np.deg2rad(np.array(angles))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_near_ones_are_one_group_and_far_ones_stay_alone():
    """Three point one way, two another, one a third."""
    groups = groups_of(_vectors(0, 180, 5, 10, 175, 90))

    assert [sorted(group) for group in groups] == [[0, 2, 3], [1, 4], [5]]


def test_the_midmost_speaks_for_its_group():
    """It is the sample that staff read first."""
    assert groups_of(_vectors(0, 20, 10))[0][0] == 2


def test_a_chain_of_neighbours_is_not_one_group():
    """Each is near the next, the ends are not near each other: the mean over all pairs decides."""
    assert len(groups_of(_vectors(0, 50, 100, 150))) > 1


def test_nothing_has_no_groups_and_an_empty_vector_does_no_harm():
    """No questions, and one whose text says nothing."""
    assert groups_of(np.zeros((0, 0), np.float32)) == []
    assert len(groups_of(np.zeros((2, 3), np.float32))) == 2


def test_a_vector_is_stored_in_letters_and_comes_back():
    """Half precision is enough for nearness."""
    vector = np.linspace(-1, 1, 384, dtype=np.float32)

    back = unpacked([packed(vector)])

    assert back.shape == (1, 384)
    assert np.abs(back[0] - vector).max() < 0.001

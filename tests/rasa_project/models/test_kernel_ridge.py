"""Kernel ridge regression: its weights are those of the textbook, and leaving an example out gives what it says."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.models.kernel_ridge import KernelRidge

EXAMPLES, TARGETS = 30, 2


@pytest.fixture(scope="module")
def nearness():
    """Return the nearness of made-up examples, all of it."""
    rows = np.random.default_rng(3).normal(size=(EXAMPLES, 8))
    return (rows @ rows.T).astype(np.float32)


@pytest.fixture(scope="module")
def targets():
    """Return made-up targets."""
    return np.random.default_rng(4).normal(size=(EXAMPLES, TARGETS)).astype(np.float32)


@pytest.fixture(scope="module")
def pull():
    """Return how much each example counts."""
    return np.random.default_rng(5).uniform(0.5, 2, EXAMPLES).astype(np.float32)


def _solved(nearness, targets, pull):
    return np.linalg.solve(nearness + np.diag(1 / pull), targets)


def test_weights_need_the_lower_triangle_alone(nearness, targets, pull):
    """The other half is the same and is never read."""
    learned = KernelRidge.learn(np.asfortranarray(np.tril(nearness)), targets, pull)

    assert learned.weights == pytest.approx(_solved(nearness, targets, pull), abs=1e-3)


def test_unseen_is_what_learning_without_the_example_gives(nearness, targets, pull):
    """For every single one."""
    learned = KernelRidge.learn(np.asfortranarray(np.tril(nearness)), targets, pull)

    for place in range(EXAMPLES):
        rest = np.delete(np.arange(EXAMPLES), place)
        weights = _solved(nearness[np.ix_(rest, rest)], targets[rest], pull[rest])
        assert learned.unseen[place] == pytest.approx(nearness[place, rest] @ weights, abs=5e-3)

"""Ridge regression from sums: what it says of examples left out is what leaving them out gives."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.models.landmarks import Landmarks, choose, fourth_power, sixth_power
from bot.nlu.models.ridge import Ridge, Sums

EXAMPLES, FEATURES, TARGETS = 40, 12, 3


@pytest.fixture(scope="module")
def features():
    """Return made-up rows."""
    return np.random.default_rng(3).normal(size=(EXAMPLES, FEATURES)).astype(np.float32)


@pytest.fixture(scope="module")
def targets():
    """Return made-up targets."""
    return np.random.default_rng(4).normal(size=(EXAMPLES, TARGETS)).astype(np.float32)


@pytest.fixture(scope="module")
def pull():
    """Return how much each example counts."""
    return np.random.default_rng(5).uniform(0.5, 2, EXAMPLES).astype(np.float32)


def _sums(features, targets, pull, places):
    made = Sums.nothing(FEATURES, TARGETS)
    for some in np.array_split(np.asarray(places), 3):
        made.take_in(features[some], targets[some], pull[some])
    return made


def _learned(sums, base=(0.0,) * TARGETS):
    return Ridge.learn(sums, 1.0, np.asarray(base, np.float32))


def _solved(features, targets, pull):
    """Solve the normal equations as a textbook has them."""
    weighed = features.T * pull
    return np.linalg.solve(weighed @ features + np.eye(FEATURES), weighed @ targets)


def test_weights_are_those_of_the_normal_equations(features, targets, pull):
    """With the penalty on the diagonal."""
    learned = _learned(_sums(features, targets, pull, range(EXAMPLES)))

    assert learned.weights == pytest.approx(_solved(features, targets, pull), abs=1e-4)


def test_sums_of_parts_add_up_and_a_part_can_be_taken_out(features, targets, pull):
    """What is left is what learning from the rest alone gives."""
    first, second = _sums(features, targets, pull, range(15)), _sums(features, targets, pull, range(15, EXAMPLES))

    second.add(first)
    left = _learned(second - first)

    assert left.weights == pytest.approx(_solved(features[15:], targets[15:], pull[15:]), abs=1e-3)


def test_base_is_taken_off_the_targets(features, targets, pull):
    """As if it had been before they were added up, whatever it is by then."""
    base = np.float32([0.5, -1, 2])

    learned = _learned(_sums(features, targets, pull, range(EXAMPLES)), base)

    assert learned.weights == pytest.approx(_solved(features, targets - base, pull), abs=1e-3)


def test_examples_can_be_taken_out_again(features, targets, pull):
    """By counting less than nothing."""
    sums = _sums(features, targets, pull, range(EXAMPLES))

    sums.take_in(features[:15], targets[:15], -pull[:15])

    assert _learned(sums).weights == pytest.approx(_solved(features[15:], targets[15:], pull[15:]), abs=1e-3)


def test_unseen_is_what_learning_without_the_example_gives(features, targets, pull):
    """For every single one."""
    learned = _learned(_sums(features, targets, pull, range(EXAMPLES)))

    unseen = learned.unseen(features, targets, pull)

    for place in range(EXAMPLES):
        rest = np.delete(np.arange(EXAMPLES), place)
        alone = features[place] @ _solved(features[rest], targets[rest], pull[rest])
        assert unseen[place] == pytest.approx(alone, abs=2e-3)


@pytest.mark.parametrize("kernel", [fourth_power, sixth_power])
def test_features_multiply_to_the_nearness_of_landmarks(kernel):
    """Among landmarks the kernel is exact, which is what the method promises."""
    vectors = np.random.default_rng(6).normal(size=(20, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    landmarks = Landmarks(vectors, kernel)

    features = landmarks.features(vectors)

    assert features @ features.T == pytest.approx(kernel(vectors @ vectors.T), abs=0.01)


def test_folded_weights_need_no_features():
    """While patients are served, the bare nearnesses are enough."""
    random = np.random.default_rng(8)
    vectors, weights = (
        random.normal(size=(10, 6)).astype(np.float32) / 3,
        random.normal(size=(10, 2)).astype(np.float32),
    )
    landmarks = Landmarks(vectors, fourth_power)

    nearness = fourth_power(vectors @ landmarks.vectors.T)

    assert nearness @ landmarks.folded(weights) == pytest.approx(landmarks.features(vectors) @ weights, abs=1e-3)


def test_small_intents_get_more_than_their_share_of_landmarks():
    """A topic with few examples must be near to something too."""
    owner = np.repeat([0, 1], [900, 100])

    chosen = choose(owner, 200, seed=1)

    assert len(set(chosen.tolist())) == 200
    assert (owner[chosen] == 1).sum() > 30

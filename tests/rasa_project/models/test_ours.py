"""What tells a message that is ours from one that is not, on vectors made up for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from bot.confidence import OURS_FROM
from bot.nlu.models.ours import Ours, doubted


def messages(seed, count=200):
    """Return vectors of length one with the side of each: ours lie around two directions, the others around one."""
    random = np.random.default_rng(seed)
    sides = np.tile([1, 1, -1, -1], count // 4)
    places = np.tile([0, 1, 2, 2], count // 4)
    vectors = random.normal(0, 0.2, (count, 24))
    vectors[np.arange(count), places] += 1
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), sides


def test_new_messages_fall_on_their_side():
    """By sign, and what lies between the directions of ours, as a message with two questions does, is ours too."""
    found = Ours.learn(*messages(1))
    vectors, sides = messages(2)
    assert np.mean(np.sign(found.of(vectors)) == sides) > 0.97
    both = np.zeros((1, 24), np.float32)
    both[0, :2] = np.sqrt(0.5)
    assert found.of(both)[0] > OURS_FROM


def test_a_side_with_few_examples_counts_as_much():
    """With ten times fewer of the others the middle stays between the sides."""
    vectors, sides = messages(1)
    few = np.concatenate([np.flatnonzero(sides > 0), np.flatnonzero(sides < 0)[:10]])
    found = Ours.learn(vectors[few], sides[few])
    new, right = messages(2)
    assert np.mean(np.sign(found.of(new)) == right) > 0.9


def test_what_says_nothing_of_it_is_not_learned_from():
    """Thanks are neither."""
    vectors, sides = messages(1)
    thanks = np.full((30, 24), 0.2, np.float32)
    with_thanks = Ours.learn(np.concatenate([vectors, thanks]), np.concatenate([sides, np.zeros(30, np.int64)]))
    assert with_thanks.of(vectors) == pytest.approx(Ours.learn(vectors, sides).of(vectors), abs=1e-5)


def test_with_one_side_alone_everything_is_ours():
    """A training with nothing that is none of its business knows no other side."""
    vectors, _ = messages(1)
    assert Ours.learn(vectors, np.ones(len(vectors), np.int64)).of(vectors).tolist() == [1.0] * len(vectors)


def test_what_is_kept_says_the_same():
    """Numbers only."""
    vectors, sides = messages(1)
    found = Ours.learn(vectors, sides)
    assert np.array_equal(Ours.from_arrays(found.arrays()).of(vectors), found.of(vectors))


def test_a_reading_is_doubted_the_more_the_less_its_message_is_ours():
    """Where the message is ours it stays as it is; never does it become none."""
    assert doubted(0.7, OURS_FROM) == 0.7
    assert doubted(0.7, 2.0) == 0.7
    falling = [doubted(0.7, ours) for ours in (OURS_FROM, 0.0, -0.5, -1.0)]
    assert falling == sorted(falling, reverse=True)
    assert doubted(0.99, -1.0) > 0.8
    assert doubted(1.0, -1.0) == 1.0
    assert doubted(0.0, -1.0) == 0.0

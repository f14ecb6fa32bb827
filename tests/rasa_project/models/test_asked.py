"""How near the questions that were written for paragraphs are to what is asked."""

import numpy as np
import pytest

from bot.nlu.models.asked import Asked, stems_by_owner

DIMENSIONS = 384


def turned(*angles):
    """Return vectors of length one in a plane of the encoder's space, each at an angle in degrees."""
    found = np.zeros((len(angles), DIMENSIONS), np.float32)
    found[:, 0], found[:, 1] = np.cos(np.radians(angles)), np.sin(np.radians(angles))
    return found


def test_a_paragraph_is_as_near_as_the_nearest_of_its_questions():
    """In whatever order the questions of several paragraphs come."""
    asked = Asked.of([7, 2, 7, 2], turned(0, 90, 60, 45))

    assert asked.owners.tolist() == [2, 7]
    for angle, owner in ((0, 7), (90, 2), (60, 7), (45, 2)):
        near = dict(zip(asked.owners.tolist(), asked.nearness(turned(angle)[0]).tolist(), strict=True))
        assert near[owner] == pytest.approx(1.0, abs=1e-3)
        assert near[owner] >= max(near.values()) - 1e-3


def test_what_differs_within_paragraphs_counts_for_less():
    """Six people ask after one paragraph in words as different as they are: what differs there tells nothing."""
    chance = np.random.default_rng(5)
    owners = np.repeat(np.arange(40), 6)
    meant, said = (np.linalg.qr(chance.normal(size=(DIMENSIONS, 30)))[0].T for _ in range(2))
    vectors = (chance.normal(size=(40, 30)) @ meant)[owners] + 3 * chance.normal(size=(240, 30)) @ said
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    seen = np.arange(240) % 6 > 0

    asked = Asked.of(owners[seen], vectors[seen])
    found = [int(asked.owners[asked.nearness(vector).argmax()]) for vector in vectors[~seen]]
    by_cosine = owners[seen][(vectors[~seen] @ vectors[seen].T).argmax(axis=1)]

    right = np.mean(np.array(found) == owners[~seen])
    assert asked.directions.shape[1] < DIMENSIONS / 2
    assert right > 0.8
    assert right > np.mean(by_cosine == owners[~seen]) + 0.2


def test_what_points_elsewhere_is_not_near_at_all():
    """Not less than that: 0 to 1 is what the weights were learned for."""
    assert Asked.of([0], turned(0)).nearness(turned(170)[0]).tolist() == [0.0]


def test_without_questions_nothing_is_near():
    """A clinic may have written none."""
    asked = Asked.of([], np.zeros((0, DIMENSIONS), np.float32))

    assert asked.nearness(turned(0)[0]).shape == asked.owners.shape == (0,)


def test_kept_and_read_again_they_are_as_near(tmp_path):
    """To the last bit: the model archive has all that is needed."""
    asked = Asked.of([1, 0, 1], turned(10, 80, 33))
    asked.save(tmp_path)
    again = Asked.load(tmp_path)

    assert again.owners.tolist() == [0, 1]
    assert (again.nearness(turned(40)[0]) == asked.nearness(turned(40)[0])).all()


def test_words_of_all_questions_of_a_paragraph_count():
    """No one question has them all."""
    assert stems_by_owner([1, 0, 1], [{"sore"}, {"price"}, {"hurt"}]) == {0: {"price"}, 1: {"sore", "hurt"}}

"""The space that comes with Frontdesk is that of its encoder, and of examples like its own."""

from __future__ import annotations

import numpy as np
import pytest

from bot.encoder.shipped_vectors import ADAPTER
from bot.nlu.models.shipped_space import SPACE, fitting, write
from bot.nlu.models.space import Space
from bot.nlu.project import project_path

KNOWN, NEW = np.zeros(4, bool), np.ones(4, bool)
TEXTS = ["does it hurt", "is it safe", "how much is it", "can I drive"]


@pytest.fixture
def shipped(tmp_path):
    """Return a folder with a space and an adapter."""
    vectors = np.random.default_rng(1).normal(size=(4, 16)).astype(np.float32)
    (tmp_path / "adapter.npz").write_bytes(b"an adapter")
    write(Space.of(TEXTS, vectors, np.arange(4)), tmp_path / "adapter.npz", tmp_path / "space.npz")
    return tmp_path


def test_space_comes_back_as_it_was(shipped):
    """To the last bit, or what was added up in it would not count."""
    vectors = np.random.default_rng(1).normal(size=(4, 16)).astype(np.float32)

    space = fitting(shipped / "space.npz", shipped / "adapter.npz", KNOWN)

    assert space is not None
    assert space.digest() == Space.of(TEXTS, vectors, np.arange(4)).digest()
    assert space.features(["hurt"], vectors[:1], 0.4).shape == (1, space.width)


def test_examples_that_the_encoder_does_not_know_get_a_space_of_their_own(shipped):
    """A clinic of another kind is not measured by sentences about injections."""
    assert fitting(shipped / "space.npz", shipped / "adapter.npz", NEW) is None


def test_space_of_another_encoder_does_not_count(shipped):
    """Its directions point anywhere."""
    (shipped / "adapter.npz").write_bytes(b"another adapter")

    assert fitting(shipped / "space.npz", shipped / "adapter.npz", KNOWN) is None


@pytest.mark.parametrize("content", [None, b"", b"PK no archive"])
def test_without_a_whole_file_training_makes_its_own(shipped, content):
    """It takes longer, that is all."""
    (shipped / "space.npz").unlink()
    if content is not None:
        (shipped / "space.npz").write_bytes(content)

    assert fitting(shipped / "space.npz", shipped / "adapter.npz", KNOWN) is None


def test_the_file_fits_the_encoder():
    """Write it again with `python -m bot.nlu.tuning.ship_space` when this fails."""
    space = fitting(project_path(str(SPACE)), project_path(str(ADAPTER)), KNOWN)

    assert space is not None
    assert space.landmarks.shape == (2000, 128)

"""Vectors of training examples outlive the training that made them, and only those that are new are made."""

from __future__ import annotations

import numpy as np

from bot.encoder import example_vectors
from bot.encoder.example_vectors import EXAMPLES_FILE, ExampleVectors


def _vectors(*keys):
    return {key: np.full(4, key / 10, np.float32) for key in keys}


def test_vectors_are_there_for_the_next_training(tmp_path):
    """In another process, from the file."""
    ExampleVectors(tmp_path / EXAMPLES_FILE).add(_vectors(1, 2**63))

    again = ExampleVectors(tmp_path / EXAMPLES_FILE)

    assert 1 in again
    assert 2**63 in again
    assert 3 not in again
    assert np.allclose(again[1], 0.1, atol=1e-3)


def test_new_ones_join_those_that_are_there(tmp_path):
    """Ten edited sentences cost ten vectors."""
    ExampleVectors(tmp_path / EXAMPLES_FILE).add(_vectors(1))
    ExampleVectors(tmp_path / EXAMPLES_FILE).add(_vectors(2))

    again = ExampleVectors(tmp_path / EXAMPLES_FILE)

    assert all(key in again for key in (1, 2))


def test_broken_file_is_made_again(tmp_path):
    """A full disk or a killed training must not stop the next one."""
    path = tmp_path / EXAMPLES_FILE
    path.write_bytes(b"PK but no archive")

    vectors = ExampleVectors(path)
    assert 1 not in vectors
    vectors.add(_vectors(1))

    assert 1 in ExampleVectors(path)


def test_sentences_that_nobody_trains_on_go_in_the_end(tmp_path, monkeypatch):
    """The file does not grow for ever."""
    monkeypatch.setattr(example_vectors, "_MOST_KEPT", 3)
    ExampleVectors(tmp_path / EXAMPLES_FILE).add(_vectors(1, 2, 3))

    ExampleVectors(tmp_path / EXAMPLES_FILE).add(_vectors(4))

    again = ExampleVectors(tmp_path / EXAMPLES_FILE)
    assert 4 in again
    assert 1 not in again


def test_nothing_is_left_half_written(tmp_path):
    """Only the file itself stays in the encoder's folder."""
    ExampleVectors(tmp_path / EXAMPLES_FILE).add(_vectors(1))

    assert [path.name for path in tmp_path.iterdir()] == [EXAMPLES_FILE]

"""The adapter is a small file that fits the published weights, or a clear error."""

from __future__ import annotations

import numpy as np
import pytest

from bot.encoder.adapter import Adapter, text_key, text_keys
from bot.encoder.build import ADAPTER
from bot.nlu.project import project_path

NAME = "encoder.layer.0.output.dense"


@pytest.fixture
def adapter():
    """Return an update of one matrix of 4 outputs by 6 inputs."""
    random = np.random.default_rng(1)
    down, up = (random.normal(size=shape).astype(np.float16).astype(np.float32) for shape in ((6, 2), (2, 4)))
    return Adapter({NAME: (down, up)}, text_keys(["does it hurt", "how much is it"]))


def test_it_is_read_as_it_was_written(adapter, tmp_path):
    """And the same adapter gives the same bytes, so that git sees a change only where there is one."""
    adapter.write(tmp_path / "a.npz")
    adapter.write(tmp_path / "b.npz")

    read = Adapter.read(tmp_path / "a.npz")

    assert read.seen == adapter.seen
    assert all((a == b).all() for a, b in zip(read.updates[NAME], adapter.updates[NAME], strict=True))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_merging_adds_the_update_and_leaves_the_rest(adapter):
    """What the encoder computes with it is W x + (down up)^T x."""
    weights = {f"{NAME}.weight": np.ones((4, 6), np.float32), "pooler.dense.bias": np.ones(3, np.float32)}
    down, up = adapter.updates[NAME]

    merged = adapter.merged_with(weights)

    assert merged[f"{NAME}.weight"] == pytest.approx(1 + (down @ up).T)
    assert merged["pooler.dense.bias"] is weights["pooler.dense.bias"]
    assert (weights[f"{NAME}.weight"] == 1).all()


@pytest.mark.parametrize("weights", [{}, {f"{NAME}.weight": np.ones((6, 4), np.float32)}])
def test_other_weights_are_refused(adapter, weights):
    """An adapter of another encoder must not be added to this one."""
    with pytest.raises(ValueError, match=r"does not fit the encoder: encoder\.layer\.0\.output\.dense"):
        adapter.merged_with(weights)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_broken_file_is_named(content, tmp_path):
    """Half a file, or another one under its name."""
    (tmp_path / "broken.npz").write_bytes(content)

    with pytest.raises(ValueError, match=r"broken\.npz holds no adapter"):
        Adapter.read(tmp_path / "broken.npz")


def test_key_of_a_text_stays():
    """The keys in the file of git must be those of the same texts tomorrow."""
    assert text_key("does it hurt") == text_key("does it hurt") != text_key("does it hurt?")
    assert text_key("") == 16476032584258269876


def test_the_one_in_git_knows_what_it_was_learned_from():
    """Seven of eight examples, in two readings each where names stand in them; so it is small, and read in a moment."""
    path = project_path(str(ADAPTER))

    assert len(Adapter.read(path).seen) > 5000
    assert path.stat().st_size < 2_000_000

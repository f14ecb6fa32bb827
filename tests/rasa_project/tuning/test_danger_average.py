"""The mean of several fits of the danger model: number by number, and never of models that mean other things."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.tuning.danger_average import average


def _fit(folder: Path, value: float, *, signs: tuple[str, ...] = ("stroke",)) -> Path:
    """Write a fit whose numbers are all the same."""
    folder.mkdir()
    np.savez(folder / "adapter.npz", up=np.full((2, 3), value, np.float16), seen=np.array([7], np.uint64))
    np.savez(folder / "heads.npz", level_bias=np.full(4, value, np.float16))
    (folder / "model.json").write_text(json.dumps({"version": str(value), "signs": signs, "sha256": {}}), "utf-8")
    return folder


def test_numbers_are_averaged_and_the_card_says_what_was_written(tmp_path: Path):
    """In the types they had; the card is that of the last fit, with new checksums."""
    fits = [_fit(tmp_path / name, value) for name, value in (("one", 1.0), ("two", 2.0), ("three", 6.0))]

    average(fits, fits[0])

    with np.load(fits[0] / "adapter.npz") as adapter, np.load(fits[0] / "heads.npz") as heads:
        assert (adapter["up"].dtype, adapter["up"].tolist()) == (np.float16, [[3.0] * 3] * 2)
        assert adapter["seen"].tolist() == [7]
        assert heads["level_bias"].tolist() == [3.0] * 4
    card = json.loads((fits[0] / "model.json").read_text("utf-8"))
    assert card["version"] == "6.0"
    assert card["sha256"] == {
        name: hashlib.sha256((fits[0] / name).read_bytes()).hexdigest() for name in ("adapter.npz", "heads.npz")
    }


def test_fits_of_other_signs_have_no_mean(tmp_path: Path):
    """The same place stands for another sign in each."""
    fits = [_fit(tmp_path / "one", 1.0), _fit(tmp_path / "two", 2.0, signs=("seizure",))]

    with pytest.raises(ValueError, match="other signs"):
        average(fits, tmp_path)

"""The danger model takes no file but its own, and no encoder but the one that was built for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.triage.danger_model import load_danger_model
from tests.unit.triage.conftest import DANGER, ENCODER


def _card() -> dict[str, object]:
    card: dict[str, object] = json.loads((DANGER / "model.json").read_text(encoding="utf-8"))
    return card


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the model's files."""
    folder = tmp_path / "danger"
    folder.mkdir()
    for name in ("model.json", "heads.npz", "adapter.npz"):
        shutil.copy(DANGER / name, folder)
    return folder


def _without(key: str) -> str:
    return json.dumps({name: value for name, value in _card().items() if name != key})


def test_a_copy_of_the_model_is_the_model(copied: Path):
    """Else the tests below would show nothing."""
    one, other = load_danger_model(copied, ENCODER), load_danger_model(DANGER, ENCODER)

    assert one.read("I can't breathe") == other.read("I can't breathe")


@pytest.mark.parametrize("name", ["heads.npz", "adapter.npz"])
def test_another_file_than_the_card_names_is_refused(copied: Path, name: str):
    """Heads of one model and the card of another would give numbers, and wrong ones."""
    (copied / name).write_bytes((DANGER / name).read_bytes()[:-1])

    with pytest.raises(ContentError, match=rf"{name} is not the file .* take data/danger from git again"):
        load_danger_model(copied, ENCODER)


@pytest.mark.parametrize("name", ["model.json", "heads.npz", "adapter.npz"])
def test_missing_file_is_told(copied: Path, name: str):
    """With what to do."""
    (copied / name).unlink()

    with pytest.raises(ContentError, match=rf"{name}.*take data/danger from git again"):
        load_danger_model(copied, ENCODER)


@pytest.mark.parametrize(
    "card",
    [
        "",
        "<<<<<<< HEAD",
        "[]",
        "null",
        "{}",
        *(_without(key) for key in ("sha256", "version", "signs", "scale", "sure_sign")),
    ],
    ids=["empty", "conflict", "list", "null", "nothing", "sha256", "version", "signs", "scale", "sure_sign"],
)
def test_broken_card_is_refused(copied: Path, card: str):
    """Empty, half merged, or without a part."""
    (copied / "model.json").write_text(card, encoding="utf-8")

    with pytest.raises(ContentError, match="take data/danger from git again"):
        load_danger_model(copied, ENCODER)


def test_missing_encoder_says_how_to_build_it(tmp_path: Path):
    """A fresh clone is told what to run."""
    with pytest.raises(ContentError, match=r"no sentence encoder in .*/none\. Build it: \./frontdesk train"):
        load_danger_model(DANGER, tmp_path / "none")


def test_encoder_that_was_built_with_another_adapter_is_refused(tmp_path: Path):
    """As after a pull that brings a new model: its heads mean nothing to the old encoder's numbers."""
    folder = tmp_path / "danger"
    shutil.copytree(ENCODER, folder, copy_function=lambda source, place: Path(place).symlink_to(source))
    manifest = json.loads((ENCODER / "manifest.json").read_text(encoding="utf-8"))
    manifest["built_from"]["adapter"] = "0" * 64
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(ContentError, match=r"\./frontdesk train"):
        load_danger_model(DANGER, folder)

"""Training happens when what it reads has changed, and only then."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.cli.setting_up import fingerprint


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project with one file of most kinds that training reads, and a model trained from it."""
    for name in (
        "config.yml",
        "domain.yml",
        "data/nlu/topics/cost.yml",
        "data/rules/safety.yml",
        "data/knowledge/asked/forum.tsv",
        "bot/nlu/text/words.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n", encoding="utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / fingerprint.MODEL).write_bytes(b"model")
    fingerprint.record(tmp_path, fingerprint.fingerprint(tmp_path))
    return tmp_path


def test_model_is_current_when_nothing_has_changed(tree: Path):
    """A second start does not train."""
    assert fingerprint.is_current(tree)


@pytest.mark.parametrize(
    "name",
    [
        "config.yml",
        "data/nlu/topics/cost.yml",
        "data/rules/safety.yml",
        "data/knowledge/asked/forum.tsv",
        "bot/nlu/text/words.py",
    ],
)
def test_change_of_what_training_reads_asks_for_training(tree: Path, name: str):
    """One more line in any of the inputs is enough."""
    (tree / name).write_text("changed", encoding="utf-8")

    assert not fingerprint.is_current(tree)


def test_new_renamed_and_deleted_files_ask_for_training(tree: Path):
    """Names count as well as contents."""
    before = fingerprint.fingerprint(tree)

    (tree / "data/nlu/topics/cost.yml").rename(tree / "data/nlu/topics/price.yml")
    renamed = fingerprint.fingerprint(tree)
    (tree / "data/nlu/topics/price.yml").unlink()

    assert len({before, renamed, fingerprint.fingerprint(tree)}) == 3


@pytest.mark.parametrize("name", ["README.md", "data/knowledge/topics.yml", "bot/nlu/notes.txt", "clinic.yml"])
def test_other_files_do_not_ask_for_training(tree: Path, name: str):
    """What a clinician edits is served without training."""
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed", encoding="utf-8")

    assert fingerprint.is_current(tree)


def test_a_fresh_clone_with_other_dates_has_the_same_fingerprint(tree: Path):
    """Dates do not count: git sets them anew."""
    before = fingerprint.fingerprint(tree)

    os.utime(tree / "config.yml", (1, 1))

    assert fingerprint.fingerprint(tree) == before


def test_training_that_is_cut_short_is_done_again(tree: Path):
    """The record is gone from the moment training begins."""
    fingerprint.forget(tree)

    assert not fingerprint.is_current(tree)


def test_deleted_model_is_trained_again(tree: Path):
    """A record without its model says nothing."""
    (tree / fingerprint.MODEL).unlink()

    assert not fingerprint.is_current(tree)

"""A start finds out at once that nothing has changed, and is not taken in by another database or a changed file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.setting_up import environments, fingerprint, last_setup
from bot.encoder.example_vectors import EXAMPLES_FILE
from bot.settings import ROOT, Settings

EMAIL = "admin@clinic.example"


@pytest.fixture
def done(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project of its own that has just been set up; its environments and model are not what is tested here."""
    monkeypatch.setattr(environments, "is_synced", lambda *_: True)
    monkeypatch.setattr(fingerprint, "is_current", lambda *_: True)
    root = tmp_path / "project"
    (root / "var").mkdir(parents=True)
    for name in ("encoder", "danger"):
        (root / "models" / name).mkdir(parents=True)
        (root / "models" / name / "encoder.onnx").write_bytes(b"weights")
    (root / "data" / "danger").mkdir(parents=True)
    (root / "data" / "danger" / "model.json").write_text("{}\n", encoding="utf-8")
    shutil.copytree(ROOT / "data" / "knowledge", root / "data" / "knowledge")
    for name in ("clinic.yml", "domain.yml"):
        shutil.copy(ROOT / name, root)
    own = replace(
        settings,
        root=root,
        clinic_path=root / "clinic.yml",
        domain_path=root / "domain.yml",
        knowledge_path=root / "data" / "knowledge",
    )
    last_setup.note(own, set_up_from=last_setup.sources(own), account=EMAIL)
    return own


def test_nothing_has_changed(done: Settings):
    """Then there is nothing to do, and the address to sign in with is known."""
    assert last_setup.first_account(done) == EMAIL


@pytest.mark.parametrize(
    "changed",
    [
        "clinic.yml",
        "domain.yml",
        "data/knowledge/topics.yml",
        "data/knowledge/facts.tsv",
        "data/danger/model.json",
        "models/encoder/encoder.onnx",
        "models/danger/encoder.onnx",
    ],
)
def test_a_changed_file_is_noticed(done: Settings, changed: str):
    """Whatever setting up reads or builds."""
    with (done.root / changed).open("a", encoding="utf-8") as file:
        file.write("\n")

    assert last_setup.first_account(done) is None


def test_vectors_that_a_training_has_added_are_no_change(done: Settings):
    """They are kept for the next training; the encoder is what it was."""
    (done.root / "models" / "encoder" / EXAMPLES_FILE).write_bytes(b"more")

    assert last_setup.first_account(done) == EMAIL


def test_an_answer_that_was_added_or_taken_away_is_noticed(done: Settings):
    """A file more or less is a change, too."""
    (done.root / "data" / "knowledge" / "answers" / "new.yml").write_text("answers: []\n", encoding="utf-8")

    assert last_setup.first_account(done) is None


def test_a_deleted_database_is_noticed(done: Settings):
    """And is not made by looking for it."""
    path = Path(done.database_url.removeprefix("sqlite:///"))
    path.unlink()

    assert last_setup.first_account(done) is None
    assert not path.exists()


def test_a_backup_of_another_day_is_noticed(done: Settings, seeded_database: Path):
    """It may lack migrations and answers."""
    shutil.copy(seeded_database, done.database_url.removeprefix("sqlite:///"))

    assert last_setup.first_account(done) is None


@pytest.mark.parametrize("left", ["", "{", "[]", '{"digest": "ab"}'])
def test_a_broken_note_counts_as_none(done: Settings, left: str):
    """A crash in the middle of writing costs one set-up, nothing else."""
    (done.root / last_setup.RECORD).write_text(left, encoding="utf-8")

    assert last_setup.first_account(done) is None


def test_an_edit_made_during_the_set_up_is_not_lost(done: Settings):
    """What counts is what the files were when it began."""
    before = last_setup.sources(done)
    (done.root / "clinic.yml").write_text("name: Another\n", encoding="utf-8")
    last_setup.note(done, set_up_from=before, account=EMAIL)

    assert last_setup.first_account(done) is None


@contextmanager
def _not_current(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(module, name, lambda *_: False)
        yield


def test_environment_and_model_must_be_current_too(done: Settings, monkeypatch: pytest.MonkeyPatch):
    """They have records of their own."""
    for module, name in ((environments, "is_synced"), (fingerprint, "is_current")):
        with _not_current(monkeypatch, module, name):
            assert last_setup.first_account(done) is None


def test_postgresql_is_looked_at_with_every_start(done: Settings):
    """It has no place for the mark."""
    elsewhere = replace(done, database_url="postgresql+psycopg://frontdesk@db.example/frontdesk")
    last_setup.forget(elsewhere)
    last_setup.note(elsewhere, set_up_from=last_setup.sources(elsewhere), account=EMAIL)

    assert last_setup.first_account(elsewhere) is None

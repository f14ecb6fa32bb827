"""Setting up trains when it must, records it only on success, and says what went wrong."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.cli.setting_up import environments, fingerprint, setup
from bot.cli.steps import StepError, Steps

TRAINS = "#!/bin/sh\necho trained >>models/runs\necho model >models/frontdesk.tar.gz\n"
FAILS = "#!/bin/sh\necho 'domain.yml:12: unknown key'\nexit 1\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project whose Rasa environment has a small program in place of Python."""
    (tmp_path / "config.yml").write_text("language: en\n", encoding="utf-8")
    (tmp_path / "models").mkdir()
    _install(tmp_path, TRAINS)
    return tmp_path


@pytest.fixture
def steps() -> Steps:
    """Steps that nobody watches."""
    return Steps(io.StringIO())


def _install(root: Path, program: str) -> None:
    python = environments.RASA.executable(root)
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(program, encoding="utf-8")
    python.chmod(0o755)


def _trainings(root: Path) -> int:
    return len((root / "models" / "runs").read_text(encoding="utf-8").splitlines())


def test_second_start_does_not_train(tree: Path, steps: Steps):
    """Nothing has changed in between."""
    setup.train_model(tree, steps)
    setup.train_model(tree, steps)

    assert _trainings(tree) == 1


def test_changed_data_are_trained_again(tree: Path, steps: Steps):
    """One edited file is enough."""
    setup.train_model(tree, steps)
    (tree / "config.yml").write_text("language: es\n", encoding="utf-8")
    setup.train_model(tree, steps)

    assert _trainings(tree) == 2


def test_force_trains_without_a_change(tree: Path, steps: Steps):
    """`frontdesk train --force`."""
    setup.train_model(tree, steps)
    setup.train_model(tree, steps, force=True)

    assert _trainings(tree) == 2


def test_failed_training_shows_why_and_is_tried_again(tree: Path, steps: Steps):
    """The old model's record does not make a broken change look trained."""
    setup.train_model(tree, steps)
    (tree / "config.yml").write_text("broken\n", encoding="utf-8")
    _install(tree, FAILS)

    with pytest.raises(StepError, match=r"domain\.yml:12: unknown key\ntraining Rasa failed"):
        setup.train_model(tree, steps)

    assert not fingerprint.is_current(tree)


def test_training_that_leaves_no_model_is_an_error(tree: Path, steps: Steps):
    """Exit status 0 alone proves nothing."""
    _install(tree, "#!/bin/sh\nexit 0\n")

    with pytest.raises(StepError, match="is not there"):
        setup.train_model(tree, steps)

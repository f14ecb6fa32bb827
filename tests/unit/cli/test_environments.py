"""An environment is synced when its list has changed, and only then."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.cli.setting_up import environments
from bot.cli.setting_up.environments import RASA
from bot.cli.steps import StepError


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project whose Rasa environment follows its list."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / RASA.requirements).write_text("rasa==3.6.21\n", encoding="utf-8")
    python = RASA.executable(tmp_path)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    stamp = tmp_path / RASA.folder / environments.STAMP
    stamp.write_text(environments.wanted_stamp(RASA, tmp_path), encoding="utf-8")
    return tmp_path


def test_environment_that_follows_its_list_is_left_alone(tree: Path):
    """A second start installs nothing."""
    assert environments.is_synced(RASA, tree)


def test_changed_list_makes_the_environment_stale(tree: Path):
    """A new version in the list is installed at the next start."""
    (tree / RASA.requirements).write_text("rasa==3.6.22\n", encoding="utf-8")

    assert not environments.is_synced(RASA, tree)


def test_environment_without_a_stamp_is_stale(tree: Path):
    """An installation that was cut short is done again."""
    (tree / RASA.folder / environments.STAMP).unlink()

    assert not environments.is_synced(RASA, tree)


def test_environment_whose_python_is_gone_is_stale(tree: Path):
    """A Python removed from the machine leaves a link to nothing."""
    RASA.executable(tree).unlink()
    RASA.executable(tree).symlink_to(tree / "gone")

    assert not environments.is_synced(RASA, tree)


def test_missing_uv_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """No uv anywhere: the message names the way out."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("FRONTDESK_UV", raising=False)

    with pytest.raises(StepError, match=r"Delete \.venv"):
        environments.find_uv(tmp_path)

"""Two edges on two machines have one learner at a time, and each has in its models what the other has learned."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from bot.bootstrap import Services
from bot.curation.lines import LINES, LINES_FILE
from bot.curation.trainings import LEARNING
from bot.settings import Settings
from tests.learning_tree import (
    MODEL,
    a_clinician,
    a_ready_lesson,
    make_tree,
    settings_of,
    start_learner,
    status_of,
    trainings_of,
    wait_for,
)

QUESTION = "can i come today"


@pytest.fixture
def machines(settings: Settings, tmp_path: Path) -> tuple[Settings, Settings]:
    """Give the settings of two machines on one database, each with models of its own."""
    first, second = (settings_of(settings, make_tree(tmp_path / name)) for name in ("first", "second"))
    return first, second


def _learns(machine: Settings) -> str:
    """Run a learner to its end; give what it prints."""
    learner = start_learner(machine)
    printed, _ = learner.communicate(timeout=120)
    assert learner.returncode == 0
    return printed


def test_two_retrains_at_once_are_one(machines: tuple[Settings, Settings], services: Services, other: Services):
    """On two machines, started by two edges: the second does nothing, and catches up when the first has ended."""
    first, second = machines
    lesson = a_ready_lesson(services, QUESTION)
    (first.root / "slow").touch()
    training = start_learner(first)
    wait_for(first.root / "training")

    assert "Another one is at it." in _learns(second)
    assert not other.named_locks.take(LEARNING)
    assert not (second.root / "trained").exists()

    (first.root / "slow").unlink()
    training.communicate(timeout=120)
    assert training.returncode == 0
    assert [status for status, _ in trainings_of(services)] == ["live"]
    assert status_of(services, lesson) == "learned"

    assert _learns(second) == ""
    assert QUESTION in (second.root / MODEL).read_text(encoding="utf-8")
    assert [status for status, _ in trainings_of(services)] == ["live"]


def test_undo_reaches_the_other_machine(machines: tuple[Settings, Settings], services: Services):
    """Without a training on either: each has the model of before."""
    first, second = machines
    a_ready_lesson(services, QUESTION)
    _learns(first)
    _learns(second)
    services.trainings.want_undone(1, a_clinician(services))

    _learns(second)
    _learns(first)

    for machine in machines:
        assert (machine.root / MODEL).read_text(encoding="utf-8") == "{}"
        assert not (machine.root / LINES / LINES_FILE).exists()
        assert (machine.root / "trained").read_text(encoding="utf-8") == "x"


def test_a_learner_that_is_killed_leaves_its_machine_as_it_was_and_the_other_learns(
    machines: tuple[Settings, Settings], services: Services
):
    """Its lock goes with it."""
    first, second = machines
    lesson = a_ready_lesson(services, QUESTION)
    (first.root / "slow").touch()
    training = start_learner(first)
    wait_for(first.root / "training")
    training.send_signal(signal.SIGKILL)
    training.communicate()

    assert (first.root / MODEL).read_text(encoding="utf-8") == "{}"
    assert _learns(second) == ""
    assert status_of(services, lesson) == "learned"
    assert [status for status, _ in trainings_of(services)] == ["failed", "live"]

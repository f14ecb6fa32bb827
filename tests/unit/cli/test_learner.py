"""The learner: what is good goes live, what is not leaves the model of before, and so does whatever stops it."""

from __future__ import annotations

import io
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlalchemy import text

from bot.bootstrap import Services, build_services
from bot.cli.learning.learner import Learner
from bot.cli.learning.model_files import UNFINISHED, ModelFiles
from bot.cli.setting_up import fingerprint
from bot.cli.steps import StepError, Steps
from bot.curation.lines import LINES, LINES_FILE, are_as_learned
from bot.curation.states import TrainingStatus
from bot.curation.trainings import Trainings
from bot.settings import Settings
from tests.factories import encrypted
from tests.fakes import FakeRasa
from tests.learning_tree import (
    MODEL,
    SETS,
    a_clinician,
    a_ready_lesson,
    make_tree,
    settings_of,
    start_learner,
    status_of,
    trainings_of,
    wait_for,
)

if TYPE_CHECKING:
    from bot.rasa_client.client import RasaClient


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project whose Rasa environment has a small program in place of Python, with a model that knows nothing."""
    return make_tree(tmp_path / "tree")


@pytest.fixture
def own(settings: Settings, tree: Path) -> Settings:
    """Settings of that project."""
    return settings_of(settings, tree)


@pytest.fixture
def politeness(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests themselves at their usual priority."""
    monkeypatch.setattr(os, "nice", lambda _by: 0)


pytestmark = pytest.mark.usefixtures("politeness")


def _learner(own: Settings) -> Learner:
    return Learner(own, Steps(io.StringIO()), SETS)


def test_what_is_good_goes_live(own: Settings, tree: Path, services: Services):
    """With its lines, the model of before beside it, and nothing left to train at the next start."""
    lesson = a_ready_lesson(services, "can i come today")

    assert _learner(own).run()

    assert status_of(services, lesson) == "learned"
    assert "can i come today" in (tree / MODEL).read_text(encoding="utf-8")
    assert "can i come today" in (tree / LINES / LINES_FILE).read_text(encoding="utf-8")
    assert (tree / "models/frontdesk.before.tar.gz").read_text(encoding="utf-8") == "{}"
    assert fingerprint.is_current(tree)
    assert not (tree / "var/curation/trial").exists()
    assert trainings_of(services) == [("live", [])]


def test_it_learns_with_a_key_too(own: Settings, tree: Path, rasa: FakeRasa):
    """The lesson is read from where it is encrypted; what was learned of it is a file, as without one."""
    keyed = encrypted(own)
    services = build_services(keyed, rasa=cast("RasaClient", rasa))
    lesson = a_ready_lesson(services, "can i come today")
    with services.database.engine.connect() as connection:
        stored = connection.execute(text("SELECT question FROM lessons")).scalar_one()

    assert _learner(keyed).run()

    assert "come today" not in stored
    assert status_of(services, lesson) == "learned"
    assert "can i come today" in (tree / LINES / LINES_FILE).read_text(encoding="utf-8")
    assert trainings_of(services) == [("live", [])]
    services.named_locks.close()
    services.database.close()


def test_the_gate_keeps_the_model_of_before(own: Settings, tree: Path, services: Services):
    """And of several lessons the good one goes live by itself."""
    good, bad = a_ready_lesson(services, "can i come today"), a_ready_lesson(services, "spoil it")

    assert _learner(own).run()

    assert (status_of(services, good), status_of(services, bad)) == ("learned", "refused")
    assert "spoil it" not in (tree / MODEL).read_text(encoding="utf-8")
    assert [status for status, _ in trainings_of(services)] == ["refused", "live", "refused"]
    assert "would lose 3: 0 of 3 right" in trainings_of(services)[0][1][0]


def test_what_was_learned_before_is_not_lost(own: Settings, tree: Path, services: Services):
    """The same words as something else are turned down."""
    a_ready_lesson(services, "can i come today")
    _learner(own).run()
    again = a_ready_lesson(services, "can i come today", "ask_cost")

    _learner(own).run()

    assert status_of(services, again) == "refused"
    assert '"ask_booking"' in (tree / MODEL).read_text(encoding="utf-8")


def test_a_training_that_fails_leaves_all_as_it_was(own: Settings, tree: Path, services: Services):
    """Its lessons are still ready, and learned once it works."""
    lesson = a_ready_lesson(services, "can i come today")
    (tree / "broken").touch()

    with pytest.raises(StepError, match="no such component"):
        _learner(own).run()

    assert (tree / MODEL).read_text(encoding="utf-8") == "{}"
    assert fingerprint.is_current(tree)
    assert status_of(services, lesson) == "ready"
    (tree / "broken").unlink()
    _learner(own).run()
    assert status_of(services, lesson) == "learned"


def test_killed_in_the_middle_it_leaves_the_model_of_before(own: Settings, tree: Path, services: Services):
    """The next one says so and begins anew."""
    lesson = a_ready_lesson(services, "can i come today")
    (tree / "slow").touch()
    process = start_learner(own)
    wait_for(tree / "training")
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert (tree / MODEL).read_text(encoding="utf-8") == "{}"
    assert fingerprint.is_current(tree)
    assert not (tree / LINES).exists()
    assert [status for status, _ in trainings_of(services)] == [TrainingStatus.RUNNING.value]
    (tree / "slow").unlink()
    assert _learner(own).run()

    assert status_of(services, lesson) == "learned"
    assert [status for status, _ in trainings_of(services)] == ["failed", "live"]


def test_two_at_once_are_one(own: Settings, tree: Path, services: Services):
    """The second says so and does nothing."""
    a_ready_lesson(services, "can i come today")
    (tree / "slow").touch()
    first = threading.Thread(target=_try, args=(own,))
    first.start()
    wait_for(tree / "training")

    assert _learner(own).run() is False

    (tree / "broken").touch()
    first.join(90.0)
    assert len(trainings_of(services)) == 1


def _try(own: Settings) -> None:
    with pytest.raises(StepError):
        _learner(own).run()


@pytest.mark.parametrize(
    ("owner", "moment"),
    [(ModelFiles, "promote"), (fingerprint, "record"), (Trainings, "succeed"), (ModelFiles, "serve")],
    ids=["lines written", "model there", "before the record", "before Rasa is told"],
)
def test_cut_short_at_any_moment_of_the_exchange_it_is_put_right(
    owner: Any, moment: str, own: Settings, tree: Path, services: Services, monkeypatch: pytest.MonkeyPatch
):
    """Lines, model and record fit each other after the next learner, and the lesson is learned."""
    lesson = a_ready_lesson(services, "can i come today")
    with monkeypatch.context() as patch:
        patch.setattr(owner, moment, _dies)
        with pytest.raises(SystemExit):
            _learner(own).run()

    assert _learner(own).run()

    assert status_of(services, lesson) == "learned"
    assert "can i come today" in (tree / MODEL).read_text(encoding="utf-8")
    assert are_as_learned(services.database, tree)
    assert fingerprint.is_current(tree)
    assert not (tree / UNFINISHED).exists()
    assert [status for status, _ in trainings_of(services)][-1] == "live"


def _dies(*_words: object) -> None:
    raise SystemExit


def test_undo_takes_no_training(own: Settings, tree: Path, services: Services):
    """The model of before is there, and fits what there is."""
    lesson = a_ready_lesson(services, "can i come today")
    _learner(own).run()
    services.trainings.want_undone(1, a_clinician(services))

    _learner(own).run()

    assert status_of(services, lesson) == "undone"
    assert (tree / MODEL).read_text(encoding="utf-8") == "{}"
    assert not (tree / LINES / LINES_FILE).exists()
    assert fingerprint.is_current(tree)
    assert (tree / "trained").read_text(encoding="utf-8") == "x"


def test_undo_trains_where_the_model_of_before_fits_no_more(own: Settings, tree: Path, services: Services):
    """Somebody has changed what it learns from."""
    a_ready_lesson(services, "can i come today")
    _learner(own).run()
    (tree / "config.yml").write_text("language: es\n", encoding="utf-8")
    services.trainings.want_undone(1, a_clinician(services))

    _learner(own).run()

    assert (tree / MODEL).read_text(encoding="utf-8") == "{}"
    assert fingerprint.is_current(tree)
    assert (tree / "trained").read_text(encoding="utf-8") == "xx"


def test_nothing_to_learn_trains_nothing(own: Settings, tree: Path, services: Services):
    """It looks for questions, and ends."""
    assert _learner(own).run()

    assert not (tree / "trained").exists()
    assert trainings_of(services) == []

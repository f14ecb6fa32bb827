"""Production starts only when patients may use it, and says what is left to do."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from bot.bootstrap import Services
from bot.cli.commands import golive as command
from bot.errors import SettingsError
from bot.golive import blocking, checklist, require_ready
from bot.knowledge.models import AnswerVersion
from bot.settings import ROOT, Settings
from bot.staff.passwords import hash_password
from bot.staff.store import add_staff_member
from bot.vocabulary import Role
from tests.factories import encrypted


def _production(services: Services, **changes: object) -> Services:
    return replace(services, settings=replace(services.settings, env="production"), **changes)  # type: ignore[arg-type]


def _reviewed(services: Services) -> None:
    """Let a clinician have gone through every answer."""
    with services.database.write() as session:
        session.execute(update(AnswerVersion).values(sample=False, status="approved", reviewed_by="Dr. Lee"))


def _ready(services: Services) -> Services:
    _reviewed(services)
    return _production(services, clinic=services.clinic.model_copy(update={"sample": False}))


def _open(services: Services) -> set[str]:
    return {point.name for point in blocking(services) if not point.done}


def test_the_samples_do_not_start_in_production(services: Services):
    """Neither the clinic nor its answers."""
    with pytest.raises(SettingsError) as raised:
        require_ready(_production(services))

    assert _open(services) == {"Clinic", "Answers"}
    assert "remove the line 'sample: true'" in str(raised.value)
    assert "238 of 238 answers in service are samples" in str(raised.value)


def test_development_always_starts(services: Services):
    """To try it out."""
    require_ready(services)


def test_a_reviewed_clinic_starts(services: Services):
    """With every point done."""
    require_ready(_ready(services))


def test_one_sample_answer_is_enough_to_stop_it(services: Services):
    """It would not be served, and nobody would know why."""
    ready = _ready(services)
    with services.database.write() as session:
        session.execute(update(AnswerVersion).where(AnswerVersion.answer_id == "prp.safety").values(sample=True))

    with pytest.raises(SettingsError, match="1 of 238 answers"):
        require_ready(ready)


@pytest.mark.parametrize("password", ["password", "changeme", "frontdesk"])
def test_a_password_that_anybody_would_guess_stops_it(services: Services, password: str):
    """The account is named."""
    ready = _ready(services)
    hashed = hash_password(password)
    with services.database.write() as session:
        add_staff_member(session, email="new@clinic.example", name="New", role=Role.ADMIN, password_hash=hashed)

    with pytest.raises(SettingsError, match=r"guess that of new@clinic\.example"):
        require_ready(ready)


def test_an_emergency_number_that_cannot_be_called_stops_it(services: Services):
    """Left as a word to fill in."""
    ready = _ready(services)
    ready = replace(ready, clinic=ready.clinic.model_copy(update={"emergency_number": "TODO"}))

    assert _open(ready) == {"Emergency number"}


def test_the_checklist_shows_what_is_only_advised_too(services: Services):
    """Two people, coverage, reviews, a key, HTTPS."""
    points = {point.name: point for point in checklist(services)}

    assert points["Coverage"].done
    assert points["Reviews"].done
    assert not points["Two people"].done
    assert not points["HTTPS"].done
    assert "plain form" in points["Encryption"].state
    keyed = replace(services, settings=encrypted(services.settings))
    assert {point.name: point.done for point in checklist(keyed)}["Encryption"]
    assert points["Connections"].done
    far = replace(services, settings=replace(services.settings, redis_url="redis://:secret@cache:6379/0"))
    connections = next(point for point in checklist(far) if point.name == "Connections")
    assert (connections.done, "FRONTDESK_REDIS_URL" in connections.state) == (False, True)
    assert "secret" not in connections.state
    assert all(point.todo for point in points.values())


def test_the_command_names_each_point(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """And ends with an error while production would not start."""
    monkeypatch.setattr(command, "load_settings", lambda: settings)

    run = CliRunner().invoke(command.command, [])

    assert run.exit_code == 1
    assert "OPEN  Clinic" in run.output
    assert "Production does not start: 2 points are open." in run.output
    assert CliRunner().invoke(command.command, ["--json"]).output.count('"done"') == 12


def test_the_edge_itself_refuses_to_start(settings: Settings):
    """However it is started."""
    env = {**os.environ, "FRONTDESK_ENV": "production", "FRONTDESK_DATABASE_URL": settings.database_url}

    run = subprocess.run(
        [sys.executable, "-m", "bot.web"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )

    assert run.returncode == 1
    assert "does not start until this is done" in run.stderr
    assert "Traceback" not in run.stderr

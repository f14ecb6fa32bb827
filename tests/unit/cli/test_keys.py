"""The commands that make a key, encrypt what is stored, and change keys."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot.cli.main import frontdesk
from bot.db.engine import Database
from bot.privacy import encryption
from bot.sealing import read_keys
from bot.settings import Settings
from tests.factories import a_staff_member

SECRET = "JBSWY3DPEHPK3PXP"


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(frontdesk, ["keys", *arguments])


@pytest.fixture
def file(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the file that the key is to be in, and the settings of a store with something in it."""
    path = tmp_path / "secrets" / "key"
    path.parent.mkdir()
    database = Database(settings.database_url)
    a_staff_member(database)
    with database.write() as session:
        session.execute(text("UPDATE staff_members SET totp_secret = :secret"), {"secret": SECRET})
    database.close()
    for name, value in {
        "FRONTDESK_DATABASE_URL": settings.database_url,
        "FRONTDESK_TRACKER_URL": settings.tracker_url,
        "FRONTDESK_ROOT": str(tmp_path),
        "FRONTDESK_ENCRYPTION_KEY_FILE": str(path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(encryption, "OTHERS_FOLLOW_SECONDS", 0.0)
    return path


def _stored(settings: Settings) -> str:
    database = Database(settings.database_url)
    with database.engine.connect() as connection:
        found = str(connection.execute(text("SELECT totp_secret FROM staff_members")).scalar_one())
    database.close()
    return found


def test_from_no_key_to_a_changed_one(file: Path, settings: Settings):
    """Each step says what it did; only the file's owner may read it."""
    assert "key" in _run("make", str(file)).output
    first = file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert _stored(settings) == SECRET

    encrypted = _run("encrypt")
    assert encrypted.exit_code == 0, encrypted.output
    assert "staff_members" in encrypted.output
    before = _stored(settings)
    assert before.startswith("fd1.")

    _run("make", str(file))
    assert file.read_text(encoding="utf-8").endswith(first)
    rotated = _run("rotate")
    assert rotated.exit_code == 0, rotated.output
    assert _stored(settings).split(".")[1] != before.split(".")[1]

    database = Database(settings.database_url, read_keys(file.read_text(encoding="utf-8").splitlines()[0]))
    with database.read():
        pass
    database.close()


def test_without_a_key_it_says_how_to_make_one(file: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """And changes nothing."""
    monkeypatch.delenv("FRONTDESK_ENCRYPTION_KEY_FILE")

    said = _run("encrypt")

    assert said.exit_code == 1
    assert "keys make" in said.output
    assert _stored(settings) == SECRET


def test_a_file_with_something_else_stays_as_it_is(file: Path):
    """It may be the wrong file."""
    file.write_text("my notes\n", encoding="utf-8")

    said = _run("make", str(file))

    assert said.exit_code == 1
    assert "no key" in said.output
    assert file.read_text(encoding="utf-8") == "my notes\n"


def test_beside_a_frontdesk_that_runs_without_the_key_nothing_is_encrypted(
    file: Path, settings: Settings, tmp_path: Path
):
    """It could read nothing any more."""
    _run("make", str(file))
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "running.json").write_text("{}", encoding="utf-8")

    said = _run("encrypt")

    assert said.exit_code == 1
    assert "running without a key" in said.output
    assert _stored(settings) == SECRET

"""`frontdesk patients` and `frontdesk retention`: as a script uses it, and as somebody who types."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot.bootstrap import Services
from bot.cli.main import frontdesk
from bot.conversations import store
from bot.settings import Settings
from tests.factories import a_conversation

EMAIL = "zoe@mail.example"


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation whose patient has left an address."""
    conversation_id = await a_conversation(services)
    await services.receive.receive(conversation_id, "does it hurt?", None)
    with services.database.write() as session:
        store.set_contact(session, conversation_id, name="Zoe", phone=None, email=EMAIL)
    return conversation_id


@pytest.fixture
def run_any(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """Give a way to run a command on the test's database."""
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FRONTDESK_TRACKER_URL", settings.tracker_url)

    def run_it(*words: str, status: int = 0, typed: str = "") -> Result:
        result = CliRunner().invoke(frontdesk, words, input=typed)
        assert result.exit_code == status, result.output
        return result

    return run_it


@pytest.fixture
def run(run_any):
    """Give a way to run one of the commands on patients."""
    return lambda *words, **more: run_any("patients", *words, **more)


def test_an_export_is_written_where_it_was_asked_for(run, conversation: str, tmp_path: Path):
    """For nobody else on the machine to read."""
    out = tmp_path / "zoe.zip"

    assert run("export", EMAIL, "--out", str(out)).stdout.strip() == str(out)

    assert sorted(zipfile.ZipFile(out).namelist()) == ["data.json", "read-me.html"]
    assert out.stat().st_mode & 0o077 == 0


def test_forgetting_shows_what_goes_and_asks_back(run, conversation: str, services: Services):
    """No is no."""
    with services.database.write() as session:
        session.execute(text("UPDATE messages SET created_at = '2026-06-16 01:00:00'"))

    refused = run("forget", EMAIL, "--reason", "wrote to us", typed="n\n", status=1)

    assert f"{conversation}  web_chat, 2 messages, the last on 2026-06-15" in refused.stderr
    assert "messages (2)" in refused.stderr
    assert run("export", EMAIL, "--out", "/dev/null").exit_code == 0


def test_a_script_forgets_and_gets_a_receipt(run, conversation: str):
    """Once; the second time there is nothing left."""
    printed = run("forget", EMAIL, "--reason", "wrote to us", "--yes").stdout

    assert "Deleted: " in printed
    assert "messages (2)" in printed
    assert EMAIL not in printed
    assert "Nothing is stored" in run("forget", EMAIL, "--reason", "wrote to us", "--yes", status=1).output


def test_retention_says_what_it_would_delete_and_then_does(run_any, conversation: str, services: Services):
    """First only said."""
    with services.database.write() as session:
        session.execute(text("UPDATE messages SET created_at = '2020-01-01 00:00:00'"))
        session.execute(text("UPDATE conversations SET created_at = '2020-01-01 00:00:00'"))

    said = run_any("retention", "run", "--dry-run").output
    with services.database.read() as session:
        assert store.count_messages(session) == 2
    done = run_any("retention", "run").output

    assert "conversations            1" in said
    assert done.startswith(said)
    assert "Nothing of it is left" in done
    with services.database.read() as session:
        assert store.count_messages(session) == 0

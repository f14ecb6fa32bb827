"""What is deleted is gone from the files, and the number that it had is never given again."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import bindparam, text
from sqlalchemy.exc import DatabaseError

from bot.bootstrap import Services
from bot.cli.commands.database import upgrade
from bot.db import engine
from bot.db.base import UtcDateTime
from bot.db.engine import Database, utc_now
from bot.settings import ROOT, Settings
from tests.factories import a_conversation

COUNTED = {
    "appointments",
    "lessons",
    "message_files",
    "messages",
    "notifications",
    "plan_reviews",
    "planned_messages",
    "sms_numbers",
    "text_codes",
    "text_consents",
    "tickets",
    "trainings",
}
MARKER = "zanzibarmarker"


def _counted(settings: Settings) -> set[str]:
    path = settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'").fetchall()
    connection.close()
    return {name for (name,) in rows}


def _downgrade(settings: Settings, to: str) -> None:
    database = Database(settings.database_url)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        config.attributes["connection"] = connection
        alembic.downgrade(config, to)
        connection.commit()
    database.close()


@pytest.mark.only_sqlite("PostgreSQL gives no number twice by itself")
def test_numbers_that_are_named_elsewhere_are_never_given_twice(settings: Settings):
    """A migration that makes one of these tables anew must say so again."""
    assert _counted(settings) == COUNTED


async def test_the_number_of_a_deleted_message_is_not_given_again(services: Services):
    """Or an entry of the audit log would tell of another patient's ticket."""
    conversation = await a_conversation(services)
    await services.receive.receive(conversation, "hello", None)
    with services.database.write() as session:
        (last,) = session.execute(text("SELECT max(id) FROM messages")).one()
        session.execute(text("DELETE FROM messages"))

    await services.receive.receive(conversation, "hello again", None)

    with services.database.read() as session:
        assert session.execute(text("SELECT min(id) FROM messages")).scalar_one() == last + 1


@pytest.mark.only_sqlite("the change concerns tables of SQLite")
async def test_the_migration_goes_both_ways_and_keeps_every_row(settings: Settings, services: Services):
    """Rows, indexes and references."""
    conversation = await a_conversation(services)
    await services.receive.receive(conversation, "hello", None)
    services.database.close()
    path = settings.database_url.removeprefix("sqlite:///")

    def made_of() -> tuple[object, ...]:
        with sqlite3.connect(path) as connection:
            sql = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name, type").fetchall()
            rows = connection.execute("SELECT id, text, in_reply_to FROM messages ORDER BY id").fetchall()
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()
        return (sql, rows)

    before = made_of()
    _downgrade(settings, "0015")
    assert _counted(settings) == set()
    upgrade(settings)

    assert made_of()[1] == before[1]
    assert _counted(settings) == COUNTED


def test_the_audit_log_lets_only_go_what_is_older_than_a_year(services: Services):
    """Whoever asks: the database itself refuses."""
    insert = text(
        "INSERT INTO audit_entries (at, staff_name, action, subject, subject_id, details) "
        "VALUES (:at, 'Ana', 'x', 'x', 'x', '{}')"
    )
    insert = insert.bindparams(bindparam("at", type_=UtcDateTime()))
    with services.database.write() as session:
        session.execute(insert, {"at": utc_now() - dt.timedelta(days=366)})
        session.execute(text("DELETE FROM audit_entries WHERE action = 'x'"))

    with services.database.write() as session:
        session.execute(insert, {"at": utc_now() - dt.timedelta(days=364)})
    with pytest.raises(DatabaseError), services.database.write() as session:
        session.execute(text("DELETE FROM audit_entries WHERE action = 'x'"))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Give a database with some rows, one of them deleted."""
    made = Database(f"sqlite:///{tmp_path / 'some.db'}")
    with made.write() as session:
        session.execute(text("CREATE TABLE t (id INTEGER PRIMARY KEY, words TEXT)"))
        for number in range(200):
            session.execute(text("INSERT INTO t (words) VALUES (:words)"), {"words": f"{MARKER} {number} " * 40})
    with made.write() as session:
        session.execute(text("DELETE FROM t"))
    return made


def _in_files(folder: Path) -> list[str]:
    return [path.name for path in sorted(folder.iterdir()) if MARKER.encode() in path.read_bytes()]


def test_nothing_of_deleted_rows_is_left_after_scrubbing(database: Database, tmp_path: Path):
    """Neither in the file nor in its log."""
    assert _in_files(tmp_path)

    assert database.scrub()

    assert _in_files(tmp_path) == []


def test_a_reader_is_waited_for(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One that goes on and on is told of; afterwards it works."""
    monkeypatch.setattr(engine, "SCRUB_WAIT_SECONDS", 0.3)
    reader = sqlite3.connect(tmp_path / "some.db", isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM t").fetchall()

    assert not database.scrub()
    threading.Timer(0.1, reader.close).start()
    monkeypatch.setattr(engine, "SCRUB_WAIT_SECONDS", 10.0)
    assert database.scrub()

    assert _in_files(tmp_path) == []

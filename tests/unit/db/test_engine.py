"""The database: whole transactions or none, and times that are always UTC."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

import bot.db.engine
from bot.bootstrap import Services
from bot.conversations import store
from bot.conversations.models import Conversation, Message
from bot.db.engine import Database, utc_now
from bot.errors import NotFoundError
from bot.settings import Settings
from bot.vocabulary import Channel


def _add(database: Database, conversation_id: str, created_at: dt.datetime) -> None:
    with database.write() as session:
        session.add(
            Conversation(id=conversation_id, token_hash="x", channel=Channel.CONSOLE.value, created_at=created_at)
        )


def test_an_error_undoes_the_whole_transaction(services: Services):
    """What was added before it is gone too."""

    def add_and_fail() -> None:
        with services.database.write() as session:
            store.add_conversation(session, conversation_id="abc", token_hash="x", channel=Channel.CONSOLE)
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()

    with services.database.read() as session, pytest.raises(NotFoundError):
        store.get_conversation(session, "abc")


def test_a_time_comes_back_as_the_same_moment_in_utc(services: Services):
    """Whatever zone it was written in."""
    chicago = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=-6)))

    _add(services.database, "abc", chicago)

    with services.database.read() as session:
        stored = store.get_conversation(session, "abc").created_at
    assert stored == chicago
    assert stored.utcoffset() == dt.timedelta(0)


def test_a_time_without_a_zone_is_refused(services: Services):
    """It would mean another moment on another machine."""
    with pytest.raises(StatementError, match="without a zone"):
        _add(services.database, "abc", dt.datetime(2026, 11, 23, 8, 30))  # noqa: DTZ001  (that is the mistake)


def test_a_message_needs_its_conversation(services: Services):
    """SQLite does not look at foreign keys unless told to."""
    with pytest.raises(IntegrityError), services.database.write() as session:
        session.add(Message(conversation_id="nobody", text="x", created_at=utc_now()))


def test_the_folder_of_the_database_is_made(tmp_path: Path):
    """A fresh checkout has no var/."""
    Database(f"sqlite:///{tmp_path / 'var' / 'deep' / 'frontdesk.db'}").close()

    assert (tmp_path / "var" / "deep").is_dir()


def test_a_reader_does_not_wait_for_a_writer(services: Services):
    """Patients read while staff write."""
    with services.database.write() as writing:
        store.add_conversation(writing, conversation_id="abc", token_hash="x", channel=Channel.CONSOLE)
        writing.flush()

        with services.database.read() as reading:
            assert store.count_messages(reading) == 0


@pytest.mark.only_sqlite("asks for its own settings")
def test_what_is_committed_is_on_the_disk(
    settings: Settings, disk_not_waited_for: Callable[[Engine], None], monkeypatch: pytest.MonkeyPatch
):
    """Before anybody is told that it was stored: SQLite waits for the disk at each commit, and writes ahead."""
    monkeypatch.setattr(bot.db.engine, "_prepare_sqlite", disk_not_waited_for)
    database = Database(settings.database_url)
    for transaction in (database.read, database.write):
        with transaction() as session:
            assert session.execute(text("PRAGMA synchronous")).scalar() == 2
            assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_writer_that_waits_in_vain_hears_it_as_an_error_of_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Another process holds the file: the edge catches this kind, and shows a card for a message it could not store."""
    monkeypatch.setattr(bot.db.engine, "BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "held.db"
    database = Database(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        with database.read() as session:
            session.execute(text("SELECT 1"))
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(OperationalError, match="locked"), database.write() as session:
            session.execute(text("SELECT 1"))

        other.execute("ROLLBACK")
        with database.write() as session:
            assert session.scalar(text("SELECT 1")) == 1
    database.close()

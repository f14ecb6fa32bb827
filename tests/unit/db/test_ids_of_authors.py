"""The change of what a client's id must be unique in keeps every message, forwards and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.cli.commands.database import _without_references
from bot.db.engine import Database
from bot.settings import ROOT

MESSAGE = """INSERT INTO messages (id, conversation_id, author, text, client_message_id, in_reply_to, created_at)
    VALUES ({id}, 'one', '{author}', '{text}', {client}, {reply}, '2026-01-10 00:00:00')"""


def add(connection: Connection, number: int, author: str, client: str | None, reply: int | None = None) -> None:
    """Store a message as SQL of any time can."""
    values = {"id": number, "author": author, "text": f"text {number}", "reply": reply or "NULL"}
    connection.exec_driver_sql(MESSAGE.format(**values, client="NULL" if client is None else f"'{client}'"))


def rows(connection: Connection) -> list[tuple[int, str, str, str | None, int | None]]:
    """Give all messages."""
    query = "SELECT id, author, text, client_message_id, in_reply_to FROM messages ORDER BY id"
    return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_messages_outlive_the_change_and_its_way_back(tmp_path: Path):
    """What refers to a message goes on doing so; of two authors with one id the later loses it, not its words."""
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    with database.engine.connect() as connection:
        _without_references(connection)
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0010")
        connection.exec_driver_sql(
            "INSERT INTO conversations (id, token_hash, channel, handler, created_at)"
            " VALUES ('one', 'x', 'web_chat', 'bot', '2026-01-10 00:00:00')"
        )
        add(connection, 1, "patient", "c1")
        add(connection, 2, "bot", None, reply=1)
        before = rows(connection)

        alembic.upgrade(config, "0011")
        assert rows(connection) == before
        add(connection, 3, "staff", "c1")
        with pytest.raises(IntegrityError):
            add(connection, 4, "patient", "c1")

        alembic.downgrade(config, "0010")
        assert rows(connection) == [*before, (3, "staff", "text 3", None, None)]
        with pytest.raises(IntegrityError):
            add(connection, 4, "staff", "c1")
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None

        alembic.upgrade(config, "0011")
        assert len(rows(connection)) == 3
    database.close()

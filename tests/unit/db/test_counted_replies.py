"""Replies from before there were figures are counted as those of today are."""

from __future__ import annotations

from pathlib import Path

from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import text

from bot.cli.commands.database import _without_references
from bot.db.engine import Database
from bot.settings import ROOT
from tests.replies import KINDS

MESSAGE = text(
    """INSERT INTO messages (id, conversation_id, author, text, in_reply_to, reply, created_at)
    VALUES (:id, 'one', :author, 'x', :reply_to, :reply, '2026-01-10 00:00:00')"""
)


def test_replies_that_are_there_are_counted_by_the_change(tmp_path: Path):
    """Each as it would be now; what replies to nothing is not counted, and the way back loses no message."""
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    with database.engine.connect() as connection:
        _without_references(connection)
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0017")
        connection.exec_driver_sql(
            "INSERT INTO conversations (id, token_hash, channel, handler, created_at)"
            " VALUES ('one', 'x', 'web_chat', 'bot', '2026-01-10 00:00:00')"
        )
        rows = [{"id": 1, "author": "patient", "reply_to": None, "reply": None}]
        for number, (reply, _counted_as) in enumerate(KINDS, start=2):
            rows.append({"id": number, "author": "bot", "reply_to": 1, "reply": reply.model_dump_json()})
        notice = {"id": 99, "author": "bot", "reply_to": None, "reply": KINDS[0][0].model_dump_json()}
        connection.execute(MESSAGE, [*rows, notice])

        alembic.upgrade(config, "0018")

        found = connection.exec_driver_sql("SELECT counted_as, topic, treatments FROM messages ORDER BY id").all()
        assert [tuple(row) for row in found] == [
            (None, None, None),
            *((counted_as.value, reply.topic, " ".join(reply.treatments)) for reply, counted_as in KINDS),
            (None, None, None),
        ]
        alembic.downgrade(config, "0017")
        assert connection.exec_driver_sql("SELECT count(*) FROM messages").scalar() == len(KINDS) + 2
    database.close()

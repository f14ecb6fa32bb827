"""A store with any number of made-up conversations in it, two messages each; SQLite makes the rows itself."""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import text

from bench.terminal import say
from bot.db.engine import Database, utc_now

BATCH = 100_000
DAYS = 90
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
_ID = "printf('%08x%022x', (i * 2654435761) % 4294967296, i)"
"""Of numbers that follow each other far apart, as those that are drawn are."""
_AT = "strftime('%Y-%m-%d %H:%M:%S.000000', :began, (:seconds * i) || ' seconds')"
_TALKS = text(
    f"INSERT INTO conversations (id, token_hash, channel, handler, created_at) {_NUMBERS}"  # noqa: S608 (our own words)
    f" SELECT {_ID}, {_ID} || {_ID}, 'web_chat', 'bot', {_AT} FROM n"
)
_ASKED = text(
    "INSERT INTO messages (id, conversation_id, author, text, handled_at, created_at)"  # noqa: S608
    f" {_NUMBERS} SELECT 2 * i + 1, {_ID}, 'patient', 'does it hurt a lot', {_AT}, {_AT} FROM n"
)
_REPLIED = text(
    "INSERT INTO messages (id, conversation_id, author, text, reply, in_reply_to, handled_at, created_at)"  # noqa: S608
    f" {_NUMBERS} SELECT 2 * i + 2, {_ID}, 'bot', :said, :reply, 2 * i + 1, {_AT}, {_AT} FROM n"
)
_SAID = "It does for some. " * 20


def fill(url: str, *, conversations: int) -> None:
    """Store so many conversations of the last days.

    Args:
        url: A database on SQLite, whose tables are there and have no conversations.
        conversations: How many.
    """
    database = Database(url)
    values = {
        "began": (utc_now() - dt.timedelta(days=DAYS)).strftime("%Y-%m-%d %H:%M:%S"),
        "seconds": (DAYS - 1) * 86_400.0 / conversations,
    }
    said = {"said": _SAID, "reply": json.dumps({"kind": "smalltalk", "text": _SAID})}
    for first in range(0, conversations, BATCH):
        last = min(first + BATCH, conversations) - 1
        with database.write() as session:
            for statement, more in ((_TALKS, {}), (_ASKED, {}), (_REPLIED, said)):
                session.execute(statement, {"first": first, "last": last, **values, **more})
        say(f"{last + 1:,} conversations stored")
    database.close()

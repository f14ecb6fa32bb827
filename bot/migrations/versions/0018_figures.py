"""What a reply counts as in the figures, beside the reply itself, with the index that they are counted by."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BATCH = 1000
_INDEX = ("author", "counted_as", "created_at", "topic", "treatments", "conversation_id")
_COUNTED = {"answer": "answered", "emergency": "card", "urgent": "card", "safety_check": "check"}


def upgrade() -> None:
    """Apply the change."""
    op.add_column("messages", sa.Column("counted_as", sa.String(length=20), nullable=True))
    op.add_column("messages", sa.Column("topic", sa.String(length=60), nullable=True))
    op.add_column("messages", sa.Column("treatments", sa.Text(), nullable=True))
    _count_what_is_there()
    op.create_index("ix_messages_figures", "messages", list(_INDEX))


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_messages_figures", "messages")
    for name in ("treatments", "topic", "counted_as"):
        op.drop_column("messages", name)


def _count_what_is_there() -> None:
    connection = op.get_bind()
    read = sa.text(
        "select id, reply from messages where id > :after and author = 'bot' and in_reply_to is not null "
        "order by id limit :batch"
    )
    write = sa.text(
        "update messages set counted_as = :counted_as, topic = :topic, treatments = :treatments where id = :id"
    )
    after = 0
    while rows := connection.execute(read, {"after": after, "batch": _BATCH}).all():
        after = rows[-1].id
        connection.execute(write, [{"id": row.id, **_counted(_as_dict(row.reply))} for row in rows])


def _as_dict(reply: Any) -> dict[str, Any]:
    found = json.loads(reply) if isinstance(reply, str) else reply
    return found or {}


def _counted(reply: dict[str, Any]) -> dict[str, Any]:
    """Say what `Reply.counted_as` said when this was written; of replies that have no such values, nothing is set."""
    kind, topic, options = reply.get("kind"), reply.get("topic"), reply.get("options") or []
    counted = _COUNTED.get(str(kind), "other")
    if kind == "clarify":
        is_guess = topic is not None or any(option.get("topic") for option in options) or not options
        counted = "asked_back" if is_guess else "not_understood"
    elif kind == "no_answer":
        counted = "declined" if topic is None else "no_answer"
    elif kind == "escalated" and reply.get("ticket") is not None:
        counted = "passed_on"
    elif reply.get("opts_out"):
        counted = "opted_out"
    return {"counted_as": counted, "topic": topic, "treatments": " ".join(reply.get("treatments") or ())}

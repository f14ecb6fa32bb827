"""The table of tickets: what the bot passed to staff."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base

_UNRESOLVED = text("status != 'resolved'")


class Ticket(Base):
    """The record staff work on; a conversation has at most one that is not resolved."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("status in ('open', 'assigned', 'resolved')", name="status_known"),
        Index(
            "uq_tickets_unresolved_conversation",
            "conversation_id",
            unique=True,
            sqlite_where=_UNRESOLVED,
            postgresql_where=_UNRESOLVED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    reason: Mapped[str] = mapped_column(String(40))
    urgency: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), index=True)
    signs: Mapped[list[Any]] = mapped_column(JSON)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    opened_at: Mapped[dt.datetime]
    taken_at: Mapped[dt.datetime | None]
    resolved_at: Mapped[dt.datetime | None]

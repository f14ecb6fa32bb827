"""The table of what is on its way out: notifications to staff, and texts to patients."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import NEVER_TWICE, Base


class Notification(Base):
    """One email, call of a webhook or text; it stays until it was sent or given up.

    Attributes:
        way: `email`, `webhook`, `integration` (the webhook of a program that works on tickets), or `sms`.
        target: The email address, the id of the integration or of the phone number; empty for the webhook.
        event: What happened, such as `ticket.raised`; of a text whether it is a card.
        content: What is told of it, as JSON; of a text its words.
        next_try_at: When it is tried next; None once it is sent or given up.
        problem: Why the last try failed: the kind of error, or the few words of one that is for good.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("way in ('email', 'webhook', 'integration', 'sms')", name="way_known"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    way: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(254), index=True)
    event: Mapped[str] = mapped_column(String(60))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[dt.datetime]
    next_try_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None]
    problem: Mapped[str | None] = mapped_column(String(80))

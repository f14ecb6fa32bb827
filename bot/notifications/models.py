"""The tables of what is on its way out: notifications to staff, and texts to patients with what became of them."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import NEVER_TWICE, Base
from bot.db.sealed import SealedJson

_NOT_SENT = text("sent_at IS NULL")


class DeliveryStatus(str, Enum):
    """What became of a text that the provider took: on its way, on the phone, or back, for now or for good."""

    SENDING = "sending"
    DELIVERED = "delivered"
    TEMPORARY_FAILURE = "temporary_failure"
    PERMANENT_FAILURE = "permanent_failure"

    @property
    def failed(self) -> bool:
        """Whether it did not arrive."""
        return self in {DeliveryStatus.TEMPORARY_FAILURE, DeliveryStatus.PERMANENT_FAILURE}


class Notification(Base):
    """One email, call of a webhook or text; it stays until it was sent or given up.

    Attributes:
        way: `email`, `webhook`, `integration` (the webhook of a program that works on tickets), or `sms`.
        target: The email address, the id of the integration or of the phone number; empty for the webhook.
        event: What happened, such as `ticket.raised`; of a text whether it is a card.
        content: What is told of it, as JSON; of a text its words.
        until: After which it is not sent any more, and with which it is sent once at most; None for all others.
        taken_at: Since when somebody has it in hand; None while nobody has.
        next_try_at: When it is tried next; None once it is sent or given up.
        sent_at: When the provider took it; None again while a text that came back from the phone is tried once more.
        problem: Why the last try failed: the kind of error, or the few words of one that is for good.
        must_arrive: Whether staff are told where it does not arrive: a card, a check, what staff wrote.
        staff_told_at: When they were.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("way in ('email', 'webhook', 'integration', 'sms')", name="way_known"),
        # Looked through every few seconds, among all that was ever sent.
        Index("ix_notifications_not_sent", "id", sqlite_where=_NOT_SENT, postgresql_where=_NOT_SENT),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    way: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(254), index=True)
    event: Mapped[str] = mapped_column(String(60))
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson(("ticket_id", "message_id")))
    created_at: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
    taken_at: Mapped[dt.datetime | None]
    next_try_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None]
    problem: Mapped[str | None] = mapped_column(String(80))
    must_arrive: Mapped[bool] = mapped_column(default=False)
    staff_told_at: Mapped[dt.datetime | None]


class TextDelivery(Base):
    """One handing over of a text to the provider, and what became of it; who deletes the text deletes it too.

    Attributes:
        provider_id: The provider's own id of it.
        notification_id: The text; one that came back is handed over again, under another id.
        status: See `DeliveryStatus`.
        code: The provider's number for what went wrong.
        told_at: When the provider last told of it.
    """

    __tablename__ = "text_deliveries"
    __table_args__ = (
        CheckConstraint(f"status in ({', '.join(repr(each.value) for each in DeliveryStatus)})", name="status_known"),
    )

    provider_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    code: Mapped[int | None]
    told_at: Mapped[dt.datetime]

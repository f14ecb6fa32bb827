"""The tables of phone numbers that text us, and of their conversations."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import NEVER_TWICE, Base


class SmsNumber(Base):
    """A patient's phone number; the outbox names its id, so that the number itself stands here alone.

    Attributes:
        phone: The number as the provider gives it, such as `+15550142`.
        opted_out_at: Since when nothing but a card is sent to it; None while it may be texted.
    """

    __tablename__ = "sms_numbers"
    __table_args__ = (NEVER_TWICE,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    phone: Mapped[str] = mapped_column(String(20), unique=True)
    opted_out_at: Mapped[dt.datetime | None]


class SmsConversation(Base):
    """Which number a conversation by SMS is with."""

    __tablename__ = "sms_conversations"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("sms_numbers.id"), index=True)

"""The tables of whom we reach outside the web chat: numbers, their conversations, files, codes, and who agreed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import NEVER_TWICE, Base
from bot.db.sealed import Findable, SealedText
from bot.vocabulary import Channel


class SmsNumber(Base):
    """A patient's number on a channel; the outbox names its id, so that the number itself stands here alone.

    Attributes:
        channel: By what it is reached: SMS, WhatsApp, or the channel of a program of the clinic's.
        phone: The number as `phonenumbers` writes it, such as `+15550142`; a program's channel has its own names.
        opted_out_at: Since when nothing but a card is sent to it; None while it may be texted.
        last_opted_out_at: When it last opted out, also where it may be texted again since.
        opt_out_noted_by: Who of staff noted that it has, where its owner said so to them; None where they texted it.
        opted_out_before_at: What `last_opted_out_at` was before that note.
    """

    __tablename__ = "sms_numbers"
    __table_args__ = (UniqueConstraint("channel", "phone"), NEVER_TWICE)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(String(20), default=Channel.SMS.value)
    phone: Mapped[str] = mapped_column(Findable, index=True)
    opted_out_at: Mapped[dt.datetime | None]
    last_opted_out_at: Mapped[dt.datetime | None]
    opt_out_noted_by: Mapped[str | None] = mapped_column(String(120))
    opted_out_before_at: Mapped[dt.datetime | None]


class SmsConversation(Base):
    """Which number a conversation by SMS, or another channel with numbers, is with.

    Attributes:
        linked_at: Since when a web chat goes on by text too, by a code; None where the conversation began by text.
    """

    __tablename__ = "sms_conversations"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("sms_numbers.id"), index=True)
    linked_at: Mapped[dt.datetime | None]


class TextCode(Base):
    """A code that was texted to a number, to show that it is the visitor's of a web chat.

    Attributes:
        code_hash: What is kept of the code.
        tries: How many wrong ones were typed for it.
        used_at: When it linked the two; None while it has not.
    """

    __tablename__ = "text_codes"
    __table_args__ = (NEVER_TWICE,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("sms_numbers.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(120))
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class MessageChannel(Base):
    """That a message of a web chat came, or went, by text too; who deletes the message deletes it."""

    __tablename__ = "message_channels"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))


class MessageFile(Base):
    """A picture or another file that came with a patient's message: where it lies, for staff; the bot never reads it.

    Attributes:
        address: Where the provider keeps it.
        kind: What it is, as `image/jpeg`.
    """

    __tablename__ = "message_files"
    __table_args__ = (NEVER_TWICE,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(SealedText)
    kind: Mapped[str] = mapped_column(String(100))


class TextConsent(Base):
    """That a patient agreed to texts which they do not ask for; a row is only ever ended, never changed.

    Attributes:
        patient_key: Which of the people who share the number, as their appointments name them.
        version: The wording that they agreed to, by its name in consent.yml.
        channel: How they agreed.
        given_at: When.
        recorded_by: Who noted it.
        withdrawn_at: When it ended; None while it stands.
        withdrawn_by: Who ended it.
    """

    __tablename__ = "text_consents"
    __table_args__ = (
        CheckConstraint("channel in ('in_person', 'paper', 'phone', 'web', 'text')", name="channel_known"),
        UniqueConstraint("number_id", "patient_key", "given_at"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("sms_numbers.id"))
    patient_key: Mapped[str] = mapped_column(Findable)
    version: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[dt.datetime]
    recorded_by: Mapped[str] = mapped_column(String(120))
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(120))

"""The tables of conversations and of their messages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import NEVER_TWICE, Base
from bot.db.folding import TO_FOLD
from bot.db.sealed import Findable, SealedJson, SealedText
from bot.reading.phones import without_extension
from bot.vocabulary import Author, Handler


class Conversation(Base):
    """One thread with a patient on a channel; its id is Rasa's sender_id too."""

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint("handler in ('bot', 'staff')", name="handler_known"),
        CheckConstraint("(handler = 'staff') = (handler_id is not null)", name="handler_named"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(20))
    handler: Mapped[str] = mapped_column(String(10), default=Handler.BOT.value)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    handler_name: Mapped[str | None] = mapped_column(String(120))
    patient_name: Mapped[str | None] = mapped_column(SealedText)
    patient_phone: Mapped[str | None] = mapped_column(Findable(without_extension))
    patient_email: Mapped[str | None] = mapped_column(Findable(str.lower))
    created_at: Mapped[dt.datetime]


class Message(Base):
    """One text in or out. An inbound one is stored before anything else is done with it.

    Attributes:
        counted_as: What a reply of the bot to a message counts as in the figures; None of all others.
        topic: The topic of such a reply.
        treatments: The slugs of its treatments, with spaces between.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "author", "client_message_id"),
        CheckConstraint("author in ('patient', 'bot', 'staff')", name="author_known"),
        Index("ix_messages_conversation_id_id", "conversation_id", "id"),
        Index("ix_messages_in_reply_to", "in_reply_to"),
        # Of all that the figures count, so that they need not read the messages themselves, which hold whole answers.
        Index("ix_messages_figures", "author", "counted_as", "created_at", "topic", "treatments", "conversation_id"),
        # Of what a search has to fold: the database compares all other texts by itself.
        Index("ix_messages_to_fold", "id", sqlite_where=literal_column(TO_FOLD)).ddl_if(dialect="sqlite"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    author: Mapped[str] = mapped_column(String(10), default=Author.PATIENT.value)
    author_name: Mapped[str | None] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(SealedText)
    client_message_id: Mapped[str | None] = mapped_column(String(64))
    in_reply_to: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    reply: Mapped[dict[str, Any] | None] = mapped_column(SealedJson(("kind", "ticket", "about")))
    answer_id: Mapped[str | None] = mapped_column(String(120), index=True)
    answer_version: Mapped[int | None]
    counted_as: Mapped[str | None] = mapped_column(String(20))
    topic: Mapped[str | None] = mapped_column(String(60))
    treatments: Mapped[str | None] = mapped_column(Text)
    handled_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class ConversationIdentity(Base):
    """Who writes in a conversation, as the clinic's website has signed it. Who deletes the conversation deletes it too.

    Attributes:
        person_id: How the website knows them.
        identified_at: Since when it is known; what was written before was written by nobody in particular.
    """

    __tablename__ = "conversation_identities"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Findable, index=True)
    name: Mapped[str] = mapped_column(SealedText)
    email: Mapped[str] = mapped_column(Findable(str.lower))
    phone: Mapped[str] = mapped_column(Findable)
    identified_at: Mapped[dt.datetime]

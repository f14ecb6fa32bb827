"""The tables of tickets, and of what staff write and read beside the conversation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import NEVER_TWICE, Base
from bot.db.sealed import SealedText

_UNRESOLVED = text("status != 'resolved'")


class Ticket(Base):
    """The record staff work on; a conversation has at most one that is not resolved.

    Attributes:
        promised_at: By when somebody takes it, as the patient was told; None if the clinic does not open for weeks.
        raised_at: When the promise ran out and more people were told.
        call_back_at: By when the patient was then promised to be called back.
        resolved_by: The name of whoever resolved it, who need not have had it.
        merged_into_id: The ticket that it is part of now: who has that one answers this one's conversation too.
        treatment: The treatment that the conversation was about, by its slug.
        helped: What the patient said when asked whether staff helped them.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("status in ('open', 'assigned', 'snoozed', 'resolved')", name="status_known"),
        CheckConstraint("status != 'assigned' or assignee_id is not null", name="assigned_to_somebody"),
        CheckConstraint("(status = 'resolved') = (resolution is not null)", name="resolved_for_a_reason"),
        Index(
            "uq_tickets_unresolved_conversation",
            "conversation_id",
            unique=True,
            sqlite_where=_UNRESOLVED,
            postgresql_where=_UNRESOLVED,
        ),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    urgency: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), index=True)
    signs: Mapped[list[Any]] = mapped_column(JSON)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    opened_at: Mapped[dt.datetime]
    promised_at: Mapped[dt.datetime | None]
    raised_at: Mapped[dt.datetime | None]
    call_back_at: Mapped[dt.datetime | None]
    taken_at: Mapped[dt.datetime | None]
    snoozed_until: Mapped[dt.datetime | None]
    resolved_at: Mapped[dt.datetime | None]
    resolution: Mapped[str | None] = mapped_column(String(20))
    resolved_by: Mapped[str | None] = mapped_column(String(120))
    reopened_at: Mapped[dt.datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    treatment: Mapped[str | None] = mapped_column(String(60), index=True)
    helped: Mapped[bool | None]


class TicketNote(Base):
    """What staff write for each other; no patient ever sees it."""

    __tablename__ = "ticket_notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    text: Mapped[str] = mapped_column(SealedText)
    mentions: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[dt.datetime]


class TicketRead(Base):
    """Up to which message a staff member has read a ticket."""

    __tablename__ = "ticket_reads"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), primary_key=True)
    message_id: Mapped[int]


class TicketMention(Base):
    """A note has called in a staff member, who has not opened the ticket since."""

    __tablename__ = "ticket_mentions"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), primary_key=True)


class TicketLabel(Base):
    """A word of staff's own on a ticket, to find it again with others like it."""

    __tablename__ = "ticket_labels"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    label: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class SavedView(Base):
    """A choice of tickets that a staff member comes back to by its name; never by words that were searched for.

    Attributes:
        staff_member_id: Whose it is.
        shared: Whether all colleagues see it.
        wanted: View, reason, channel, treatment and label, each by its slug.
    """

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("staff_member_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    name: Mapped[str] = mapped_column(String(60))
    shared: Mapped[bool]
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)


class DangerJudgement(Base):
    """What a staff member says of the look for danger in a patient's message; each has one word on each message.

    Whoever deletes the message or its conversation deletes it as well.
    """

    __tablename__ = "danger_judgements"
    __table_args__ = (CheckConstraint("judgement in ('no_danger', 'missed')", name="judgement_known"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    judgement: Mapped[str] = mapped_column(String(10))
    judged_at: Mapped[dt.datetime] = mapped_column(index=True)


class SafetyRecord(Base):
    """A danger in a patient's message, what it was met with, and what the patient said of it; never in their words.

    Of checks there is one each, of cards only those of which the patient says that they are not about them now. Whoever
    deletes the message or its conversation deletes it as well.

    Attributes:
        message_id: The patient's message in which the danger was seen.
        shown: A check or a card.
        sign: The slug of its gravest sign.
        level: What the card says: `emergency` or `urgent`.
        answer: What the patient said; None if nothing yet.
        answer_id: The patient's message that said so.
    """

    __tablename__ = "safety_records"
    __table_args__ = (
        CheckConstraint("shown in ('check', 'card')", name="shown_known"),
        CheckConstraint("level in ('emergency', 'urgent')", name="level_known"),
        CheckConstraint("answer in ('yes', 'no', 'not_now')", name="answer_known"),
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered_at_a_time"),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    shown: Mapped[str] = mapped_column(String(10), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    sign: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(10))
    shown_at: Mapped[dt.datetime]
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[dt.datetime | None]
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)


class CannedReply(Base):
    """A text of the clinic's own that staff put into a reply by typing its shortcut."""

    __tablename__ = "canned_replies"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    shortcut: Mapped[str] = mapped_column(String(40), unique=True)
    text: Mapped[str] = mapped_column(Text)

"""The tables of plans: what is to be sent for an appointment and what became of it, and how messages were reviewed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import NEVER_TWICE, Base


class PlannedMessage(Base):
    """A message of a plan for one appointment on one day; moved to another day, it is another one.

    Attributes:
        step: Which message of the plan.
        day: The day of the appointment that it is about, by the patient's calendar.
        opens_at: From when on it may be sent.
        closes_at: From when on it is too late.
        status: `waiting`; `queued`, stored and on its way; `sent`; `missed`, which staff are told; `left_out`.
        why: Why it was missed or left out.
        message_id: The message that it became.
        plan_version: That of the plan's message, with whose words it was sent.
        sent_by: The staff member who sent it by hand; None where the worker did.
        settled_at: When its status last changed.
        seen_at: When staff said that they have seen to a missed one.
    """

    __tablename__ = "planned_messages"
    __table_args__ = (
        CheckConstraint("status in ('waiting', 'queued', 'sent', 'missed', 'left_out')", name="status_known"),
        CheckConstraint("(status in ('missed', 'left_out')) = (why is not null)", name="with_a_reason"),
        UniqueConstraint("appointment_id", "step", "day"),
        Index("ix_planned_messages_status_opens_at", "status", "opens_at"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"))
    step: Mapped[str] = mapped_column(String(40))
    day: Mapped[dt.date]
    opens_at: Mapped[dt.datetime]
    closes_at: Mapped[dt.datetime]
    status: Mapped[str] = mapped_column(String(20))
    why: Mapped[str | None] = mapped_column(String(40))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    plan_version: Mapped[str | None] = mapped_column(String(16))
    sent_by: Mapped[str | None] = mapped_column(String(120))
    settled_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime | None]


class PlanReview(Base):
    """A step of the review of a plan's message: it was approved, or that was taken back. What is written here stays.

    Attributes:
        step: Which message of the plan.
        version: Of which words (`bot.plans.entries.Step.version`); other words need a review of their own.
        words: What they were.
        act: `approved` or `withdrawn`.
        by_id: The account.
        by_role: That person's role then.
        due_on: The last day on which the approved message is sent without another review.
    """

    __tablename__ = "plan_reviews"
    __table_args__ = (
        CheckConstraint("act in ('approved', 'withdrawn')", name="act_known"),
        CheckConstraint("(act = 'approved') = (due_on is not null)", name="approved_until_a_day"),
        Index("ix_plan_reviews_treatment_language", "treatment", "language"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    treatment: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    step: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(120))
    by_id: Mapped[int]
    by_role: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime]
    due_on: Mapped[dt.date | None]

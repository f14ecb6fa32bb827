"""The tables of questions that wait to be learned from, of lessons, and of trainings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.curation.states import LessonStatus, TrainingStatus, WhyGathered
from bot.db.base import NEVER_TWICE, Base
from bot.db.sealed import SealedText


def _one_of(column: str, values: type[WhyGathered | LessonStatus | TrainingStatus]) -> str:
    return f"{column} in ({', '.join(repr(value.value) for value in values)})"


class GatheredQuestion(Base):
    """A patient's question that was not answered well, redacted. Who deletes the conversation deletes it too.

    Attributes:
        message_id: The patient's message.
        reply_id: The reply that did not help.
        text: The message without personal details.
        topic: The topic that the reply was about, if it was about one.
        vector: The direction of its meaning: half-precision numbers in base64.
        lesson_id: The lesson that it belongs to.
        set_aside_by: Who said that nothing is to be learned from it.
    """

    __tablename__ = "gathered_questions"
    __table_args__ = (CheckConstraint(_one_of("why", WhyGathered), name="why_known"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    why: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(SealedText)
    topic: Mapped[str | None] = mapped_column(String(60))
    vector: Mapped[str] = mapped_column(SealedText)
    asked_at: Mapped[dt.datetime]
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"), index=True)
    set_aside_by: Mapped[str | None] = mapped_column(String(120))


class Lesson(Base):
    """What the assistant is to learn from a question: its topic, and where it lacked one, an answer.

    Attributes:
        question: The question without personal details, as it is learned.
        intent: What it is to be understood as; None while nobody has said.
        treatment: The treatment whose answer is to be given.
        proposed: What a staff member replied, without personal details.
        answer_id: The answer that was drafted from it.
        answer_version: The draft's number: the lesson is ready once this or a later one is approved.
        owner_id: Whose task it is while it is open.
        alone: It was refused together with others, and is tried by itself now.
        training_id: The training that learned or refused it.
    """

    __tablename__ = "lessons"
    __table_args__ = (CheckConstraint(_one_of("status", LessonStatus), name="status_known"), NEVER_TWICE)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    question: Mapped[str] = mapped_column(SealedText)
    intent: Mapped[str | None] = mapped_column(String(80))
    treatment: Mapped[str | None] = mapped_column(String(60))
    proposed: Mapped[str] = mapped_column(SealedText, default="")
    answer_id: Mapped[str | None] = mapped_column(String(120))
    answer_version: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(20), default=LessonStatus.OPEN.value, index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[dt.datetime]
    alone: Mapped[bool] = mapped_column(default=False)
    training_id: Mapped[int | None] = mapped_column(ForeignKey("trainings.id"))


class Training(Base):
    """A training of the model on lessons: what was measured before and after, and what came of it.

    Attributes:
        figures: By the name of each: how many were right before and after, of how many.
        reasons: Why it did not go live, a sentence each.
        undo_by: Who wanted it undone.
    """

    __tablename__ = "trainings"
    __table_args__ = (CheckConstraint(_one_of("status", TrainingStatus), name="status_known"), NEVER_TWICE)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    status: Mapped[str] = mapped_column(String(20), default=TrainingStatus.RUNNING.value)
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    undo_by: Mapped[str | None] = mapped_column(String(120))

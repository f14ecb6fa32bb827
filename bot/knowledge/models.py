"""The tables of treatments, topics, sources and answers with their versions, citations, reviews and feedback."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import DDL, JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.base import Base
from bot.knowledge.search_index import POSTGRESQL, SQLITE
from bot.vocabulary import ReviewStatus


class Treatment(Base):
    """A thing the clinic does, or an alternative it is compared with."""

    __tablename__ = "treatments"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]


class Topic(Base):
    """An aspect asked about."""

    __tablename__ = "topics"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    question: Mapped[str] = mapped_column(String(200))
    unknown_treatment: Mapped[str] = mapped_column(String(20))
    logistics: Mapped[bool]
    """Whether it is no medical matter, so that an administrator may approve its answers."""
    position: Mapped[int]


class Source(Base):
    """A document behind answers."""

    __tablename__ = "sources"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    publisher: Mapped[str] = mapped_column(String(200))
    published_on: Mapped[dt.date | None]
    year: Mapped[int | None]
    """Where no day is known."""
    kind: Mapped[str] = mapped_column(String(30))
    address: Mapped[str] = mapped_column(String(500))


class Fact(Base):
    """What a source says of one thing, with its own words, for who reviews an answer."""

    __tablename__ = "facts"

    id: Mapped[str] = mapped_column(String(10), primary_key=True)
    treatment: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), index=True)
    grade: Mapped[str] = mapped_column(String(20))
    conflicts: Mapped[str] = mapped_column(String(200))
    seen: Mapped[dt.date]
    fact: Mapped[str] = mapped_column(Text)
    support: Mapped[str] = mapped_column(Text)


class Answer(Base):
    """Curated content for a topic; its words are in its versions."""

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    topic: Mapped[str] = mapped_column(ForeignKey("topics.slug"), index=True)
    is_general: Mapped[bool]
    compared_with: Mapped[list[str]] = mapped_column(JSON)
    owner: Mapped[str] = mapped_column(String(120))
    file_hash: Mapped[str] = mapped_column(String(64), default="")
    """What the files said of it at the last import; empty when they say nothing."""
    treatments: Mapped[list[AnswerTreatment]] = relationship(cascade="all, delete-orphan")
    versions: Mapped[list[AnswerVersion]] = relationship(
        cascade="all, delete-orphan", order_by="AnswerVersion.version", back_populates="answer"
    )


class AnswerTreatment(Base):
    """A treatment for which an answer may be given; it is never given for another."""

    __tablename__ = "answer_treatments"
    __table_args__ = (Index("ix_answer_treatments_treatment", "treatment"),)

    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"), primary_key=True)
    treatment: Mapped[str] = mapped_column(ForeignKey("treatments.slug"), primary_key=True)


class AnswerVersion(Base):
    """The words of an answer at one time, with the review they had; only its review ever changes.

    Attributes:
        sample: Whether patients read that no clinician has reviewed it: a draft that is served all the same, but never
            in production, or words that somebody approved who is known as no clinician.
        reviewed_by_id: The account that approved it; None for what came from files.
        reviewed_by_role: That person's role when they did; None where no clinician stands for it.
    """

    __tablename__ = "answer_versions"
    __table_args__ = (
        UniqueConstraint("answer_id", "version"),
        CheckConstraint("status in ('draft', 'in_review', 'approved', 'retired')", name="status_known"),
        CheckConstraint("origin in ('files', 'console')", name="origin_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"), index=True)
    version: Mapped[int]
    treatments: Mapped[list[str]] = mapped_column(JSON)
    compared_with: Mapped[list[str]] = mapped_column(JSON)
    owner: Mapped[str] = mapped_column(String(120))
    short: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence: Mapped[str] = mapped_column(String(30))
    regulatory_status: Mapped[str | None] = mapped_column(Text)
    sources_differ: Mapped[bool]
    created_at: Mapped[dt.datetime]
    origin: Mapped[str] = mapped_column(String(10))
    written_by: Mapped[str] = mapped_column(String(120))
    written_by_id: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(20))
    sample: Mapped[bool]
    reviewed_by: Mapped[str | None] = mapped_column(String(120))
    reviewed_by_id: Mapped[int | None]
    reviewed_by_role: Mapped[str | None] = mapped_column(String(20))
    reviewed_on: Mapped[dt.date | None]
    review_due_on: Mapped[dt.date | None]
    search_heading: Mapped[str] = mapped_column(Text)
    search_body: Mapped[str] = mapped_column(Text)
    answer: Mapped[Answer] = relationship(back_populates="versions")
    citations: Mapped[list[Citation]] = relationship(
        cascade="all, delete-orphan", order_by="Citation.position", lazy="selectin"
    )

    @property
    def is_in_service(self) -> bool:
        """Whether it is served while its review lasts, if nothing newer is; a sample is only where samples are."""
        return self.status == ReviewStatus.APPROVED.value or (self.sample and self.status != ReviewStatus.RETIRED.value)

    @property
    def is_draft(self) -> bool:
        """Whether it waits for its approval and nobody reads it meanwhile."""
        return not self.is_in_service and self.status != ReviewStatus.RETIRED.value


# Alembic makes the index in a migration; this is for databases that tests make from the tables alone.
for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        event.listen(AnswerVersion.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


class AnswerEvent(Base):
    """One step in the life of an answer: what was done to which version, by whom and when."""

    __tablename__ = "answer_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"), index=True)
    version: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[dt.datetime]
    note: Mapped[str] = mapped_column(Text, default="")


class NotAnswered(Base):
    """A topic of a treatment that the clinic leaves to its staff, and why."""

    __tablename__ = "not_answered"

    treatment: Mapped[str] = mapped_column(ForeignKey("treatments.slug"), primary_key=True)
    topic: Mapped[str] = mapped_column(ForeignKey("topics.slug"), primary_key=True)
    because: Mapped[str] = mapped_column(Text)


class Feedback(Base):
    """What a patient thought of one answer that they were given."""

    __tablename__ = "answer_feedback"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    answer_id: Mapped[str] = mapped_column(String(120), index=True)
    answer_version: Mapped[int]
    helpful: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(30))
    created_at: Mapped[dt.datetime]
    looked_at: Mapped[dt.datetime | None]
    looked_at_by: Mapped[str | None] = mapped_column(String(120))


class Citation(Base):
    """A pointer from a version of an answer to a source."""

    __tablename__ = "citations"

    version_id: Mapped[int] = mapped_column(ForeignKey("answer_versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), index=True)
    source: Mapped[Source] = relationship(lazy="joined")

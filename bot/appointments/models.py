"""The table of appointments."""

from __future__ import annotations

import datetime as dt
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import NEVER_TWICE, Base
from bot.db.sealed import SealedText


class AppointmentSource(str, Enum):
    """Where an appointment comes from: each has its own ids."""

    STAFF = "staff"
    CSV = "csv"
    FHIR = "fhir"


class AppointmentStatus(str, Enum):
    """Whether an appointment stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class Appointment(Base):
    """When a patient comes for what.

    Attributes:
        source: Where it comes from.
        external_id: Its id there; the same id again is the same appointment.
        patient_key: Which of the people who share a number: the clinic's own id of the patient, or their name.
        number_id: The phone number that reaches them; the number itself stands there alone.
        treatment: By its slug; None if it is for nothing that has a plan.
        body_part: Where, in the clinic's words; empty if it does not say.
        starts_at: When it begins.
        timezone: The zone whose clock the patient looks at.
        language: Which they read, as an ISO 639-1 code.
        mark: What its source last said of it, as a hash: the same word again changes nothing that staff did since.
        said_at: When the source wrote this down, where it says so: an older word changes nothing.
        changed_at: When a value of it last changed here.
        paused_at: Since when the messages of its plan wait; None if they do not.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("source in ('staff', 'csv', 'fhir')", name="source_known"),
        CheckConstraint("status in ('booked', 'cancelled')", name="status_known"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at is not null)", name="cancelled_at_a_time"),
        UniqueConstraint("source", "external_id"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(String(10))
    external_id: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(20))
    patient_name: Mapped[str] = mapped_column(SealedText)
    patient_key: Mapped[str] = mapped_column(SealedText)
    number_id: Mapped[int] = mapped_column(ForeignKey("sms_numbers.id"), index=True)
    treatment: Mapped[str | None] = mapped_column(String(60))
    body_part: Mapped[str] = mapped_column(SealedText)
    starts_at: Mapped[dt.datetime] = mapped_column(index=True)
    timezone: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10))
    mark: Mapped[str] = mapped_column(SealedText)
    said_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    cancelled_at: Mapped[dt.datetime | None]
    paused_at: Mapped[dt.datetime | None]

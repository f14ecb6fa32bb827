"""The only SQL on appointments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.appointments.models import Appointment, AppointmentSource, AppointmentStatus
from bot.channels.models import SmsNumber
from bot.errors import NotFoundError


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An appointment with the number that reaches its patient."""

    appointment: Appointment
    phone: str
    opted_out: bool


def lock_by_source(session: Session, source: AppointmentSource, external_id: str) -> Appointment | None:
    """Give the appointment under a source's id, that nobody else changes until this transaction ends; None if none."""
    query = select(Appointment).where(Appointment.source == source.value, Appointment.external_id == external_id)
    return session.scalar(query.with_for_update())


def lock(session: Session, appointment_id: int) -> Appointment:
    """Give an appointment that nobody else changes until this transaction ends.

    Raises:
        NotFoundError: There is none.
    """
    found = session.get(Appointment, appointment_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("There is no such appointment.")
    return found


def lock_of_patient(session: Session, number_id: int, patient_key: str) -> list[Appointment]:
    """Give the appointments of one patient, in the order of their ids, that nobody else changes meanwhile."""
    query = select(Appointment).where(Appointment.number_id == number_id).order_by(Appointment.id)
    found = session.scalars(query.with_for_update(), execution_options={"populate_existing": True})
    # Who they are is encrypted where it is stored: it is compared here.
    return [one for one in found if one.patient_key == patient_key]


def find(session: Session, appointment_id: int) -> Appointment | None:
    """Give an appointment, or None if there is none with this id."""
    return session.get(Appointment, appointment_id)


def get(session: Session, appointment_id: int) -> Appointment:
    """Give an appointment.

    Raises:
        NotFoundError: There is none.
    """
    found = find(session, appointment_id)
    if found is None:
        raise NotFoundError("There is no such appointment.")
    return found


def from_day(session: Session, start: dt.datetime, *, limit: int = 200) -> list[Listed]:
    """Give the appointments from a moment on, the next first."""
    query = (
        select(Appointment, SmsNumber)
        .join(SmsNumber, SmsNumber.id == Appointment.number_id)
        .where(Appointment.starts_at >= start)
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(limit)
    )
    return [
        Listed(appointment=appointment, phone=number.phone, opted_out=number.opted_out_at is not None)
        for appointment, number in session.execute(query)
    ]


def ids_from(session: Session, start: dt.datetime, which: tuple[str, str] | None = None) -> list[int]:
    """Give the ids of the appointments from a moment on; of a treatment in a language, if they are given."""
    query = select(Appointment.id).where(Appointment.starts_at >= start)
    if which is not None:
        query = query.where(Appointment.treatment == which[0], Appointment.language == which[1])
    return list(session.scalars(query.order_by(Appointment.id)))


def zone_of(session: Session, phone: str) -> str | None:
    """Give the zone of the latest appointment of whoever a number reaches; None if they never had one."""
    query = select(Appointment.timezone).join(SmsNumber, SmsNumber.id == Appointment.number_id)
    return session.scalar(query.where(SmsNumber.phone == phone).order_by(Appointment.starts_at.desc()).limit(1))


def standing_after(session: Session, phone: str, start: dt.datetime) -> Sequence[Appointment]:
    """Give the appointments after a moment that stand, of whoever a number reaches, the earliest first."""
    query = (
        select(Appointment)
        .join(SmsNumber, SmsNumber.id == Appointment.number_id)
        .where(
            SmsNumber.phone == phone,
            Appointment.status == AppointmentStatus.BOOKED.value,
            Appointment.starts_at > start,
        )
        .order_by(Appointment.starts_at)
    )
    return session.scalars(query).all()

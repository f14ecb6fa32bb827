"""The clinic's book of appointments: put in, changed, cancelled and brought back, each in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.appointments import store
from bot.appointments.models import Appointment, AppointmentSource, AppointmentStatus
from bot.appointments.written import Details
from bot.channels import consents
from bot.channels import store as numbers
from bot.channels.consents import Given
from bot.db.engine import Database, utc_now
from bot.errors import ConflictError
from bot.staff.actor import Actor
from bot.staff.audit import record_by

Follow = Callable[[Session, Appointment, dt.datetime], None]
"""Has what rests on an appointment follow a change of it, in the transaction that changes it."""


CANCELLED_MARK = "cancelled"
"""What the source last said, where that was no more than this."""


class Put(str, Enum):
    """What came of putting an appointment into the book."""

    ADDED = "added"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    SAME = "same"
    OLDER = "older"
    UNKNOWN = "unknown"


class Book:
    """Keeps the appointments; what rests on them follows each change.

    Args:
        database: The store.
        followers: What is told of each change.
        clock: Gives the present.
    """

    def __init__(
        self, database: Database, followers: Sequence[Follow] = (), *, clock: Callable[[], dt.datetime] = utc_now
    ) -> None:
        self._database = database
        self._clock = clock
        self._followers = tuple(followers)

    def put(self, details: Details, by: Actor) -> tuple[int, Put]:
        """Keep an appointment as its source has it now; give its number, and what that changed.

        The same word again changes nothing: what staff have cancelled here since, or brought back, stays so.
        """
        try:
            return self._put(details, by)
        except IntegrityError:
            # Another process has put the same one, or a text of the same new number, between our look and our write.
            return self._put(details, by)

    def _put(self, details: Details, by: Actor) -> tuple[int, Put]:
        now = self._clock()
        with self._database.write() as session:
            number = numbers.lock_number(session, details.phone)
            values = {
                "status": details.status.value,
                "patient_name": details.patient_name,
                "patient_key": details.patient_key,
                "number_id": number.id,
                "treatment": details.treatment,
                "body_part": details.body_part,
                "starts_at": details.starts_at,
                "timezone": details.timezone,
                "language": details.language,
            }
            appointment = store.lock_by_source(session, details.source, details.external_id)
            if appointment is not None and _is_older(details, appointment):
                return appointment.id, Put.OLDER
            consented = details.consent is not None and consents.record(
                session,
                number_id=number.id,
                patient_key=details.patient_key,
                given=details.consent,
                recorded_by=by.name,
            )
            mark = _mark(values, details.phone)
            what = Put.ADDED if appointment is None else _what_changes(appointment, values, mark)
            if appointment is None:
                appointment = Appointment(source=details.source.value, external_id=details.external_id, created_at=now)
                session.add(appointment)
            appointment.said_at = details.said_at or appointment.said_at
            if what is not Put.SAME:
                for name, value in {**values, "mark": mark, "changed_at": now}.items():
                    setattr(appointment, name, value)
                is_cancelled = details.status is AppointmentStatus.CANCELLED
                appointment.cancelled_at = (appointment.cancelled_at or now) if is_cancelled else None
                session.flush()
                _note(session, appointment, by, f"appointment.{what.value}")
            if what is not Put.SAME or consented:
                self._follow(session, appointment, now)
            return appointment.id, what

    def cancel(self, appointment_id: int, by: Actor) -> None:
        """Cancel an appointment: nothing of its plan is sent any more.

        Raises:
            ConflictError: It is cancelled already.
            NotFoundError: There is none.
        """
        with self._database.write() as session:
            appointment, now = store.lock(session, appointment_id), self._clock()
            if appointment.status == AppointmentStatus.CANCELLED.value:
                raise ConflictError("This appointment is cancelled already.")
            appointment.status, appointment.cancelled_at = AppointmentStatus.CANCELLED.value, now
            self._done(session, appointment, by, "appointment.cancelled", now)

    def cancel_from(self, source: AppointmentSource, external_id: str, by: Actor) -> Put:
        """Cancel an appointment because its source says so, which need say no more of it than its id."""
        with self._database.write() as session:
            appointment, now = store.lock_by_source(session, source, external_id), self._clock()
            if appointment is None:
                return Put.UNKNOWN
            if appointment.mark == CANCELLED_MARK:
                return Put.SAME
            # Any other word after this one, also the one before it, is a new one.
            appointment.mark = CANCELLED_MARK
            if appointment.status == AppointmentStatus.CANCELLED.value:
                return Put.SAME
            appointment.status, appointment.cancelled_at = AppointmentStatus.CANCELLED.value, now
            self._done(session, appointment, by, "appointment.cancelled", now)
            return Put.CANCELLED

    def restore(self, appointment_id: int, by: Actor) -> None:
        """Take a cancellation back.

        Raises:
            ConflictError: It is not cancelled.
            NotFoundError: There is none.
        """
        with self._database.write() as session:
            appointment, now = store.lock(session, appointment_id), self._clock()
            if appointment.status != AppointmentStatus.CANCELLED.value:
                raise ConflictError("This appointment stands; there is nothing to take back.")
            appointment.status, appointment.cancelled_at = AppointmentStatus.BOOKED.value, None
            self._done(session, appointment, by, "appointment.restored", now)

    def pause(self, appointment_id: int, by: Actor, *, paused: bool) -> None:
        """Have the messages of an appointment's plan wait, or go on; what is so already stays.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.write() as session:
            appointment, now = store.lock(session, appointment_id), self._clock()
            if (appointment.paused_at is not None) == paused:
                return
            appointment.paused_at = now if paused else None
            self._done(session, appointment, by, "appointment.paused" if paused else "appointment.resumed", now)

    def consent(self, appointment_id: int, given: Given, by: Actor) -> None:
        """Note that the patient of an appointment agreed to texts.

        Raises:
            ConflictError: The number opted out: only a text of theirs can take that back.
            NotFoundError: There is no such appointment.
        """
        with self._database.write() as session:
            appointment, now = store.lock(session, appointment_id), self._clock()
            if numbers.get_number(session, appointment.number_id).opted_out_at is not None:
                raise ConflictError("This number opted out of texts (STOP). Only START, texted from it, ends that.")
            consents.record(
                session,
                number_id=appointment.number_id,
                patient_key=appointment.patient_key,
                given=given,
                recorded_by=by.name,
            )
            _note(session, appointment, by, "consent.recorded", version=given.version, channel=given.channel.value)
            self._follow(session, appointment, now)

    def withdraw(self, appointment_id: int, by: Actor) -> None:
        """Note that the patient of an appointment wants no texts that they do not ask for, for none of their visits.

        Raises:
            ConflictError: Its number has just been changed.
            NotFoundError: There is none.
        """
        with self._database.write() as session:
            seen, now = store.get(session, appointment_id), self._clock()
            number_id = seen.number_id
            numbers.lock_number(session, numbers.get_number(session, number_id).phone)
            theirs = store.lock_of_patient(session, number_id, seen.patient_key)
            appointment = next((one for one in theirs if one.id == appointment_id), None)
            if appointment is None:
                raise ConflictError("This appointment was just changed. Look at it again.")
            consents.end(session, number_id=number_id, patient_key=appointment.patient_key, now=now, by=by.name)
            _note(session, appointment, by, "consent.withdrawn")
            # What is on its way for another visit of theirs is not to be sent either.
            for each in theirs:
                self._follow(session, each, now)

    def _follow(self, session: Session, appointment: Appointment, now: dt.datetime) -> None:
        session.flush()
        for follow in self._followers:
            follow(session, appointment, now)

    def _done(self, session: Session, appointment: Appointment, by: Actor, action: str, now: dt.datetime) -> None:
        appointment.changed_at = now
        session.flush()
        _note(session, appointment, by, action)
        self._follow(session, appointment, now)


def _is_older(details: Details, appointment: Appointment) -> bool:
    return (
        details.said_at is not None
        and appointment.said_at is not None
        and details.said_at.astimezone(dt.UTC) < appointment.said_at
    )


def _what_changes(appointment: Appointment, values: Mapping[str, object], mark: str) -> Put:
    if appointment.mark == mark or all(getattr(appointment, name) == value for name, value in values.items()):
        return Put.SAME
    is_cancelled = values["status"] == AppointmentStatus.CANCELLED.value
    return Put.CANCELLED if is_cancelled and appointment.status != values["status"] else Put.CHANGED


def _mark(values: Mapping[str, object], phone: str) -> str:
    said = {**values, "number_id": phone}
    return hashlib.sha256(repr(sorted((name, str(value)) for name, value in said.items())).encode()).hexdigest()


def _note(session: Session, appointment: Appointment, by: Actor, action: str, **details: str) -> None:
    record_by(
        session,
        by=by,
        action=action,
        subject="appointment",
        subject_id=appointment.id,
        details=details,
    )

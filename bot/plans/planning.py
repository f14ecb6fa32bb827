"""What is planned for an appointment follows each change of it, in the transaction that changes it."""

from __future__ import annotations

import datetime as dt
from enum import Enum

from sqlalchemy.orm import Session

from bot.appointments.models import Appointment, AppointmentStatus
from bot.channels import consents
from bot.channels import store as numbers
from bot.clinic import Clinic
from bot.notifications import store as notifications
from bot.plans import store
from bot.plans.models import PlannedMessage
from bot.plans.schedule import Agreed, Appointed, Due, Held, held_by, schedule
from bot.plans.serving import ServedPlans
from bot.plans.store import LEFT_OUT, MISSED, QUEUED, SENT, WAITING


class Why(str, Enum):
    """Why a message was missed, or left out for another reason than `Held` has."""

    BOOKED_LATE = "booked_late"
    NO_TIME = "no_time"
    TOO_LATE = "too_late"
    STAFF_TALKED = "staff_talked"
    NOT_DELIVERED = "not_delivered"
    CHANGED = "changed"
    NOT_APPROVED = "not_approved"


class Planning:
    """Keeps the planned messages of appointments as plan, appointment and consent have them.

    Args:
        plans: Which plan holds.
        clinic: When its patients are not to be woken.
    """

    def __init__(self, plans: ServedPlans, clinic: Clinic) -> None:
        self._plans = plans
        self._clinic = clinic

    def due(self, session: Session, appointment: Appointment) -> tuple[Due, ...]:
        """Give the messages that an appointment has by its plan now; none where no plan may be served."""
        plan = self._plans.served(session, appointment.treatment, appointment.language)
        if plan is None:
            return ()
        agreed = self.agreed(session, appointment)
        return schedule(plan, appointed(appointment), agreed, self._clinic.waking_hours())

    def agreed(self, session: Session, appointment: Appointment) -> Agreed:
        """Give what the patient of an appointment agreed to."""
        number = numbers.get_number(session, appointment.number_id)
        consent = consents.standing(session, appointment.number_id, appointment.patient_key)
        return Agreed(consents=consent is not None, opted_out=number.opted_out_at is not None)

    def held(self, session: Session, appointment: Appointment) -> Held | None:
        """Say why nothing may be sent for an appointment; None if it may."""
        return held_by(appointed(appointment), self.agreed(session, appointment))

    def follow(self, session: Session, appointment: Appointment, now: dt.datetime) -> None:
        """Bring what is planned to what holds now; the appointment's row is locked, or new.

        What was sent stays sent; what is on its way is called off if it holds no more and nobody has it in hand.
        """
        due = {(one.step, one.day): one for one in self.due(session, appointment)}
        cancelled = appointment.status == AppointmentStatus.CANCELLED.value
        rows = {(row.step, row.day): row for row in store.of_appointment(session, appointment.id, locked=True)}
        for key, row in rows.items():
            one = due.get(key)
            if cancelled or one is None:
                _leave_out(session, row, Held.CANCELLED.value if cancelled else self._unplanned(appointment, row), now)
                continue
            # What it says may hold no more, though its window does.
            if row.status == QUEUED and (one.held is not None or appointment.changed_at > row.settled_at):
                _wait_again(session, row, now)
            if row.status in {WAITING, LEFT_OUT}:
                row.opens_at, row.closes_at = one.opens, one.closes
                if row.status == LEFT_OUT and one.closes > now:
                    row.status, row.why, row.settled_at = WAITING, None, now
        if not cancelled:
            for key in due.keys() - rows.keys():
                _plan(session, appointment, due[key], now)
        session.flush()

    def _unplanned(self, appointment: Appointment, row: PlannedMessage) -> str:
        """Say why a message is not to be sent any more: for that day it is, if only it were approved."""
        plan = self._plans.written(appointment.treatment, appointment.language)
        is_written = plan is not None and plan.step(row.step) is not None and row.day == appointed(appointment).day
        return Why.NOT_APPROVED.value if is_written else Why.CHANGED.value


def appointed(appointment: Appointment) -> Appointed:
    """Give what of an appointment its messages depend on."""
    return Appointed(
        starts_at=appointment.starts_at,
        timezone=appointment.timezone,
        is_cancelled=appointment.status == AppointmentStatus.CANCELLED.value,
        is_paused=appointment.paused_at is not None,
    )


def settle(row: PlannedMessage, status: str, why: str | None, now: dt.datetime) -> None:
    """Note what became of a planned message."""
    row.status, row.why, row.settled_at = status, why, now


def _plan(session: Session, appointment: Appointment, one: Due, now: dt.datetime) -> None:
    row = PlannedMessage(
        appointment_id=appointment.id,
        step=one.step,
        day=one.day,
        opens_at=one.opens,
        closes_at=one.closes,
        status=WAITING,
        settled_at=now,
    )
    if one.closes <= now or one.closes <= one.opens:
        if appointment.starts_at <= now:
            # It is long over: a table of last year's appointments is no list of what was missed.
            return
        why = Why.NO_TIME if one.closes <= one.opens else Why.BOOKED_LATE
        settle(row, *((LEFT_OUT, one.held.value) if one.held is not None else (MISSED, why.value)), now)
    session.add(row)


def _leave_out(session: Session, row: PlannedMessage, why: str, now: dt.datetime) -> None:
    if row.status == QUEUED:
        _wait_again(session, row, now)
    if row.status == WAITING:
        settle(row, LEFT_OUT, why, now)
    if row.status == MISSED:
        # Nobody needs to see to it any more.
        row.seen_at = row.seen_at or now


def _wait_again(session: Session, row: PlannedMessage, now: dt.datetime) -> None:
    """Call a message off that is on its way, unless somebody has it in hand or a part of it was sent."""
    if row.message_id is None or notifications.call_off(session, row.message_id, "called off"):
        settle(row, WAITING, None, now)
        row.message_id = None


IS_DONE = frozenset({QUEUED, SENT})
"""Said, or as good as said: never twice."""

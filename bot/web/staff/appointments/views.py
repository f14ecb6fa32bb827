"""Appointments and their planned messages in the words that staff read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.appointments import store as appointments
from bot.appointments.importing import IMPORTED_BY
from bot.appointments.models import Appointment, AppointmentSource, AppointmentStatus
from bot.bootstrap import Services
from bot.channels import consents, sms_text
from bot.channels import store as numbers
from bot.channels.consents import ConsentChannel
from bot.channels.models import SmsNumber
from bot.clinic import clock_time
from bot.knowledge import store as knowledge
from bot.plans import store as plans
from bot.plans.entries import Plan
from bot.plans.models import PlannedMessage
from bot.plans.planning import IS_DONE, Why
from bot.plans.schedule import Held
from bot.plans.store import LEFT_OUT, MISSED, QUEUED, SENT, WAITING
from bot.plans.wording import days_words
from bot.reading.phones import shown_phone
from bot.web.staff.by_text import no_texts_to
from bot.web.staff.times import day_words, exact

LOOK_BACK = dt.timedelta(days=14)
"""After a procedure its messages go on: so long it stays in the list."""
CHANNEL_WORDS = {
    ConsentChannel.IN_PERSON: "in person",
    ConsentChannel.PAPER: "on paper",
    ConsentChannel.PHONE: "by phone",
    ConsentChannel.WEB: "on the website",
    ConsentChannel.TEXT: "by text",
}
SOURCE_WORDS = {
    AppointmentSource.STAFF: "added here",
    AppointmentSource.CSV: "from a table",
    AppointmentSource.FHIR: "from your practice software",
}
STATUS_WORDS = {
    WAITING: "To be sent",
    QUEUED: "On its way",
    SENT: "Sent",
    MISSED: "Not sent",
    LEFT_OUT: "Left out",
}
WHY_WORDS = {
    Held.CANCELLED.value: "the appointment is cancelled",
    Held.OPTED_OUT.value: "the number opted out of texts (STOP)",
    Held.NO_CONSENT.value: "there was no consent",
    Held.PAUSED.value: "the messages were paused",
    Why.BOOKED_LATE.value: "the appointment was made after its time",
    Why.NO_TIME.value: "there was no time for it on that day",
    Why.TOO_LATE.value: "nobody could send it in its time: Frontdesk did not run, or could not reach the store",
    Why.STAFF_TALKED.value: "staff were talking with the patient",
    Why.NOT_DELIVERED.value: "the text was not delivered, or it is not known whether it was",
    Why.CHANGED.value: "the appointment or the plan has changed",
    Why.NOT_APPROVED.value: "no clinician's approval of it stands",
}


def listed(services: Services, session: Session, now: dt.datetime) -> list[dict[str, Any]]:
    """Give the appointments from two weeks ago on, those that are to come first."""
    to_see_to = plans.appointments_to_see_to(session)
    names = _names(session)
    rows = [
        {
            **_outline(one.appointment, names),
            "phone": shown_phone(one.phone, services.clinic.region),
            "chips": _chips(services, session, one.appointment),
            "needs_you": one.appointment.id in to_see_to,
            "is_over": one.appointment.starts_at <= now,
        }
        for one in appointments.from_day(session, now - LOOK_BACK)
    ]
    return sorted(rows, key=lambda row: row["is_over"])


def whole(services: Services, session: Session, appointment: Appointment, now: dt.datetime) -> dict[str, Any]:
    """Give one appointment with its timeline."""
    number = numbers.get_number(session, appointment.number_id)
    written = services.appointments.plans.written(appointment.treatment, appointment.language)
    served = services.appointments.plans.served(session, appointment.treatment, appointment.language)
    unapproved = _unapproved(services, session, written)
    return {
        **_outline(appointment, _names(session)),
        "phone": shown_phone(number.phone, services.clinic.region),
        "language": appointment.language,
        "source": SOURCE_WORDS[AppointmentSource(appointment.source)],
        "is_ours": appointment.source == AppointmentSource.STAFF.value,
        "is_cancelled": appointment.status == AppointmentStatus.CANCELLED.value,
        "is_paused": appointment.paused_at is not None,
        "opted_out": no_texts_to(session, number.phone, ZoneInfo(services.clinic.timezone)),
        "consent": _consent(services, session, appointment),
        "conversation_id": _conversation_id(session, number),
        "no_plan": "none" if written is None else "not_approved" if served is None else "",
        "is_waiting": any(row.status == WAITING for row in _rows(session, appointment)),
        "plan": None if written is None else f"/staff/knowledge/plans/{written.treatment}/{written.language}",
        "unapproved": unapproved,
        "timeline": [_planned(services, session, appointment, row, now) for row in _rows(session, appointment)],
        "typed": _typed(appointment, number),
    }


def _outline(appointment: Appointment, names: Mapping[str, str]) -> dict[str, Any]:
    zone = ZoneInfo(appointment.timezone)
    local = appointment.starts_at.astimezone(zone)
    return {
        "id": appointment.id,
        "name": appointment.patient_name,
        "treatment": names.get(appointment.treatment or "", appointment.treatment) or "No treatment",
        "body_part": appointment.body_part,
        "day": day_words(local),
        "time": clock_time(local),
        "zone": f"{local:%Z}",
        "iso": local.isoformat(),
    }


def _names(session: Session) -> dict[str, str]:
    return {slug: treatment.name for slug, treatment in knowledge.treatments(session).items()}


def _chips(services: Services, session: Session, appointment: Appointment) -> list[str]:
    if appointment.status == AppointmentStatus.CANCELLED.value:
        return ["Cancelled"]
    held = services.appointments.planning.held(session, appointment)
    words = {Held.OPTED_OUT: "Opted out", Held.NO_CONSENT: "No consent", Held.PAUSED: "Paused"}
    chips = [] if held is None else [words[held]]
    if services.appointments.plans.served(session, appointment.treatment, appointment.language) is None:
        chips.append("No plan")
    return chips


def _consent(services: Services, session: Session, appointment: Appointment) -> dict[str, str] | None:
    found = consents.standing(session, appointment.number_id, appointment.patient_key)
    if found is None:
        return None
    zone = ZoneInfo(services.clinic.timezone)
    given = found.given_at.astimezone(zone)
    return {
        "how": CHANNEL_WORDS[ConsentChannel(found.channel)],
        # A table knows the day alone, which is kept as its beginning.
        "when": day_words(given) if given.time() == dt.time() else exact(found.given_at, zone),
        "version": found.version,
        "noted": "from the file" if found.recorded_by == IMPORTED_BY.name else f"noted by {found.recorded_by}",
    }


def _conversation_id(session: Session, number: SmsNumber) -> str | None:
    ids = numbers.conversation_ids(session, number.id)
    return ids[-1] if ids else None


def _rows(session: Session, appointment: Appointment) -> list[PlannedMessage]:
    return plans.of_appointment(session, appointment.id)


def _planned(
    services: Services, session: Session, appointment: Appointment, row: PlannedMessage, now: dt.datetime
) -> dict[str, Any]:
    zone = ZoneInfo(appointment.timezone)
    plan = services.appointments.plans.written(appointment.treatment, appointment.language)
    step = None if plan is None else plan.step(row.step)
    preview = services.appointments.worker.preview(session, appointment, row)
    opens, closes = row.opens_at.astimezone(zone), row.closes_at.astimezone(zone)
    can_be_sent = row.status not in IS_DONE and services.appointments.planning.held(session, appointment) is None
    return {
        "id": row.id,
        "title": row.step if step is None else step.title,
        "day": f"{opens:%a} {opens.day} {opens:%b}",
        "window": f"{clock_time(opens)} to {clock_time(closes)}" if opens < closes else "no time that day",
        "days": None if step is None else days_words(step.day),
        "status": row.status,
        "status_words": _status_words(row, appointment),
        "why": WHY_WORDS.get(row.why or "", row.why),
        "settled": exact(row.settled_at, ZoneInfo(services.clinic.timezone)) if row.status != WAITING else None,
        "sent_by": row.sent_by,
        "needs_you": row.status == MISSED and row.seen_at is None,
        "text": None if preview is None else sms_text.reply_text(preview),
        "is_check_in": step is not None and step.check_in,
        "can_be_sent": can_be_sent and not (step is not None and step.day < 0 and appointment.starts_at <= now),
    }


def _status_words(row: PlannedMessage, appointment: Appointment) -> str:
    """Say how a message stands; "To be sent" would be no word for one that waits until somebody resumes."""
    return "Paused" if row.status == WAITING and appointment.paused_at is not None else STATUS_WORDS[row.status]


def _unapproved(services: Services, session: Session, plan: Plan | None) -> dict[str, int]:
    """Count the messages of a plan that no approval stands for: those that go all the same as samples, and others."""
    standings = [] if plan is None else services.appointments.plans.standings(session, plan).values()
    missing = [standing for standing in standings if standing.approval is None]
    return {
        "samples": sum(standing.is_served for standing in missing),
        "held": sum(not standing.is_served for standing in missing),
    }


def _typed(appointment: Appointment, number: SmsNumber) -> dict[str, str]:
    local = appointment.starts_at.astimezone(ZoneInfo(appointment.timezone))
    return {
        "name": appointment.patient_name,
        "phone": number.phone,
        "treatment": appointment.treatment or "",
        "body_part": appointment.body_part,
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "language": appointment.language,
    }

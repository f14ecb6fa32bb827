"""What was sent by plans and what came back, as FHIR R4: Communication and QuestionnaireResponse, one a line."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot.appointments import store as appointments
from bot.appointments.models import Appointment, AppointmentSource
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.plans import store
from bot.plans.models import PlannedMessage
from bot.staff.actor import Actor
from bot.staff.audit import record_by
from bot.vocabulary import Author

SYSTEM = "urn:frontdesk"
"""Before the names that we give: the same message has the same name in each file."""
MOST_ANSWERS = 20
"""Texts that one check-in is answered with, at most."""

Resource = dict[str, Any]


def fhir_lines(database: Database, since: dt.datetime, *, clinic: str, by: Actor) -> list[str]:
    """Give the messages that plans sent since a moment, and the answers to check-ins, as resources on a line each.

    Each is held to FHIR by the library that reads appointments. That they were taken out stands in the audit log.

    Args:
        database: The store.
        since: From when on, aware.
        clinic: Its name, as the sender.
        by: Who takes them out.
    """
    from fhir.resources.R4B.communication import Communication
    from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

    models: dict[str, type[BaseModel]] = {
        "Communication": Communication,
        "QuestionnaireResponse": QuestionnaireResponse,
    }
    with database.write() as session:
        found = [one for row in store.sent_since(session, since) for one in _resources(session, row, clinic)]
        record_by(
            session,
            by=by,
            action="plan.exported",
            subject="appointments",
            subject_id="fhir",
            details={"since": since.isoformat(), "resources": str(len(found))},
        )
    for one in found:
        models[one["resourceType"]].model_validate(one)
    return [json.dumps(one, ensure_ascii=False) for one in found]


def _resources(session: Session, row: PlannedMessage, clinic: str) -> Iterator[Resource]:
    message = None if row.message_id is None else conversations.find_by_id(session, row.message_id)
    if message is None:
        return
    appointment = appointments.get(session, row.appointment_id)
    yield {
        "resourceType": "Communication",
        "id": f"frontdesk-{row.id}",
        "identifier": [_name(f"planned-message:{row.id}")],
        "instantiatesUri": [_plan(appointment, row)],
        "status": "completed",
        "subject": _patient(appointment),
        "about": [_visit(appointment)],
        "sent": row.settled_at.isoformat(),
        "sender": {"display": row.sent_by or clinic},
        "payload": [{"contentString": message.text}],
    }
    answers = _answers(session, message)
    if not answers:
        return
    yield {
        "resourceType": "QuestionnaireResponse",
        "id": f"frontdesk-{row.id}-answer",
        "identifier": _name(f"check-in:{row.id}"),
        "questionnaire": _plan(appointment, row),
        "status": "completed",
        "subject": _patient(appointment),
        "source": _patient(appointment),
        "authored": answers[-1].created_at.isoformat(),
        "item": [
            {"linkId": row.step, "text": message.text, "answer": [{"valueString": one.text} for one in answers]},
        ],
    }


def _answers(session: Session, message: StoredMessage) -> list[StoredMessage]:
    """Give what the patient wrote with a check-in as the last thing before them."""
    if message.reply is None or not message.reply.check_in:
        return []
    answers: list[StoredMessage] = []
    for later in conversations.transcript(session, message.conversation_id, after=message.id, limit=MOST_ANSWERS):
        if later.author is not Author.PATIENT:
            break
        answers.append(later)
    return answers


def _patient(appointment: Appointment) -> Resource:
    """Name the patient by what the source of the appointment calls them: an address of theirs is not known here."""
    return {"type": "Patient", "identifier": {"value": appointment.patient_key}, "display": appointment.patient_name}


def _visit(appointment: Appointment) -> Resource:
    if appointment.source == AppointmentSource.FHIR.value:
        return {"type": "Appointment", "reference": f"Appointment/{appointment.external_id}"}
    return {"type": "Appointment", "identifier": {"value": appointment.external_id}}


def _plan(appointment: Appointment, row: PlannedMessage) -> str:
    return f"{SYSTEM}:plan:{appointment.treatment}:{appointment.language}:{row.step}"


def _name(value: str) -> Resource:
    return {"system": SYSTEM, "value": value}

"""A patient who asks after their own appointment: told from the record, and only to who is known to be meant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import Enum

from sqlalchemy.orm import Session

from bot.appointments import store
from bot.appointments.models import Appointment
from bot.channels import store as numbers
from bot.conversations import identity_store
from bot.db.engine import Database
from bot.db.folding import fold
from bot.reading.phones import without_extension

MOST_TOLD = 3
AHEAD = dt.timedelta(days=60)
BEHIND = dt.timedelta(days=30)
"""How far off an appointment may be whose treatment a question is about that names none."""


class Known(Enum):
    """What is known of whoever asks."""

    NOT_CONFIRMED = "not_confirmed"
    SHARED = "shared"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, kw_only=True)
class Own:
    """A patient's appointments, the earliest first; none unless it is known whose they are."""

    known: Known
    appointments: tuple[Appointment, ...] = ()


class OwnAppointments:
    """Finds the appointments of whoever writes in a conversation.

    Who texts from a number has it in hand, and who the clinic's website has signed is who they are; a number that
    somebody types into a chat proves nothing.
    """

    def __init__(self, database: Database) -> None:
        """Take the store."""
        self._database = database

    def of(self, conversation_id: str, now: dt.datetime) -> Own:
        """Give the appointments to come of whoever writes in a conversation, at most three."""
        own = self._after(conversation_id, now)
        return replace(own, appointments=own.appointments[:MOST_TOLD])

    def nearest(self, conversation_id: str, now: dt.datetime) -> Appointment | None:
        """Give the appointment that is nearest to now, before or after it; None if none is near, or it is not known."""
        near = [one for one in self._after(conversation_id, now - BEHIND).appointments if one.starts_at < now + AHEAD]
        return min(near, key=lambda one: abs(one.starts_at - now), default=None)

    def _after(self, conversation_id: str, start: dt.datetime) -> Own:
        with self._database.read() as session:
            number = numbers.number_of(session, conversation_id)
            signed = identity_store.of(session, [conversation_id])
            if number is not None:
                return _own(session, number.phone, "", "", start)
            if signed and signed[0].person.phone:
                person = signed[0].person
                return _own(session, without_extension(person.phone), person.id, person.name, start)
            return Own(known=Known.NOT_CONFIRMED)


def _own(session: Session, phone: str, person_id: str, name: str, start: dt.datetime) -> Own:
    found = store.standing_after(session, phone, start)
    keys = {appointment.patient_key for appointment in found}
    if person_id or name:
        theirs = keys & {person_id, fold(name)}
        found = [appointment for appointment in found if appointment.patient_key in theirs]
        if keys and not theirs:
            return Own(known=Known.SHARED)
    elif len(keys) > 1:
        return Own(known=Known.SHARED)
    return Own(known=Known.CONFIRMED, appointments=tuple(found))

"""What a patient's own appointment says to their questions: when it is, and what is meant where they leave it open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from actions.context import Context
from actions.hearing import Facets, for_staff
from actions.understood import Asked
from bot.appointments.asking import Known
from bot.appointments.models import Appointment
from bot.bootstrap import Services
from bot.clinic import clock_time
from bot.db.engine import utc_now
from bot.knowledge import store as knowledge
from bot.knowledge.answering.question import Question
from bot.reply import Reply
from bot.vocabulary import INTENT_PREFIX, ReplyKind, Responses

_SAID = {
    Known.NOT_CONFIRMED: Responses.APPOINTMENT_NOT_HERE,
    Known.SHARED: Responses.APPOINTMENT_SHARED,
    Known.CONFIRMED: Responses.APPOINTMENT_NONE,
}

_BEFORE, _AFTER = "preparation", "aftercare"
"""What a conversation is about that begins before an appointment, or after it."""
_MEDICINES = {_BEFORE: "medications_before", _AFTER: "medications_after"}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What the appointment near by of whoever writes makes of their questions; nothing where it is not known.

    Attributes:
        treatments: What it is for.
        topic: What the talk is about where nothing was spoken of: getting ready, or care afterwards.
    """

    treatments: tuple[str, ...] = ()
    topic: str | None = None

    def meant(self, services: Services, asked: Asked) -> Asked:
        """Give what is asked of a medicine: before the appointment or after it, where its words do not say which."""
        if self.topic is None or asked.topic is None or asked.topic not in _MEDICINES.values():
            return asked
        is_open = set(asked.named) & services.mentioned.medicines and not any(
            facet.name == Facets.SAYS_WHEN for facet in services.heard.facets(asked.words, (asked.topic,))
        )
        return replace(asked, intent=INTENT_PREFIX + _MEDICINES[self.topic]) if is_open else asked

    def begun(self, context: Context) -> Context:
        """Give what was spoken of, to say what a short question such as "can I take Tylenol?" asks."""
        return replace(context, topic=self.topic) if context.topic is None else context


def visit_of(services: Services, conversation_id: str, now: dt.datetime | None = None) -> Visit:
    """Give what the appointment near by of whoever writes in a conversation makes of their questions."""
    now = now or utc_now()
    found = services.appointments.own.nearest(conversation_id, now)
    if found is None or found.treatment is None:
        return Visit()
    return Visit(treatments=(found.treatment,), topic=_BEFORE if found.starts_at > now else _AFTER)


def appointment_told(
    services: Services, question: Question, conversation_id: str, now: dt.datetime | None = None
) -> Reply:
    """Say when the appointments of whoever asks are, or why that cannot be said, with the button that asks staff.

    Args:
        services: The parts of Frontdesk.
        question: The topic, and the patient's words.
        conversation_id: Where they ask.
        now: The present.
    """
    own = services.appointments.own.of(conversation_id, now or utc_now())
    phone = services.clinic.phone
    if not own.appointments:
        return for_staff(services, question, services.responses.text(_SAID[own.known], phone=phone))
    with services.knowledge_database.read() as session:
        names = {slug: row.short_name for slug, row in knowledge.treatments(session).items()}
    said = [_said_of(services, appointment, names) for appointment in own.appointments]
    closing = services.responses.text(Responses.APPOINTMENT_CHANGE, phone=phone)
    return Reply(kind=ReplyKind.ANSWER, topic=question.topic or None, text=" ".join([*said, closing]))


def _said_of(services: Services, appointment: Appointment, names: dict[str, str]) -> str:
    local = appointment.starts_at.astimezone(ZoneInfo(appointment.timezone))
    return services.responses.text(
        Responses.APPOINTMENT_OF,
        day=f"{local:%A, %B} {local.day}",
        time=clock_time(local),
        treatment=names.get(appointment.treatment or "", "next"),
    )

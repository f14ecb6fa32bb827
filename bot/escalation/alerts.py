"""Who is told of a ticket outside the console, and what: put in the outbox by the transaction that gives the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from bot.calendar import say_when
from bot.clinic import Clinic
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import utc_now
from bot.escalation.danger import danger_seen
from bot.escalation.models import Ticket
from bot.notifications import store as notifications
from bot.redaction.redactor import Redactor
from bot.staff import store as staff
from bot.staff.permissions import ADMINISTRATORS
from bot.vocabulary import Urgency

TITLES = {
    "ticket.opened": "Ticket {number} was opened.",
    "ticket.resolved": "Ticket {number} was resolved.",
    "message.created": "The patient of ticket {number} has written.",
    "ticket.urgent": "{urgency} ticket {number} needs somebody.",
    "ticket.raised": "Nobody has taken ticket {number} in time.",
    "ticket.not_delivered": "A text of ticket {number} did not reach the patient.",
    "ticket.passed_on": "Ticket {number} is waiting again: the person who had it cannot go on.",
}


class Alerts:
    """Chooses people by the clinic's lists and its calendar."""

    def __init__(
        self, clinic: Clinic, *, console_address: str, ways: frozenset[str], redactor: Callable[[], Redactor]
    ) -> None:
        """Take the clinic, the console's address for links, the ways that are set up, and what redacts."""
        self._clinic = clinic
        self._redactor = redactor
        self._address = console_address.rstrip("/")
        self._ways = ways

    def opened(self, session: Session, ticket: Ticket) -> None:
        """Tell the first people of a ticket that is urgent from the start, or has become so."""
        if Urgency(ticket.urgency).rank >= Urgency.URGENT.rank:
            self._queue(session, ticket, "ticket.urgent", self._first(session))

    def raised(self, session: Session, ticket: Ticket) -> None:
        """Tell the first and the next people that nobody took a ticket in time."""
        self._queue(session, ticket, "ticket.raised", [*self._first(session), *self._next(session)])

    def passed_on(self, session: Session, ticket: Ticket) -> None:
        """Tell the first people that somebody has left a patient waiting."""
        self._queue(session, ticket, "ticket.passed_on", self._first(session))

    def not_delivered(self, session: Session, ticket: Ticket) -> None:
        """Tell the first people that a card, a check or a reply did not reach the patient."""
        self._queue(session, ticket, "ticket.not_delivered", self._first(session))

    def happened(self, session: Session, ticket: Ticket, event: str, message: StoredMessage | None = None) -> None:
        """Tell the programs that work on tickets; with the message that was written, for they answer it."""
        may_sign_in = staff.names(session)
        for program in staff.integrations(session):
            if program.revoked_at is None and program.webhook_url and program.staff_member_id in may_sign_in:
                content = self._content(session, ticket, event, utc_now())
                told = {**content, "status": ticket.status, "conversation_id": ticket.conversation_id}
                if message is not None:
                    told["message"] = {"id": message.id, "author": message.author.value, "text": message.text}
                notifications.add(session, way="integration", target=str(program.id), event=event, content=told)

    def _first(self, session: Session) -> list[str]:
        alerts = self._clinic.alerts
        if alerts.after_hours and not self._clinic.is_open(utc_now()):
            return list(alerts.after_hours)
        return list(alerts.first) or staff.emails(session)

    def _next(self, session: Session) -> list[str]:
        return list(self._clinic.alerts.next) or staff.emails(session, ADMINISTRATORS)

    def _queue(self, session: Session, ticket: Ticket, event: str, people: list[str]) -> None:
        content = self._content(session, ticket, event, utc_now())
        if "email" in self._ways:
            for address in dict.fromkeys(people):
                notifications.add(session, way="email", target=address, event=event, content=content)
        if "webhook" in self._ways:
            notifications.add(session, way="webhook", target="", event=event, content=content)

    def _content(self, session: Session, ticket: Ticket, event: str, now: dt.datetime) -> dict[str, Any]:
        lines = [f"Urgency: {ticket.urgency}.", f"Reason: {ticket.reason.replace('_', ' ')}."]
        if danger_seen(session, ticket) is not None:
            lines.append("The patient was told to call, and not to wait for a reply.")
        elif ticket.promised_at is not None:
            lines.append(f"Promised to the patient: by {say_when(self._clinic, ticket.promised_at, now)}.")
        if self._clinic.alerts.patients_words and ticket.message_id is not None:
            written = conversations.text_of(session, ticket.message_id)
            # Mail passes many hands: who it is stands in the console, behind the sign-in.
            names = [conversations.get_conversation(session, ticket.conversation_id).patient_name or ""]
            lines.append(f"The patient wrote: {self._redactor().redact(written, names).text}")
        return {
            "ticket_id": ticket.id,
            "title": TITLES[event].format(number=ticket.id, urgency=ticket.urgency.capitalize()),
            "text": "\n".join(lines),
            "link": f"{self._address}/staff/tickets/{ticket.id}",
        }

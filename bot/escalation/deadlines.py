"""What passes by itself: promised times that run out, staff who stop answering, and tickets that wake up."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from bot.calendar import after_open_minutes
from bot.clinic import Clinic
from bot.conversations import store as conversations
from bot.db.engine import Database
from bot.escalation import store
from bot.escalation.alerts import Alerts
from bot.escalation.change import Change, changed, note
from bot.escalation.danger import danger_of
from bot.escalation.leaving import pass_on
from bot.escalation.merged_store import conversation_ids
from bot.escalation.models import Ticket
from bot.escalation.opening import wake
from bot.escalation.promises import Promises
from bot.responses import FixedResponses
from bot.staff.actor import FRONTDESK
from bot.vocabulary import TicketStatus, Urgency


class Deadlines:
    """Looks, every few seconds, at what the time has changed."""

    def __init__(
        self, database: Database, clinic: Clinic, responses: FixedResponses, alerts: Alerts | None = None
    ) -> None:
        """Take the database, the clinic for its hours and targets, the fixed wordings, and who is told of tickets."""
        self._database = database
        self._alerts = alerts
        self._clinic = clinic
        self._promises = Promises(clinic, responses)

    def pass_time(self, now: dt.datetime) -> list[Change]:
        """Do all that is due at an aware time; give what changed."""
        with self._database.read() as session:
            nothing = not (
                store.overdue(session, now)
                or store.of_status(session, TicketStatus.ASSIGNED)
                or store.of_status(session, TicketStatus.SNOOZED)
            )
        if nothing:
            # Most looks find nothing, and a reader stands in nobody's way.
            return []
        with self._database.write() as session:
            changes = [self._raise(session, ticket, now) for ticket in store.overdue(session, now)]
            changes.extend(
                pass_on(
                    session,
                    ticket,
                    FRONTDESK,
                    promises=self._promises,
                    alerts=self._alerts,
                    now=now,
                    fell_silent=True,
                )
                for ticket in store.of_status(session, TicketStatus.ASSIGNED)
                if self._is_left_alone(session, ticket, now)
            )
            for ticket in store.of_status(session, TicketStatus.SNOOZED):
                if ticket.snoozed_until is not None and ticket.snoozed_until <= now and wake(ticket):
                    note(session, ticket, FRONTDESK, "ticket.woken")
                    changes.append(changed(session, ticket))
            return changes

    def _raise(self, session: Session, ticket: Ticket, now: dt.datetime) -> Change:
        """Nobody took a ticket in time: tell more people, and promise the patient to be called back."""
        ticket.raised_at = now
        note(session, ticket, FRONTDESK, "ticket.raised", urgency=ticket.urgency)
        if self._alerts is not None:
            self._alerts.raised(session, ticket)
        if ticket.urgency == Urgency.EMERGENCY.value:
            # The card told them to call at once; a promise to be called back would tell them to wait.
            return changed(session, ticket)
        danger = danger_of(session, ticket)
        ticket.call_back_at = None if danger is not None else self._promises.call_back_due(now)
        reply = self._promises.call_back(ticket.id, ticket.call_back_at, danger=danger, now=now)
        return changed(session, ticket, replies=[reply])

    def _is_left_alone(self, session: Session, ticket: Ticket, now: dt.datetime) -> bool:
        """Tell whether the patient has waited too long for the person who took the chat."""
        waits = conversations.waiting_since(session, conversation_ids(session, ticket))
        if waits is None or ticket.taken_at is None:
            return False
        limit = after_open_minutes(self._clinic, max(waits, ticket.taken_at), self._clinic.staff_silence_minutes)
        return limit is not None and limit <= now

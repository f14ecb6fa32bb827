"""What passes by itself: promised times that run out, staff who stop answering or are gone, tickets that wake up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.calendar import after_open_minutes
from bot.clinic import Clinic
from bot.db.engine import Database
from bot.escalation.alerts import Alerts
from bot.escalation.change import Change, changed, note
from bot.escalation.danger import danger_of
from bot.escalation.due import due_store
from bot.escalation.due.due_store import Waiting
from bot.escalation.due.promises import Promises
from bot.escalation.leaving import pass_on
from bot.escalation.locking import lock_if_free
from bot.escalation.models import Ticket
from bot.escalation.opening import wake
from bot.responses import FixedResponses
from bot.staff.actor import FRONTDESK
from bot.vocabulary import Urgency


@dataclass(frozen=True, kw_only=True)
class _Due:
    """What is due at a moment, each kind found by one query."""

    overdue: Sequence[Ticket]
    of_the_shut_out: Sequence[Ticket]
    left_alone: Sequence[Ticket]
    awake: Sequence[Ticket]

    @property
    def ids(self) -> list[int]:
        """Which tickets, each once, in the order in which they come up."""
        tickets = (*self.overdue, *self.of_the_shut_out, *self.left_alone, *self.awake)
        return list(dict.fromkeys(ticket.id for ticket in tickets))


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
        """Do all that is due at an aware time; give what changed.

        Several edges may do so at once. Each ticket is a transaction of its own, which passes over what another edge
        has in hand: that edge does it.
        """
        with self._database.read() as session:
            # Most looks find nothing, and a reader stands in nobody's way.
            waiting = self._due(session, now).ids
        return [change for ticket_id in waiting for change in self._see_to(ticket_id, now)]

    def _see_to(self, ticket_id: int, now: dt.datetime) -> list[Change]:
        with self._database.write() as session:
            if lock_if_free(session, ticket_id) is None:
                return []
            # Once more: what was due a moment ago may have been taken, answered, resolved or seen to since.
            due = self._due(session, now, only=ticket_id)
            changes = [self._raise(session, ticket, now) for ticket in due.overdue]
            changes += [self._pass_on(session, ticket, now, fell_silent=False) for ticket in due.of_the_shut_out]
            changes += [self._pass_on(session, ticket, now, fell_silent=True) for ticket in due.left_alone]
            changes += [self._wake(session, ticket) for ticket in due.awake]
            return changes

    def _due(self, session: Session, now: dt.datetime, *, only: int | None = None) -> _Due:
        shut_out = due_store.of_the_shut_out(session, only=only)
        gone = {ticket.id for ticket in shut_out}
        # Opening hours only make a limit later.
        limit = now - dt.timedelta(minutes=self._clinic.staff_silence_minutes)
        return _Due(
            overdue=due_store.overdue(session, now, only=only),
            of_the_shut_out=shut_out,
            left_alone=[
                waiting.ticket
                for waiting in due_store.waiting(session, before=limit, only=only)
                if waiting.ticket.id not in gone and self._is_left_alone(waiting, now)
            ],
            awake=[ticket for ticket in due_store.awake(session, now, only=only) if ticket.id not in gone],
        )

    def _is_left_alone(self, waiting: Waiting, now: dt.datetime) -> bool:
        """Tell whether the patient has waited too long for the person who took the chat."""
        since = max(waiting.since, waiting.ticket.taken_at or waiting.since)
        limit = after_open_minutes(self._clinic, since, self._clinic.staff_silence_minutes)
        return limit is not None and limit <= now

    def _pass_on(self, session: Session, ticket: Ticket, now: dt.datetime, *, fell_silent: bool) -> Change:
        return pass_on(
            session,
            ticket,
            FRONTDESK,
            promises=self._promises,
            alerts=self._alerts,
            now=now,
            fell_silent=fell_silent,
        )

    def _wake(self, session: Session, ticket: Ticket) -> Change:
        wake(ticket)
        note(session, ticket, FRONTDESK, "ticket.woken")
        return changed(session, ticket)

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

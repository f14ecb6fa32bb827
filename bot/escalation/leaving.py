"""What becomes of the tickets of somebody who stops: who falls silent, or is shut out, leaves none behind."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.db.engine import Database, utc_now
from bot.escalation import store
from bot.escalation.alerts import Alerts
from bot.escalation.assigning import release
from bot.escalation.change import Change, changed, note
from bot.escalation.danger import danger_of
from bot.escalation.due.promises import Promises
from bot.escalation.locking import lock_tickets
from bot.escalation.models import Ticket
from bot.responses import FixedResponses
from bot.staff import store as staff
from bot.staff.actor import Actor
from bot.staff.people import People
from bot.vocabulary import Handler, TicketStatus, Urgency


class Leaving:
    """Shuts people out of the console together with what they had in hand."""

    def __init__(
        self,
        database: Database,
        people: People,
        clinic: Clinic,
        responses: FixedResponses,
        alerts: Alerts | None = None,
    ) -> None:
        """Take the accounts, what patients are told, and who is told of tickets."""
        self._database = database
        self._people = people
        self._alerts = alerts
        self._promises = Promises(clinic, responses)

    def shut_out(self, staff_member_id: int, by: Actor) -> list[Change]:
        """Let a person sign in no more; their tickets are anybody's, and their patients are told, all in one step.

        Raises:
            ConflictError: They are the last administrator.
            NotFoundError: There is no such account.
        """
        changes: list[Change] = []
        tickets: list[Ticket] = []

        def lock_all(session: Session) -> None:
            tickets[:] = lock_tickets(session, *(each.id for each in store.of_assignee(session, staff_member_id)))

        def pass_on_all(session: Session) -> None:
            now = utc_now()
            # One that they were given since is passed on by `Deadlines`, a moment later.
            changes.extend(
                pass_on(session, ticket, by, promises=self._promises, alerts=self._alerts, now=now)
                for ticket in tickets
                if ticket.assignee_id == staff_member_id and ticket.status != TicketStatus.RESOLVED.value
            )

        self._people.shut_out(staff_member_id, by, first=lock_all, and_so=pass_on_all)
        return changes


def pass_on(
    session: Session,
    ticket: Ticket,
    by: Actor,
    *,
    promises: Promises,
    alerts: Alerts | None,
    now: dt.datetime,
    fell_silent: bool = False,
) -> Change:
    """Give the ticket of somebody who cannot go on back to all; the bot answers meanwhile.

    Args:
        session: The open write session.
        ticket: Which ticket.
        by: Who or what noticed.
        promises: What patients are told.
        alerts: Whoever is told outside the console.
        now: The present.
        fell_silent: Whether the patient waited in vain, who is then promised somebody else by a time.
    """
    name = "" if ticket.assignee_id is None else staff.name_of(session, ticket.assignee_id)
    note(session, ticket, by, "ticket.passed_on", assignee=name)
    release(session, ticket, promises.due(Urgency(ticket.urgency), now))
    if alerts is not None:
        alerts.passed_on(session, ticket)
    danger = danger_of(session, ticket)
    if fell_silent:
        reply = promises.staff_silent(ticket.id, name, ticket.promised_at, danger=danger, now=now)
    else:
        reply = promises.handed_back(name, danger=danger, now=now)
    return changed(session, ticket, Handler.BOT, None, [reply])

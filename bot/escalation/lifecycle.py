"""The steps in the life of a ticket: each is one transaction, which also decides who answers the conversation.

One file, a little long: each step is short, and who wants to know what can become of a ticket sees all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, NotFoundError
from bot.escalation import store
from bot.escalation.alerts import Alerts
from bot.escalation.assigning import Had, give, release, snooze
from bot.escalation.change import Change, changed, note
from bot.escalation.closing import close
from bot.escalation.danger import danger_of, danger_seen
from bot.escalation.due.promised import asks_contact, still_stands, times_to_come, was_promised
from bot.escalation.due.promises import Promises, still_promised
from bot.escalation.locking import lock_tickets
from bot.escalation.merging.merge import merge, part
from bot.escalation.merging.merged_store import conversation_ids, last_inbound_id
from bot.escalation.models import Ticket
from bot.escalation.opening import USUAL_URGENCY, Escalation, open_ticket, reopen, wake
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.staff import store as staff
from bot.staff.actor import FRONTDESK, PATIENT, Actor
from bot.vocabulary import EscalationReason, Handler, Resolution, TicketStatus, Urgency


class Tickets:
    """Opens, assigns and resolves tickets; who handles a conversation changes in the same transaction."""

    def __init__(
        self, database: Database, clinic: Clinic, responses: FixedResponses, alerts: Alerts | None = None
    ) -> None:
        """Take the database, the clinic for its hours and targets, the fixed wordings, and who is told of tickets."""
        self._database = database
        self._alerts = alerts
        self._reopen_for = dt.timedelta(hours=clinic.reopen_hours)
        self._promises = Promises(clinic, responses)

    def open(
        self,
        conversation_id: str,
        *,
        reason: EscalationReason,
        urgency: Urgency | None = None,
        message_id: int | None = None,
        signs: Sequence[str] = (),
    ) -> int:
        """Open a ticket, or one again that was resolved lately, or raise the open one's urgency; give its number.

        Raises:
            NotFoundError: There is no such conversation.
        """
        escalation = Escalation(
            conversation_id=conversation_id,
            reason=reason,
            urgency=urgency or USUAL_URGENCY.get(reason, Urgency.ROUTINE),
            message_id=message_id,
            signs=signs,
        )
        try:
            return self._open(escalation)
        except IntegrityError:
            # Another process opened one between our look and our write: ours joins it.
            return self._open(escalation)

    def _open(self, escalation: Escalation) -> int:
        now = utc_now()
        with self._database.write() as session:
            conversations.lock_conversation(session, escalation.conversation_id)
            before = store.find_unresolved(session, escalation.conversation_id)
            urgency = None if before is None else before.urgency
            ticket = open_ticket(session, escalation, self._promises, reopen_after=now - self._reopen_for, now=now)
            if self._alerts is not None and ticket.urgency != urgency:
                self._alerts.opened(session, ticket)
            if self._alerts is not None and before is None:
                self._alerts.happened(session, ticket, "ticket.opened")
            return ticket.id

    def promise(self, ticket_id: int) -> Reply:
        """Tell the patient that a person was asked, and when one will answer.

        Raises:
            NotFoundError: There is no such ticket.
        """
        with self._database.read() as session:
            return still_promised(session, store.get_ticket(session, ticket_id), self._promises, now=utc_now())

    def told(self, ticket_id: int) -> list[Reply]:
        """Give what a patient who needs a person is told: the promise, and unless it is known the wish for a contact.

        Who was told before hears where it stands. In an emergency nothing but the call is asked of them.

        Raises:
            NotFoundError: There is no such ticket.
        """
        with self._database.read() as session:
            ticket = store.get_ticket(session, ticket_id)
            if danger_of(session, ticket) is None and was_promised(session, ticket):
                return [still_stands(ticket, self._promises, now=utc_now())]
            wants_contact = asks_contact(session, ticket)
        return [self.promise(ticket_id), *([self._promises.contact_request()] if wants_contact else [])]

    def open_ticket_of(self, conversation_id: str) -> int | None:
        """Give the number of a conversation's open ticket; None if staff have none."""
        with self._database.read() as session:
            ticket = store.find_unresolved(session, conversation_id)
            return None if ticket is None else ticket.id

    def reply_due(self, ticket_id: int) -> str:
        """Give by when staff reply to a patient or call them back, in words; nothing in danger, or where it is past.

        Raises:
            NotFoundError: There is no such ticket.
        """
        now = utc_now()
        with self._database.read() as session:
            ticket = store.get_ticket(session, ticket_id)
            is_danger = danger_of(session, ticket) is not None
        by = next((moment for moment in times_to_come(ticket, now) if moment is not None), None)
        return "" if is_danger or by is None else self._promises.in_words(by, now)

    def told_late(self, ticket_id: int, written_at: dt.datetime) -> list[Reply]:
        """Give what a patient is told whose message of some time ago was left unanswered and now goes to staff."""
        return [self._promises.left_unanswered(ticket_id, written_at, utc_now()), self.promise(ticket_id)]

    def take(self, ticket_id: int, by: Actor) -> Change:
        """Give a ticket, and its conversation, to the staff member who asks for it.

        Raises:
            ConflictError: It is resolved, or somebody else has it.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket = self._unresolved(session, ticket_id)
            if ticket.assignee_id is not None and ticket.assignee_id != by.staff_member_id:
                raise ConflictError(f"{staff.name_of(session, ticket.assignee_id)} has taken this ticket.")
            return give(session, ticket, by, to=by, promises=self._promises)

    def assign(self, ticket_id: int, *, to: int, by: Actor) -> Change:
        """Give a ticket, and its conversation, to a staff member, whoever had it before.

        Raises:
            ConflictError: It is resolved, or the staff member is shut out.
            NotFoundError: There is no such ticket or staff member.
        """
        with self._database.write() as session:
            ticket = self._unresolved(session, ticket_id)
            to_whom = Actor(staff_member_id=to, name=staff.name_of(session, to))
            return give(session, ticket, by, to=to_whom, promises=self._promises)

    def hand_back(self, ticket_id: int, by: Actor) -> Change:
        """Take a ticket from its assignee: anybody may take it, and meanwhile the bot answers.

        Raises:
            ConflictError: It is resolved, or nobody has it.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket = self._unresolved(session, ticket_id)
            if ticket.assignee_id is None:
                raise ConflictError("Nobody has this ticket.")
            return self._leave_to_all(session, ticket, by)

    def give_back(self, ticket_id: int, *, given_to: int, had: Had, by: Actor) -> Change:
        """Take back that a ticket was given to somebody: it is whose it was, or nobody's, and snoozed if it was.

        Raises:
            ConflictError: It is resolved, given_to has it no longer, or whose it was is shut out.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket = self._unresolved(session, ticket_id)
            if ticket.assignee_id != given_to:
                raise ConflictError(f"{staff.name_of(session, given_to)} no longer has this ticket.")
            if had.assignee_id is None:
                change = self._leave_to_all(session, ticket, by)
            else:
                to_whom = Actor(staff_member_id=had.assignee_id, name=staff.name_of(session, had.assignee_id))
                change = give(session, ticket, by, to=to_whom, promises=self._promises)
            if had.snoozed_until is not None and had.snoozed_until > utc_now():
                snooze(session, ticket, had.snoozed_until, by)
            return change

    def _leave_to_all(self, session: Session, ticket: Ticket, by: Actor) -> Change:
        now = utc_now()
        name = staff.name_of(session, ticket.assignee_id or 0)
        note(session, ticket, by, "ticket.handed_back", assignee=name)
        release(session, ticket, self._promises.due(Urgency(ticket.urgency), now))
        notice = self._promises.handed_back(name, danger=danger_of(session, ticket), now=now)
        return changed(session, ticket, Handler.BOT, None, [notice])

    def snooze(self, ticket_id: int, *, until: dt.datetime, by: Actor) -> Change:
        """Put a ticket out of sight until a time, or until its patient writes; who answers stays as it is.

        Raises:
            ConflictError: It is resolved, urgent, or the time is past.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket = self._unresolved(session, ticket_id)
            if until <= utc_now():
                raise ConflictError("Choose a time to come.")
            if Urgency(ticket.urgency).rank >= Urgency.URGENT.rank and ticket.assignee_id is None:
                raise ConflictError("This ticket is urgent and nobody has it. Take it first.")
            snooze(session, ticket, until, by)
            return changed(session, ticket)

    def resolve(
        self,
        ticket_id: int,
        *,
        by: Actor = FRONTDESK,
        resolution: Resolution = Resolution.ANSWERED,
        seen: int | None = None,
        ask_if_helped: bool = False,
    ) -> Change:
        """Close a ticket and hand its conversation back to the bot.

        Args:
            ticket_id: Which ticket.
            by: Who closes it.
            resolution: Why.
            ask_if_helped: Whether the patient is asked whether staff helped them.
            seen: The newest message that they have seen, to refuse if the patient has written since.

        Raises:
            ConflictError: It is resolved already, or the patient has written meanwhile.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket = self._unresolved(session, ticket_id)
            if seen is not None and last_inbound_id(session, ticket) > seen:
                raise ConflictError("The patient has written since you opened this ticket. Read that first.")
            notice = self._promises.resolved(rate_ticket=ticket_id if ask_if_helped else None)
            return close(session, ticket, by, resolution=resolution, notice=notice, alerts=self._alerts)

    def cancel(self, conversation_id: str, *, in_reply_to: int | None = None, handles: bool = True) -> Change:
        """Close a ticket because its patient wants to go on with the bot; one that may be serious stays.

        Args:
            conversation_id: Whose.
            in_reply_to: The message that says so, where it was said in words.
            handles: Whether that message is thereby done with.

        Raises:
            ConflictError: There is nothing to cancel.
            NotFoundError: There is no such conversation.
        """
        with self._database.write() as session:
            conversations.get_conversation(session, conversation_id)
            ticket = store.find_unresolved(session, conversation_id)
            if ticket is not None:
                (ticket,) = lock_tickets(session, ticket.id)
            if ticket is None or ticket.status == TicketStatus.RESOLVED.value:
                raise ConflictError("Our staff have no open request of yours. You can go on asking.")
            if in_reply_to is not None and handles:
                conversations.mark_handled(session, in_reply_to)
            # Also of a card that is not about them now: staff close it, once they have looked.
            if danger_seen(session, ticket) is not None:
                refusal = self._promises.cancel_refused(danger_of(session, ticket), utc_now())
                return changed(session, ticket, replies=[refusal], in_reply_to=in_reply_to)
            return close(
                session,
                ticket,
                PATIENT,
                resolution=Resolution.CANCELLED,
                notice=self._promises.cancelled(),
                alerts=self._alerts,
                in_reply_to=in_reply_to,
            )

    def merge(self, ticket_id: int, *, into: int, by: Actor) -> list[Change]:
        """Close the second ticket of a patient as part of their first, whose assignee then answers both.

        Raises:
            ConflictError: One of them is resolved, or both are the same.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket, first = lock_tickets(session, ticket_id, into)
            _refuse_resolved(ticket)
            _refuse_resolved(first)
            if ticket.id == first.id:
                raise ConflictError("A ticket cannot be merged with itself.")
            return merge(session, ticket, first, by, promises=self._promises, alerts=self._alerts)

    def reopen(self, ticket_id: int, by: Actor) -> Change:
        """Open a resolved ticket again; one that was merged is a ticket of its own then.

        Raises:
            ConflictError: It is not resolved, or its patient has another open one.
            NotFoundError: There is no such ticket.
        """
        now = utc_now()
        with self._database.write() as session:
            (ticket,) = lock_tickets(session, ticket_id)
            if ticket.status != TicketStatus.RESOLVED.value:
                raise ConflictError("This ticket is open already.")
            other = store.find_unresolved(session, ticket.conversation_id)
            if other is not None and other.id != ticket.merged_into_id:
                raise ConflictError(f"This patient has another open ticket, number {other.id}.")
            change = None if ticket.merged_into_id is None else part(session, ticket, self._promises)
            reopen(ticket, now)
            ticket.promised_at = self._promises.due(Urgency(ticket.urgency), now)
            note(session, ticket, by, "ticket.reopened")
            return change or changed(session, ticket)

    def rate(self, conversation_id: str, ticket_id: int, *, helped: bool) -> None:
        """Note whether the patient says that staff helped them.

        Raises:
            NotFoundError: This conversation has no such ticket.
        """
        with self._database.write() as session:
            (ticket,) = lock_tickets(session, ticket_id)
            if conversation_id not in conversation_ids(session, ticket):
                raise NotFoundError(f"There is no ticket {ticket_id}.")
            ticket.helped = helped

    def view(self, ticket_id: int) -> store.TicketView:
        """Give one ticket as staff see it.

        Raises:
            NotFoundError: There is no such ticket.
        """
        with self._database.read() as session:
            return store.view(session, ticket_id)

    def inbox(self, statuses: Sequence[TicketStatus]) -> tuple[list[store.TicketView], dict[TicketStatus, int]]:
        """Give all tickets of these statuses, most urgent first, and how many there are of each status."""
        with self._database.read() as session:
            return store.views(session, statuses=statuses), store.counts(session)

    def patient_wrote(self, session: Session, message: StoredMessage) -> None:
        """Wake the ticket of a patient who writes, and tell programs, in the transaction that stores the message."""
        ticket = store.find_unresolved(session, message.conversation_id)
        if ticket is None:
            return
        if ticket.status == TicketStatus.SNOOZED.value and wake(store.lock_ticket(session, ticket.id)):
            note(session, ticket, PATIENT, "ticket.woken")
        if self._alerts is not None:
            self._alerts.happened(session, ticket, "message.created", message)

    def _unresolved(self, session: Session, ticket_id: int) -> Ticket:
        (ticket,) = lock_tickets(session, ticket_id)
        _refuse_resolved(ticket)
        return ticket


def _refuse_resolved(ticket: Ticket) -> None:
    if ticket.status == TicketStatus.RESOLVED.value:
        raise ConflictError("This ticket is resolved already.")

"""Who has a ticket: a staff member, who then answers its conversations, or nobody, and the bot does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.conversations import handover
from bot.db.engine import utc_now
from bot.errors import ConflictError, NotFoundError
from bot.escalation.change import Change, changed, note
from bot.escalation.due.promises import Promises
from bot.escalation.merging.merged_store import conversation_ids, spoken_to_in
from bot.escalation.models import Ticket
from bot.staff import store as staff
from bot.staff.actor import Actor
from bot.vocabulary import Handler, Responses, TicketStatus


@dataclass(frozen=True, kw_only=True)
class Had:
    """Whose a ticket was before it was given to somebody; None for nobody's. And until when it was snoozed."""

    assignee_id: int | None
    snoozed_until: dt.datetime | None = None


def give(session: Session, ticket: Ticket, by: Actor, *, to: Actor, promises: Promises) -> Change:
    """Give a ticket and its conversations to a staff member; the patient is told when that is somebody new.

    Raises:
        ConflictError: It would go to a program, or to somebody who is shut out or only invited.
        NotFoundError: There is no such staff member.
    """
    if to.staff_member_id is None:
        raise ConflictError("Only a staff member can take a ticket.")
    receiver = staff.lock_staff_member(session, to.staff_member_id)
    if receiver is None:
        raise NotFoundError(f"There is no staff member {to.staff_member_id}.")
    if receiver.shut_out_at is not None:
        raise ConflictError(f"{receiver.name} can no longer sign in. Choose somebody else.")
    if not receiver.password_hash:
        raise ConflictError(f"{receiver.name} has not used their invitation yet. Choose somebody else.")
    ticket.snoozed_until = None
    if ticket.assignee_id != to.staff_member_id:
        note(session, ticket, by, "ticket.assigned", to=to.name)
    ticket.status = TicketStatus.ASSIGNED.value
    ticket.assignee_id = to.staff_member_id
    ticket.taken_at = ticket.taken_at or utc_now()
    is_new = spoken_to_in(session, ticket) in hand_over(session, ticket, to)
    replies = [promises.notice(Responses.TAKEN, staff=to.name)] if is_new else []
    return changed(session, ticket, Handler.STAFF, to.name, replies)


def hand_over(session: Session, ticket: Ticket, to: Actor) -> list[str]:
    """Let a staff member answer all conversations of a ticket; give those in which somebody else did."""
    return [
        each
        for each in conversation_ids(session, ticket)
        if handover.hand_over(session, each, staff_member_id=to.staff_member_id or 0, staff_name=to.name)
    ]


def snooze(session: Session, ticket: Ticket, until: dt.datetime, by: Actor) -> None:
    """Put a ticket out of sight until a time; who answers stays as it is."""
    ticket.status = TicketStatus.SNOOZED.value
    ticket.snoozed_until = until
    note(session, ticket, by, "ticket.snoozed", until=until.isoformat())


def release(session: Session, ticket: Ticket, promised_at: dt.datetime | None) -> None:
    """Take a ticket from its assignee, with a new time by which somebody takes it; the bot answers meanwhile."""
    ticket.status = TicketStatus.OPEN.value
    ticket.promised_at = promised_at
    for name in ("assignee_id", "snoozed_until", "taken_at", "raised_at"):
        setattr(ticket, name, None)
    hand_back(session, ticket)


def hand_back(session: Session, ticket: Ticket) -> None:
    """Let the bot answer all conversations of a ticket."""
    for each in conversation_ids(session, ticket):
        handover.hand_back(session, each)


def taken_by(name: str) -> str:
    """Say who has a ticket that somebody else wants to have or to answer."""
    return f"{name} has taken this ticket."

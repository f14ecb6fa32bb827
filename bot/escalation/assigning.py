"""Who has a ticket: a staff member, who then answers its conversation, or nobody, and the bot does."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from bot.conversations.handover import hand_back, hand_over
from bot.db.engine import utc_now
from bot.errors import ConflictError
from bot.escalation.change import Change, changed, note
from bot.escalation.models import Ticket
from bot.escalation.promises import Promises
from bot.staff.actor import Actor
from bot.vocabulary import Handler, Responses, TicketStatus


def give(session: Session, ticket: Ticket, by: Actor, *, to: Actor, promises: Promises) -> Change:
    """Give a ticket and its conversation to a staff member; the patient is told when that is somebody new.

    Raises:
        ConflictError: It would go to a program.
    """
    if to.staff_member_id is None:
        raise ConflictError("Only a staff member can take a ticket.")
    ticket.snoozed_until = None
    if ticket.assignee_id != to.staff_member_id:
        note(session, ticket, by, "ticket.assigned", to=to.name)
    ticket.status = TicketStatus.ASSIGNED.value
    ticket.assignee_id = to.staff_member_id
    ticket.taken_at = ticket.taken_at or utc_now()
    is_new = hand_over(session, ticket.conversation_id, staff_member_id=to.staff_member_id, staff_name=to.name)
    replies = [promises.notice(Responses.TAKEN, staff=to.name)] if is_new else []
    return changed(session, ticket, Handler.STAFF, to.name, replies)


def release(session: Session, ticket: Ticket, promised_at: dt.datetime | None) -> None:
    """Take a ticket from its assignee, with a new time by which somebody takes it; the bot answers meanwhile."""
    ticket.status = TicketStatus.OPEN.value
    ticket.promised_at = promised_at
    for name in ("assignee_id", "snoozed_until", "taken_at", "raised_at"):
        setattr(ticket, name, None)
    hand_back(session, ticket.conversation_id)


def taken_by(name: str) -> str:
    """Say who has a ticket that somebody else wants to have or to answer."""
    return f"{name} has taken this ticket."

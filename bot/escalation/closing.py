"""Closing a ticket: why is noted, and its conversation goes back to the bot."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.conversations.handover import hand_back
from bot.db.engine import utc_now
from bot.escalation.alerts import Alerts
from bot.escalation.change import Change, changed, note
from bot.escalation.models import Ticket
from bot.reply import Reply
from bot.staff.actor import Actor
from bot.vocabulary import Handler, Resolution, TicketStatus, Urgency


def close(
    session: Session,
    ticket: Ticket,
    by: Actor,
    *,
    resolution: Resolution,
    notice: Reply,
    alerts: Alerts | None,
    in_reply_to: int | None = None,
) -> Change:
    """Close a ticket and tell the patient.

    Args:
        session: The open write session.
        ticket: Which ticket.
        by: Who closes it.
        resolution: Why.
        notice: What the patient is told.
        alerts: Whoever is told outside the console.
        in_reply_to: The patient's message that asked for it, if one did.
    """
    ticket.status = TicketStatus.RESOLVED.value
    ticket.snoozed_until = None
    ticket.resolution = resolution.value
    ticket.resolved_at = utc_now()
    note(session, ticket, by, "ticket.resolved", resolution=resolution.value)
    hand_back(session, ticket.conversation_id)
    if alerts is not None:
        alerts.happened(session, ticket, "ticket.resolved")
    return changed(session, ticket, Handler.BOT, None, [notice], in_reply_to=in_reply_to)


def absorb(first: Ticket, second: Ticket) -> None:
    """Let a patient's first ticket take over what presses in their second one, which becomes part of it."""
    if Urgency(second.urgency).rank > Urgency(first.urgency).rank:
        first.urgency, first.promised_at = second.urgency, second.promised_at
    first.signs = list(dict.fromkeys([*first.signs, *second.signs]))
    second.merged_into_id = first.id

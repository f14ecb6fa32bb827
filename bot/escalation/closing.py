"""Closing a ticket: why and by whom is noted, and its conversations go back to the bot."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.engine import utc_now
from bot.escalation.alerts import Alerts
from bot.escalation.assigning import hand_back
from bot.escalation.change import Change, changed, note
from bot.escalation.models import Ticket
from bot.reply import Reply
from bot.staff.actor import Actor
from bot.vocabulary import Handler, Resolution, TicketStatus


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
    mark_resolved(session, ticket, by, resolution, alerts)
    hand_back(session, ticket)
    return changed(session, ticket, Handler.BOT, None, [notice], in_reply_to=in_reply_to)


def mark_resolved(session: Session, ticket: Ticket, by: Actor, resolution: Resolution, alerts: Alerts | None) -> None:
    """Note that a ticket is resolved, by whom and why; who answers is not touched."""
    ticket.status = TicketStatus.RESOLVED.value
    ticket.snoozed_until = None
    ticket.resolution = resolution.value
    ticket.resolved_at = utc_now()
    ticket.resolved_by = by.name
    note(session, ticket, by, "ticket.resolved", resolution=resolution.value)
    if alerts is not None:
        alerts.happened(session, ticket, "ticket.resolved")

"""What a patient with an open request was told of it already, and what is still to be asked of them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from bot.conversations import identity_store
from bot.conversations import store as conversations
from bot.escalation.danger import danger_of, taken_back_at
from bot.escalation.due.promises import Promises
from bot.escalation.models import Ticket
from bot.reply import Reply


def was_promised(session: Session, ticket: Ticket) -> bool:
    """Say whether the patient was told that staff have their request, since it was opened or a card of theirs went."""
    moments = (ticket.opened_at, ticket.reopened_at, taken_back_at(session, ticket))
    since = max(moment for moment in moments if moment is not None)
    return conversations.was_told_of(session, ticket.conversation_id, ticket.id, since=since)


def asks_contact(session: Session, ticket: Ticket) -> bool:
    """Say whether staff could not reach the patient outside the chat, and there is time to ask how they can."""
    if identity_store.is_reachable(session, ticket.conversation_id):
        return False
    danger = danger_of(session, ticket)
    return danger is None or not danger.emergency


def times_to_come(ticket: Ticket, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Give by when staff reply, and by when they call back where nobody came in time; None for what is past."""

    def to_come(moment: dt.datetime | None) -> dt.datetime | None:
        return moment if moment is not None and moment > now else None

    return None if ticket.raised_at is not None else to_come(ticket.promised_at), to_come(ticket.call_back_at)


def still_stands(ticket: Ticket, promises: Promises, *, now: dt.datetime) -> Reply:
    """Say where a request stands that the patient asks for once more; a time that is past is not said again."""
    reply_at, call_back_at = times_to_come(ticket, now)
    return promises.stands(ticket.id, reply_at, call_back_at, now=now)

"""The only SQL on what is old: which rows of each kind a time has passed for, and deleting those."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.appointments.models import Appointment
from bot.conversations import several_store
from bot.conversations.models import Conversation, Message
from bot.escalation.models import Ticket
from bot.notifications.models import Notification
from bot.privacy import person_store
from bot.staff.models import AuditEntry, SignIn, SignInTries, StaffLink
from bot.vocabulary import TicketStatus

Before = Mapping[str, dt.datetime | None]
"""For each kind the moment from which on all is kept; None keeps all of it."""


def old_tickets(before: Before) -> Select[int]:
    """Select resolved tickets, those that are part of another first: a whole goes only when all of it is old."""
    part = aliased(Ticket)
    limit = before["tickets"]
    if limit is None:
        return select(Ticket.id).where(~true())
    is_kept = or_(part.status != TicketStatus.RESOLVED.value, part.resolved_at >= limit)
    whole, of_whole = (func.coalesce(ticket.merged_into_id, ticket.id) for ticket in (Ticket, part))
    # Not asked for each ticket by itself, which would look through all of them each time.
    kept = select(of_whole).where(is_kept)
    return select(Ticket.id).where(whole.not_in(kept)).order_by(Ticket.merged_into_id.is_(None), Ticket.id)


def old_conversations(before: Before) -> Select[str]:
    """Select conversations in which nothing was said for long, and which have no ticket that is kept."""
    limit = before["conversations"]
    if limit is None:
        return select(Conversation.id).where(~true())
    said = select(Message.id).where(Message.conversation_id == Conversation.id, Message.created_at >= limit)
    ticket = select(Ticket.id).where(
        Ticket.conversation_id == Conversation.id, Ticket.id.not_in(old_tickets(before).order_by(None))
    )
    return select(Conversation.id).where(
        Conversation.created_at < limit,
        ~said.correlate(Conversation).exists(),
        ~ticket.correlate(Conversation).exists(),
    )


def old_rows(before: Before) -> dict[str, Select[Any]]:
    """Select, by kind, the keys of rows that belong to nothing else."""
    # What waits is never old; what was sent or given up waits no more.
    done = Notification.next_try_at.is_(None)
    given_up = done & Notification.sent_at.is_(None)
    return {
        "notifications": _old(Notification.id, Notification.sent_at, before["notifications"], done),
        "not_delivered": _old(Notification.id, Notification.created_at, before["not_delivered"], given_up),
        "sign_ins": _old(SignIn.token_hash, SignIn.expires_at, before["sign_ins"]),
        "links": _old(StaffLink.token_hash, StaffLink.expires_at, before["sign_ins"]),
        "tries": _old(SignInTries.key_hash, SignInTries.last_at, before["tries"]),
        "audit": _old(AuditEntry.id, AuditEntry.at, before["audit"]),
    }


def newest_message(session: Session, *, before: dt.datetime) -> dt.datetime | None:
    """Give when the last message before a moment was written."""
    return session.scalar(select(func.max(Message.created_at)).where(Message.created_at < before))


def count(session: Session, keys: Select[Any]) -> int:
    """Give how many keys are selected."""
    return session.scalar(select(func.count()).select_from(keys.order_by(None).subquery())) or 0


def delete_rows(session: Session, keys: Select[Any], most: int) -> int:
    """Delete some rows by the keys that are selected; give how many."""
    (key,) = keys.selected_columns
    query = delete(key.table).where(key.in_(keys.limit(most)))
    return session.connection().execute(query).rowcount


def delete_tickets(session: Session, before: Before, most: int) -> int:
    """Delete some old tickets with what staff wrote beside them; give how many."""
    ids = list(session.scalars(old_tickets(before).limit(most)))
    return person_store.forget_tickets(session, ids).get("tickets", 0) if ids else 0


def delete_conversations(session: Session, before: Before, most: int) -> list[str]:
    """Delete some old conversations with all that belongs to them; give their ids."""
    seen = list(session.scalars(old_conversations(before).limit(most)))
    several_store.lock_conversations(session, seen)
    # Once more: what is said in one just now is said with its row locked.
    ids = list(session.scalars(old_conversations(before).where(Conversation.id.in_(seen))))
    if ids:
        numbers = [number.id for number in person_store.numbers_of(session, ids)]
        person_store.forget(session, ids, numbers, with_appointments=False)
    return ids


def old_appointments(before: Before) -> Select[int]:
    """Select the appointments that were long ago."""
    limit = before["appointments"]
    if limit is None:
        return select(Appointment.id).where(~true())
    return select(Appointment.id).where(Appointment.starts_at < limit).order_by(Appointment.id)


def delete_appointments(session: Session, before: Before, most: int) -> int:
    """Delete some old appointments with what rests on them; give how many."""
    ids = list(session.scalars(old_appointments(before).limit(most)))
    return person_store.forget_appointments(session, ids) if ids else 0


def without_conversation(session: Session, ids: Sequence[str]) -> list[str]:
    """Give those of these ids under which there is no conversation."""
    known = set(session.scalars(select(Conversation.id).where(Conversation.id.in_(ids))))
    return [one for one in ids if one not in known]


def _old(
    key: InstrumentedAttribute[Any],
    since: InstrumentedAttribute[Any],
    limit: dt.datetime | None,
    which: ColumnElement[bool] | None = None,
) -> Select[Any]:
    if limit is None:
        return select(key).where(~true())
    return select(key).where(since < limit, true() if which is None else which)

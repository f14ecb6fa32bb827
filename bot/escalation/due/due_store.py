"""The SQL of what passes by itself: each kind of thing that is due is found by one query, however many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVarTuple, Unpack

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from bot.conversations.models import Message
from bot.escalation.merging.merged_store import conversations_of
from bot.escalation.models import Ticket
from bot.staff.models import StaffMember
from bot.vocabulary import Author, TicketStatus

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A ticket whose patient has written since staff last did, and when they first did so."""

    ticket: Ticket
    since: dt.datetime


def overdue(session: Session, now: dt.datetime, *, only: int | None = None) -> Sequence[Ticket]:
    """Give the tickets that nobody took by the promised time and that were not raised yet, the oldest promise first.

    Here and below, `only` asks about one ticket.
    """
    query = (
        select(Ticket)
        .where(Ticket.status == TicketStatus.OPEN.value, Ticket.promised_at <= now, Ticket.raised_at.is_(None))
        .order_by(Ticket.promised_at)
    )
    return session.scalars(_of(query, only)).all()


def of_the_shut_out(session: Session, *, only: int | None = None) -> Sequence[Ticket]:
    """Give the unresolved tickets of people who can no longer sign in, oldest first."""
    query = (
        select(Ticket)
        .join(StaffMember, StaffMember.id == Ticket.assignee_id)
        .where(StaffMember.shut_out_at.is_not(None), Ticket.status != TicketStatus.RESOLVED.value)
        .order_by(Ticket.id)
    )
    return session.scalars(_of(query, only)).all()


def waiting(session: Session, *, before: dt.datetime, only: int | None = None) -> Sequence[Waiting]:
    """Give the assigned tickets, oldest first, that were taken before a time and whose patients wait since then."""
    since = _waiting_since()
    query = (
        select(Ticket, since)
        .where(Ticket.status == TicketStatus.ASSIGNED.value, Ticket.taken_at <= before, since <= before)
        .order_by(Ticket.id)
    )
    return [Waiting(ticket=ticket, since=when) for ticket, when in session.execute(_of(query, only)).all()]


def awake(session: Session, now: dt.datetime, *, only: int | None = None) -> Sequence[Ticket]:
    """Give the snoozed tickets whose time has come, oldest first."""
    query = select(Ticket).where(Ticket.status == TicketStatus.SNOOZED.value, Ticket.snoozed_until <= now)
    return session.scalars(_of(query.order_by(Ticket.id), only)).all()


def _of(query: Select[Unpack[Columns]], only: int | None) -> Select[Unpack[Columns]]:
    return query if only is None else query.where(Ticket.id == only)


def _waiting_since() -> ScalarSelect[dt.datetime]:
    """Select the time of the first message that staff have not replied to.

    Whoever has several conversations with us is replied to in the one where they wrote last, for all of them.
    """
    last_staff = (
        select(func.coalesce(func.max(Message.id), 0))
        .where(Message.conversation_id.in_(conversations_of()), Message.author == Author.STAFF.value)
        .correlate(Ticket)
        .scalar_subquery()
    )
    return (
        select(func.min(Message.created_at))
        .where(
            Message.conversation_id.in_(conversations_of()),
            Message.author == Author.PATIENT.value,
            Message.id > last_staff,
        )
        .correlate(Ticket)
        .scalar_subquery()
    )

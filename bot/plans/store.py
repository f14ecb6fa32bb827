"""The only SQL on planned messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.plans.models import PlannedMessage

WAITING, QUEUED, SENT, MISSED, LEFT_OUT = "waiting", "queued", "sent", "missed", "left_out"

_ANEW: dict[str, Any] = {"populate_existing": True}


def of_appointment(session: Session, appointment_id: int, *, locked: bool = False) -> list[PlannedMessage]:
    """Give the planned messages of an appointment, in the order in which they are due."""
    query = select(PlannedMessage).where(PlannedMessage.appointment_id == appointment_id)
    query = query.order_by(PlannedMessage.opens_at, PlannedMessage.id)
    return list(session.scalars(query.with_for_update() if locked else query, execution_options=_ANEW))


def lock_if_free(session: Session, planned_id: int) -> PlannedMessage | None:
    """Give a planned message as it stands now, locked; None if it is gone or somebody else has it in hand."""
    query = select(PlannedMessage).where(PlannedMessage.id == planned_id).with_for_update(skip_locked=True)
    return session.scalar(query, execution_options=_ANEW)


def find(session: Session, planned_id: int) -> PlannedMessage | None:
    """Give a planned message, or None if there is none."""
    return session.get(PlannedMessage, planned_id)


def to_be_sent(session: Session, now: dt.datetime, *, limit: int = 50) -> Sequence[tuple[int, int]]:
    """Give the planned messages whose window is open, those first that close first, each with its appointment."""
    query = select(PlannedMessage.id, PlannedMessage.appointment_id).where(
        PlannedMessage.status == WAITING, PlannedMessage.opens_at <= now, PlannedMessage.closes_at > now
    )
    query = query.order_by(PlannedMessage.closes_at, PlannedMessage.id).limit(limit)
    return [(row.id, row.appointment_id) for row in session.execute(query)]


def closed(session: Session, now: dt.datetime, *, limit: int = 200) -> Sequence[tuple[int, int]]:
    """Give the planned messages that wait though it is too late for them, each with its appointment."""
    query = select(PlannedMessage.id, PlannedMessage.appointment_id).where(
        PlannedMessage.status == WAITING, PlannedMessage.closes_at <= now
    )
    return [(row.id, row.appointment_id) for row in session.execute(query.order_by(PlannedMessage.id).limit(limit))]


def on_their_way(session: Session, *, limit: int = 200) -> Sequence[int]:
    """Give the planned messages that are stored and of which it is not known yet whether they were sent."""
    query = select(PlannedMessage.id).where(PlannedMessage.status == QUEUED)
    return session.scalars(query.order_by(PlannedMessage.id).limit(limit)).all()


def sent_since(session: Session, since: dt.datetime) -> Sequence[PlannedMessage]:
    """Give the planned messages that were sent since a moment, in the order in which they were."""
    query = select(PlannedMessage).where(PlannedMessage.status == SENT, PlannedMessage.settled_at >= since)
    return session.scalars(query.order_by(PlannedMessage.settled_at, PlannedMessage.id)).all()


def count_to_see_to(session: Session) -> int:
    """Give how many were missed and not yet seen to by staff."""
    query = select(func.count()).where(PlannedMessage.status == MISSED, PlannedMessage.seen_at.is_(None))
    return session.scalar(query) or 0


def appointments_to_see_to(session: Session) -> set[int]:
    """Give the appointments with a message that was missed and not yet seen to."""
    query = select(PlannedMessage.appointment_id).where(
        PlannedMessage.status == MISSED, PlannedMessage.seen_at.is_(None)
    )
    return set(session.scalars(query.distinct()))

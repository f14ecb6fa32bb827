"""The only SQL on what is on its way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from bot.db.engine import utc_now
from bot.notifications.models import Notification

SMS = "sms"
CARD, MESSAGE = "sms.card", "sms.message"
"""The events of a text."""


def add(
    session: Session, *, way: str, target: str, event: str, content: Mapping[str, Any], given_up: str | None = None
) -> None:
    """Store a notification that is to be sent at once; with a reason in `given_up`, one that is kept and not sent."""
    now = utc_now()
    session.add(
        Notification(
            way=way,
            target=target,
            event=event,
            content=dict(content),
            created_at=now,
            next_try_at=None if given_up else now,
            tries=0,
            problem=given_up,
        )
    )


def due(session: Session, now: dt.datetime, *, limit: int = 20) -> list[Notification]:
    """Give the notifications whose next try is due, the oldest first."""
    query = select(Notification).where(Notification.next_try_at <= now, Notification.way != SMS)
    return list(session.scalars(query.order_by(Notification.id).limit(limit)))


def texts_due(session: Session, now: dt.datetime, *, limit: int = 20) -> list[Notification]:
    """Give the texts whose next try is due, cards first; of each number only the first that waits, to keep the order.

    A card waits for no other text of its number: what the patient must do now does not come after small talk.
    """
    earlier = aliased(Notification)
    waits_before = exists().where(
        earlier.target == Notification.target,
        earlier.way == SMS,
        earlier.event == Notification.event,
        earlier.id < Notification.id,
        earlier.next_try_at.is_not(None),
    )
    query = select(Notification).where(Notification.next_try_at <= now, Notification.way == SMS, ~waits_before)
    return list(session.scalars(query.order_by(Notification.event != CARD, Notification.id).limit(limit)))


def texts_since(session: Session, target: str, since: dt.datetime) -> int:
    """Give how many texts to a number were queued since then, and not given up."""
    queued = Notification.sent_at.is_not(None) | Notification.next_try_at.is_not(None)
    query = select(func.count()).where(
        Notification.way == SMS, Notification.target == target, Notification.created_at >= since, queued
    )
    return session.scalar(query) or 0


def texts_not_sent(session: Session, target: str) -> list[Notification]:
    """Give the texts to a number that were tried and did not arrive, whether they are tried again or given up."""
    query = select(Notification).where(
        Notification.way == SMS, Notification.target == target, Notification.problem.is_not(None)
    )
    return list(session.scalars(query.order_by(Notification.id)))


def counts(session: Session) -> dict[str, int]:
    """Give how many wait to be sent and how many were given up."""
    unsent = select(func.count()).where(Notification.sent_at.is_(None))
    return {
        "waiting": session.scalar(unsent.where(Notification.next_try_at.is_not(None))) or 0,
        "given_up": session.scalar(unsent.where(Notification.next_try_at.is_(None))) or 0,
    }


def find(session: Session, notification_id: int) -> Notification | None:
    """Give a notification; None once it was deleted with all that is stored of its patient."""
    return session.get(Notification, notification_id)

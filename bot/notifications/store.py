"""The only SQL on notifications."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.engine import utc_now
from bot.notifications.models import Notification


def add(session: Session, *, way: str, target: str, event: str, content: Mapping[str, Any]) -> None:
    """Store a notification that is to be sent at once."""
    now = utc_now()
    session.add(
        Notification(
            way=way, target=target, event=event, content=dict(content), created_at=now, next_try_at=now, tries=0
        )
    )


def due(session: Session, now: dt.datetime, *, limit: int = 20) -> list[Notification]:
    """Give the notifications whose next try is due, the oldest first."""
    query = select(Notification).where(Notification.next_try_at <= now).order_by(Notification.id).limit(limit)
    return list(session.scalars(query))


def get(session: Session, notification_id: int) -> Notification:
    """Give a notification."""
    return session.get_one(Notification, notification_id)

"""Sends what waits in the outbox, and tries again, ever more seldom, what did not arrive."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
import structlog

from bot.db.engine import Database
from bot.notifications import store
from bot.notifications.models import Notification

logger = structlog.get_logger(__name__)

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""How long after each failed try the next one is made; after the last it is given up."""


class Sender(Protocol):
    """One way to reach somebody outside."""

    def send(self, notification_id: int, target: str, event: str, content: Mapping[str, Any]) -> None:
        """Send it, or raise an error of the network."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What became of one look at the outbox."""

    sent: int
    failed: int


class Outbox:
    """Keeps notifications until they are sent."""

    def __init__(self, database: Database, senders: Mapping[str, Sender]) -> None:
        """Take the database that holds them, and the ways that are set up, by name."""
        self._database = database
        self._senders = senders

    def send_due(self, now: dt.datetime) -> Sent:
        """Try everything whose time has come.

        What is sent is noted afterwards: a crash in between sends it twice, under the same id, rather than never.
        """
        with self._database.read() as session:
            waiting = store.due(session, now)
        results = [self._try(notification, now) for notification in waiting]
        return Sent(sent=results.count(True), failed=results.count(False))

    def _try(self, notification: Notification, now: dt.datetime) -> bool:
        problem = self._send(notification)
        with self._database.write() as session:
            row = store.get(session, notification.id)
            row.tries += 1
            row.problem = problem
            row.next_try_at = None
            if problem is None:
                row.sent_at = now
            elif row.tries <= len(WAITS):
                row.next_try_at = now + WAITS[row.tries - 1]
        return problem is None

    def _send(self, notification: Notification) -> str | None:
        """Send it; give the kind of problem if there is one."""
        sender = self._senders.get(notification.way)
        if sender is None:
            return "not set up"
        try:
            sender.send(notification.id, notification.target, notification.event, notification.content)
        except (OSError, smtplib.SMTPException, httpx.HTTPError) as error:
            # Not its text: a mail server's answer may repeat what was sent.
            problem = type(error).__name__
            logger.warning("notification_not_sent", notification_id=notification.id, problem=problem)
            return problem
        return None

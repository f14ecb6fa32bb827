"""Sends what waits in the outbox, and tries again, ever more seldom, what did not arrive."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import structlog
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.errors import ConnectionFailedError, NotDeliverableError
from bot.logs import where
from bot.notifications import store
from bot.notifications.models import Notification

logger = structlog.get_logger(__name__)

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""How long after each failed try the next one is made; after the last it is given up."""
TEXT_WAITS = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 15, 60, *([300] * 72)))
"""The same for texts, on which a patient waits: every five minutes, for six hours."""

LONGEST_PROBLEM = 80
"""What the store has room for."""


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

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, Sender],
        *,
        find: Callable[[Session, dt.datetime], list[Notification]] = store.due,
        waits: Sequence[dt.timedelta] = WAITS,
    ) -> None:
        """Take the database that holds them, the ways that are set up by name, which are tried, and how often."""
        self._database = database
        self._senders = senders
        self._find = find
        self._waits = waits
        self._arrived: set[int] = set()
        self._one_look_at_a_time = Lock()

    def send_due(self, now: dt.datetime) -> Sent:
        """Try everything whose time has come.

        What is sent is noted afterwards: a crash in between sends it twice, under the same id, rather than never.
        """
        with self._one_look_at_a_time:
            with self._database.read() as session:
                waiting = self._find(session, now)
            results = [self._try(notification, now) for notification in waiting if self._still_waits(notification)]
        return Sent(sent=results.count(True), failed=results.count(False))

    def _still_waits(self, notification: Notification) -> bool:
        """Look again just before it is sent: whoever has texted STOP since gets nothing that was queued before.

        Nor does whoever was forgotten.
        """
        with self._database.read() as session:
            row = store.find(session, notification.id)
            return row is not None and row.next_try_at is not None

    def _try(self, notification: Notification, now: dt.datetime) -> bool:
        problem, for_good = (None, False) if notification.id in self._arrived else self._send(notification)
        if problem is None:
            # Remembered until it is noted: a locked database must not send it a second time.
            self._arrived.add(notification.id)
        with self._database.write() as session:
            row = store.find(session, notification.id)
            if row is not None:
                self._note(row, now, problem, for_good=for_good)
        self._arrived.discard(notification.id)
        return problem is None

    def _note(self, row: Notification, now: dt.datetime, problem: str | None, *, for_good: bool) -> None:
        row.tries += 1
        row.problem = problem
        row.next_try_at = None
        if problem is None:
            row.sent_at = now
        elif not for_good and row.tries <= len(self._waits):
            row.next_try_at = now + self._waits[row.tries - 1]

    def _send(self, notification: Notification) -> tuple[str | None, bool]:
        """Send it; give the kind of problem if there is one, and whether trying again is of no use."""
        sender = self._senders.get(notification.way)
        if sender is None:
            return "not set up", False
        import httpx

        try:
            sender.send(notification.id, notification.target, notification.event, notification.content)
        except (OSError, smtplib.SMTPException, httpx.HTTPError) as error:
            # Not its text: a mail server's answer may repeat what was sent.
            problem = type(error).__name__
            logger.warning("notification_not_sent", notification_id=notification.id, problem=problem)
            return problem, False
        except ConnectionFailedError as error:
            problem = str(error)[:LONGEST_PROBLEM]
            logger.warning("notification_not_sent", notification_id=notification.id, problem=problem)
            return problem, False
        except NotDeliverableError as error:
            logger.warning("notification_not_sent", notification_id=notification.id, problem=str(error))
            return str(error), True
        except Exception as error:  # noqa: BLE001 (what nobody foresaw must not hold up the others)
            problem = type(error).__name__
            logger.error("notification_not_sent", notification_id=notification.id, problem=problem, where=where(error))  # noqa: TRY400
            return problem, False
        return None, False

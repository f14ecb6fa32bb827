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
from bot.errors import ConnectionFailedError, NotDeliverableError, NotYetError
from bot.notifications import store
from bot.notifications.models import DeliveryStatus, Notification
from bot.process.logs import where

logger = structlog.get_logger(__name__)

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""How long after each failed try the next one is made; after the last it is given up."""
TEXT_WAITS = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 15, 60, *([300] * 72)))
"""The same for texts, on which a patient waits: every five minutes, for six hours."""

LEASE = dt.timedelta(minutes=3)
"""Longer than any try takes: what is in hand for longer was left by a process that has died, and is tried again."""

LONGEST_PROBLEM = 80
"""What the store has room for."""


class Sender(Protocol):
    """One way to reach somebody outside."""

    def send(self, notification_id: int, target: str, event: str, content: Mapping[str, Any]) -> str | None:
        """Send it, or raise an error of the network; give the id under which the receiver tells what became of it."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What became of one look at the outbox."""

    sent: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """What the receiver has, and the store does not know of yet."""

    at: dt.datetime
    provider_id: str | None


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
        self._taken: dict[int, _Taken] = {}
        self._one_look_at_a_time = Lock()

    def send_due(self, now: dt.datetime) -> Sent:
        """Try everything whose time has come.

        Several processes may do so at once: each takes a notification in hand before it sends it. What is sent is
        noted afterwards: a crash in between sends it twice, under the same id, rather than never, unless its sender
        can ask whether it has arrived.
        """
        with self._one_look_at_a_time:
            noted = list(self._taken)
            for notification_id in noted:
                self._note_taken(notification_id, self._taken[notification_id])
                del self._taken[notification_id]
            with self._database.read() as session:
                clock_was_ahead = store.is_from_the_future(session, now)
                waiting = self._find(session, now)
            if clock_was_ahead:
                with self._database.write() as session:
                    store.let_none_wait_for_a_clock(session, now, until=now + LEASE)
            results = [self._try(notification, now) for notification in waiting if self._claim(notification, now)]
        return Sent(sent=len(noted) + results.count(True), failed=results.count(False))

    def _claim(self, notification: Notification, now: dt.datetime) -> bool:
        """Look again just before it is sent: whoever has texted STOP since gets nothing that was queued before.

        Nor does whoever was forgotten, and what another process has in hand is sent by that.
        """
        with self._database.write() as session:
            return store.claim(session, notification.id, now, until=now + LEASE)

    def _try(self, notification: Notification, now: dt.datetime) -> bool | None:
        """Send it; tell whether that worked, None if its time is yet to come."""
        try:
            taken = _Taken(at=now, provider_id=self._send(notification))
        except _NotSentError as failed:
            self._note_failed(notification.id, now, failed)
            return None if failed.not_before else False
        # Remembered until it is noted: a locked database must not send it a second time.
        self._taken[notification.id] = taken
        self._note_taken(notification.id, taken)
        self._taken.pop(notification.id, None)
        return True

    def _note_taken(self, notification_id: int, taken: _Taken) -> None:
        with self._database.write() as session:
            row = store.lock(session, notification_id)
            if row is None:
                return
            row.tries += 1
            known = None if taken.provider_id is None else store.find_delivery(session, taken.provider_id)
            if known is None:
                row.problem, row.next_try_at, row.taken_at, row.sent_at = None, None, None, taken.at
            if known is None and taken.provider_id is not None:
                store.add_delivery(
                    session, provider_id=taken.provider_id, notification_id=row.id, status=DeliveryStatus.SENDING
                )
            # Else the provider was quicker to tell what became of it than to answer us: that stands already.

    def _note_failed(self, notification_id: int, now: dt.datetime, failed: _NotSentError) -> None:
        with self._database.write() as session:
            row = store.lock(session, notification_id)
            if row is None or row.sent_at is not None:
                # The provider has told us meanwhile that it took it: only its answer was lost.
                return
            row.problem = failed.problem
            row.next_try_at, row.taken_at = failed.not_before, None
            if failed.not_before is not None:
                if not row.content.get(store.UNASKED):
                    # Meanwhile something was said that must not overtake it.
                    row.next_try_at, row.problem = now, None
                return
            row.tries += 1
            if not failed.for_good and row.tries <= len(self._waits):
                row.next_try_at = now + self._waits[row.tries - 1]

    def _send(self, notification: Notification) -> str | None:
        """Send it.

        Raises:
            _NotSentError: The kind of problem, and whether trying again is of no use.
        """
        sender = self._senders.get(notification.way)
        if sender is None:
            raise _NotSentError("not set up")
        import httpx

        try:
            return sender.send(notification.id, notification.target, notification.event, notification.content)
        except (OSError, smtplib.SMTPException, httpx.HTTPError) as error:
            # Not its text: a mail server's answer may repeat what was sent.
            failed = _NotSentError(type(error).__name__)
            if notification.until is not None and _may_have_arrived(error):
                failed = _NotSentError(store.IN_DOUBT, for_good=True)
        except ConnectionFailedError as error:
            failed = _NotSentError(str(error)[:LONGEST_PROBLEM])
        except NotYetError as error:
            raise _NotSentError(str(error), not_before=error.not_before) from None
        except NotDeliverableError as error:
            failed = _NotSentError(str(error), for_good=True)
        except Exception as error:  # noqa: BLE001 (what nobody foresaw must not hold up the others)
            failed = _NotSentError(type(error).__name__)
            logger.error(  # noqa: TRY400 (its text holds the values)
                "notification_not_sent", notification_id=notification.id, problem=failed.problem, where=where(error)
            )
            raise failed from None
        logger.warning("notification_not_sent", notification_id=notification.id, problem=failed.problem)
        raise failed


class _NotSentError(Exception):
    """Raised within this module where a try has failed; says the kind of problem, and whether it is for good."""

    def __init__(self, problem: str, *, for_good: bool = False, not_before: dt.datetime | None = None) -> None:
        super().__init__(problem)
        self.not_before = not_before
        self.problem = problem
        self.for_good = for_good


def _may_have_arrived(error: Exception) -> bool:
    """Say whether the other side may have taken what we failed to send: it was reached, and did not clearly refuse."""
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code not in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}
    return not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, ConnectionRefusedError))

"""What is deleted by itself, and after how long: what was sent or given up, and what opens nothing any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.notifications import store as notifications
from bot.staff import codes_store
from bot.staff import store as staff

DELIVERED = dt.timedelta(days=30)
"""Notifications and texts that arrived."""
GIVEN_UP = dt.timedelta(days=90)
"""Those that never will; staff can see for so long what a patient was not told."""
SIGN_INS = dt.timedelta(days=90)
"""Sign-ins and one-time links that have run out."""
TRIES = dt.timedelta(days=1)
"""Failed tries to sign in: then they are counted anew."""
BATCH = 500
"""Rows that are deleted at a time, so that nobody who writes meanwhile has to wait long."""


@dataclass(frozen=True, kw_only=True)
class Purged:
    """How many rows were deleted."""

    notifications: int
    sign_ins: int
    links: int
    tries: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.notifications + self.sign_ins + self.links + self.tries


def purge(database: Database, now: dt.datetime) -> Purged:
    """Delete what is old enough; never a notification that is still to be sent, nor a sign-in that is open.

    Args:
        database: The store.
        now: An aware time.
    """

    def until_done(delete: Callable[[Session], int]) -> int:
        total = 0
        while True:
            with database.write() as session:
                deleted = delete(session)
            total += deleted
            if deleted < BATCH:
                return total

    return Purged(
        notifications=until_done(lambda session: notifications.delete_sent(session, before=now - DELIVERED, most=BATCH))
        + until_done(lambda session: notifications.delete_given_up(session, before=now - GIVEN_UP, most=BATCH)),
        sign_ins=until_done(lambda session: staff.delete_old_sign_ins(session, before=now - SIGN_INS, most=BATCH)),
        links=until_done(lambda session: staff.delete_old_links(session, before=now - SIGN_INS, most=BATCH)),
        tries=until_done(lambda session: codes_store.delete_old_tries(session, before=now - TRIES, most=BATCH)),
    )

"""What is deleted by itself, after how long, and what stays whatever its age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.clinic import Clinic, Retention
from bot.db.engine import Database
from bot.periods import kept_from
from bot.privacy import exports, retention_store
from bot.privacy.exports import Exports
from bot.privacy.memory_store import RasaMemory
from bot.privacy.retention_store import Before
from bot.staff.actor import FRONTDESK
from bot.staff.audit import record_by

TRIES = dt.timedelta(days=1)
"""After the last failed try to sign in; then they are counted anew. It is no choice of the clinic's."""
STRAY = dt.timedelta(days=1)
"""After which Rasa's memory of a conversation that is gone goes too: a turn was under way when it was deleted."""
YOUNGEST_AUDIT = dt.timedelta(days=365, hours=2)
"""The database refuses to delete what is younger than 365 times 24 hours; where clocks changed, a year of the calendar
can be shorter by up to two hours, and one refused entry would keep all the others."""
BATCH = 500
"""Rows that are deleted at a time, so that nobody who writes meanwhile has to wait long."""
SETTLED, LONGEST_PAUSE = dt.timedelta(days=7), dt.timedelta(days=90)
"""Before the last days must come messages of the last months: a longer silence is more likely a wrong clock."""
FEW = 50
"""Conversations or tickets at a time: each has rows in ten tables."""
OF_PATIENTS = ("conversations", "tickets", "appointments", "notifications", "not_delivered", "assistant_memory")


@dataclass(frozen=True, kw_only=True)
class Gone:
    """What of one kind is old.

    Attributes:
        kind: As clinic.yml names it; beside those `links` and `tries`, which go with sign-ins.
        before: The moment from which on all is kept; None if all is.
        count: How many were deleted, or would be.
    """

    kind: str
    before: dt.datetime | None
    count: int


class Keeper:
    """Keeps to the limits of clinic.yml."""

    def __init__(self, database: Database, clinic: Clinic, memory: RasaMemory, kept_exports: Exports) -> None:
        """Take the store, the clinic for its limits and its calendar, Rasa's memory, and the folder of exports."""
        self._database = database
        self._clinic = clinic
        self._memory = memory
        self._exports = kept_exports

    def look(self, now: dt.datetime) -> list[Gone]:
        """Say what `run` would delete at an aware time, and delete nothing."""
        before = self._before(now)
        with self._database.read() as session:
            keys = {
                "conversations": retention_store.old_conversations(before),
                "tickets": retention_store.old_tickets(before),
                "appointments": retention_store.old_appointments(before),
                **retention_store.old_rows(before),
            }
            counts = {kind: retention_store.count(session, selected) for kind, selected in keys.items()}
        counts["assistant_memory"] = len(self._old_memories(now, before))
        counts["exports"] = len(self._old_exports(before))
        return _told(before, counts)

    def run(self, now: dt.datetime) -> list[Gone]:
        """Delete what is old at an aware time, a little at a time; two at once do no harm.

        Never a conversation with an open ticket, a notification that is still to be sent, nor a sign-in that is open.
        """
        before = self._before(now)
        counts = {
            "tickets": self._until_done(partial(retention_store.delete_tickets, before=before, most=FEW), FEW),
            "conversations": self._conversations(before),
            "appointments": self._until_done(
                partial(retention_store.delete_appointments, before=before, most=FEW), FEW
            ),
        }
        for kind, keys in retention_store.old_rows(before).items():
            counts[kind] = self._until_done(partial(retention_store.delete_rows, keys=keys, most=BATCH), BATCH)
        counts["assistant_memory"] = self._memory.forget(self._old_memories(now, before))
        counts["exports"] = exports.delete(self._old_exports(before))
        self._note(counts)
        return _told(before, counts)

    def doubts_clock(self, now: dt.datetime) -> bool:
        """Say whether so long before now nobody wrote that the clock is to be looked at before anything is deleted.

        What was written in the last days counts for nothing: the wrong clock may have been there already. So after a
        week a long pause is over, and a wrong clock has shown itself otherwise.
        """
        with self._database.read() as session:
            newest = retention_store.newest_message(session, before=now - SETTLED)
        return newest is not None and newest < now - SETTLED - LONGEST_PAUSE

    def _before(self, now: dt.datetime) -> Before:
        limits, zone = self._clinic.retention, ZoneInfo(self._clinic.timezone)
        # Backups lie where whoever makes them has put them: the command that makes the next one deletes them.
        said: Mapping[str, str] = limits.model_dump(exclude={"backups"})
        found: dict[str, dt.datetime | None] = {
            kind: kept_from(period, now, zone) if period else None for kind, period in said.items()
        }
        if found["audit"] is not None:
            found["audit"] = min(found["audit"], now - YOUNGEST_AUDIT)
        return {**found, "tries": now - TRIES}

    def _until_done(self, delete: Callable[[Session], int], most: int) -> int:
        total = 0
        while True:
            with self._database.write() as session:
                deleted = delete(session)
            total += deleted
            if deleted < most:
                return total

    def _conversations(self, before: Before) -> int:
        total = 0
        while True:
            with self._database.write() as session:
                ids = retention_store.delete_conversations(session, before, FEW)
            self._memory.forget(ids)
            total += len(ids)
            if len(ids) < FEW:
                return total

    def _old_memories(self, now: dt.datetime, before: Before) -> list[str]:
        limit = before["assistant_memory"]
        old = [] if limit is None else self._memory.saved_before(limit.timestamp())
        quiet = self._memory.saved_before((now - STRAY).timestamp())
        with self._database.read() as session:
            chunks = [quiet[at : at + BATCH] for at in range(0, len(quiet), BATCH)]
            stray = [one for ids in chunks for one in retention_store.without_conversation(session, ids)]
        return list(dict.fromkeys([*old, *stray]))

    def _old_exports(self, before: Before) -> list[Path]:
        limit = before["exports"]
        return [] if limit is None else self._exports.older_than(limit.timestamp())

    def _note(self, counts: Mapping[str, int]) -> None:
        """Note what of lasting worth went by itself; that a link ran out is no news."""
        told = {kind: counts[kind] for kind in ("conversations", "tickets", "appointments", "audit") if counts[kind]}
        if not told:
            return
        with self._database.write() as session:
            record_by(
                session,
                by=FRONTDESK,
                action="retention.ran",
                subject="retention",
                subject_id="all",
                details=told,
            )


def _told(before: Before, counts: Mapping[str, int]) -> list[Gone]:
    limits = {**before, "links": before["sign_ins"]}
    kinds = [*(kind for kind in Retention.model_fields if kind in before), "links", "tries"]
    return [Gone(kind=kind, before=limits[kind], count=counts[kind]) for kind in kinds]

"""Who reviews answers as a clinician of the clinic, for what files say of a review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.db.engine import Database
from bot.staff import store
from bot.staff.permissions import Permission, may
from bot.vocabulary import Role


def known_clinicians(database: Database, zone: ZoneInfo) -> Callable[[str, dt.date], bool]:
    """Give what tells whether somebody, by name or email address, was a clinician here on a day.

    Whoever was shut out since then was one; whoever has another role by now is not known as one. Days are the clinic's,
    whose zone this is: files say on which of them an answer was reviewed.
    """
    with database.read() as session:
        until: dict[str, dt.date] = {}
        for member in store.staff_members(session):
            if may(Role(member.role), Permission.REVIEW_AS_CLINICIAN):
                last = dt.date.max if member.shut_out_at is None else member.shut_out_at.astimezone(zone).date()
                for name in (_plain(member.name), _plain(member.email)):
                    until[name] = max(last, until.get(name, last))
    return lambda name, day: day <= until.get(_plain(name), dt.date.min)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()

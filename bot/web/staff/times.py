"""Times in the words that staff read."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.db.engine import utc_now
from bot.errors import InvalidMessageError

FIRST_DAY, LAST_DAY = dt.date(1970, 1, 1), dt.date(9000, 1, 1)
"""Within these a day begins at a moment that every zone and database can say."""


def ago(moment: dt.datetime) -> str:
    """Say how long ago something was."""
    seconds = (utc_now() - moment).total_seconds()
    return "just now" if seconds < 60 else f"{span(seconds)} ago"


def span(seconds: float) -> str:
    """Say a length of time in its largest unit."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def exact(moment: dt.datetime, zone: ZoneInfo) -> str:
    """Say a time with its date, in the clinic's zone."""
    return moment.astimezone(zone).strftime("%a %d %b %Y, %H:%M %Z")


def day_words(day: dt.date) -> str:
    """Say a date with its day of the week."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def day_of(typed: str, field: str) -> dt.date | None:
    """Read a day as a browser sends it; None for a field that was left empty.

    Raises:
        InvalidMessageError: It is no day; the message names the field.
    """
    if not typed:
        return None
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        raise InvalidMessageError(f"{field}: choose a day, or write it like 2026-11-29.") from None


def start_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Give the moment at which a day begins in the clinic's zone; days beyond all entries count as their ends."""
    return dt.datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), dt.time(), zone)

"""Times in the words that staff read."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.db.engine import utc_now


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

"""The clinic's working time: when it opens, when a target counted in opening hours runs out, and how that is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.clinic import Clinic, clock_time

LOOK_AHEAD_DAYS = 60
"""A clinic that stays closed for longer than this promises nothing."""
NAMED_DAYS = 6
"""Up to so many days away a weekday alone is clear; beyond that the date is said too."""
_HOUR = 60


def due(clinic: Clinic, start: dt.datetime, target: str) -> dt.datetime | None:
    """Give the time by which a target that starts now runs out; None if the clinic does not open for weeks.

    Args:
        clinic: Whose hours, holidays and time zone count.
        start: An aware time.
        target: As in clinic.yml: `now`, `5 minutes`, `2 hours` (both of opening hours) or `1 business day`.
    """
    if target == "now":
        return start
    number, unit = target.split(maxsplit=1)
    if unit.startswith("business"):
        return _after_days(clinic, start, int(number))
    return after_open_minutes(clinic, start, int(number) * (_HOUR if unit.startswith("hour") else 1))


def after_open_minutes(clinic: Clinic, start: dt.datetime, minutes: int) -> dt.datetime | None:
    """Give the time at which the clinic has been open for so many minutes since an aware time."""
    left = dt.timedelta(minutes=minutes)
    for opens, closes in _spans(clinic, start):
        begin = max(opens, start.astimezone(dt.UTC))
        if closes - begin >= left:
            return begin + left
        left -= closes - begin
    return None


def _after_days(clinic: Clinic, start: dt.datetime, days: int) -> dt.datetime | None:
    """Count days on which the clinic is open.

    What comes in while it is open is due at the same time of day; what comes in while it is closed, at the end of the
    last of these days, of which the next one is the first.
    """
    zone = ZoneInfo(clinic.timezone)
    spans = _spans(clinic, start)
    first = next(spans, None)
    if first is None:
        return None
    is_open = first[0] <= start.astimezone(dt.UTC)
    opens, closes = first
    for _ in range(days if is_open else days - 1):
        following = next(spans, None)
        if following is None:
            return None
        opens, closes = following
    if not is_open:
        return closes
    same_time = dt.datetime.combine(opens.astimezone(zone).date(), start.astimezone(zone).time(), zone)
    return min(max(same_time.astimezone(dt.UTC), opens), closes)


def _spans(clinic: Clinic, start: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Give the opening times, in UTC, that end after an aware time, until the clinic stays closed for too long.

    In UTC, because hours of one zone are subtracted by the clock on the wall, and that jumps twice a year.
    """
    day = start.astimezone(ZoneInfo(clinic.timezone)).date()
    last = day
    while (day - last).days < LOOK_AHEAD_DAYS:
        opening = clinic.opening(day)
        if opening is not None:
            last = day
            opens, closes = (moment.astimezone(dt.UTC) for moment in opening)
            if closes > start:
                yield opens, closes
        day += dt.timedelta(days=1)


def next_opening(clinic: Clinic, now: dt.datetime) -> dt.datetime | None:
    """Give the next time the clinic opens after an aware time; None if it stays closed for too long to promise it."""
    return next((opens for opens, _closes in _spans(clinic, now) if opens > now), None)


def name_day(clinic: Clinic, moment: dt.datetime, now: dt.datetime) -> str:
    """Name a day as a patient would: today, tomorrow, Monday, or Monday, January 4. All that name a day do it here.

    Args:
        clinic: In whose time zone.
        moment: The aware time; it may be past, which is then yesterday, Monday, or Monday, November 2.
        now: The present.
    """
    zone = ZoneInfo(clinic.timezone)
    day, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    ahead = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if ahead in near:
        return near[ahead]
    return f"{day:%A}" if abs(ahead) <= NAMED_DAYS else f"{day:%A, %B} {day.day}"


def say_when(clinic: Clinic, moment: dt.datetime, now: dt.datetime) -> str:
    """Say a time as a patient would: 3:40 pm today, 5 pm on Monday, 8:30 am on Monday, January 4."""
    moment = moment.astimezone(dt.UTC)
    # A promise is kept by the minute that was said, so seconds go up.
    if moment.second or moment.microsecond:
        moment = moment.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
    day = name_day(clinic, moment, now)
    on = "on " if day[0].isupper() else ""
    return f"{clock_time(moment.astimezone(ZoneInfo(clinic.timezone)))} {on}{day}"


def opening_words(clinic: Clinic, now: dt.datetime) -> str:
    """Say when the clinic opens next, as in "Monday at 8:30 am"; empty if it stays closed for too long to say."""
    following = next_opening(clinic, now)
    if following is None:
        return ""
    return f"{name_day(clinic, following, now)} at {clock_time(following.astimezone(ZoneInfo(clinic.timezone)))}"

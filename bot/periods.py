"""Spans of time as clinic.yml has them ("90 days", "2 years"), counted in whole days of the clinic's calendar."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from zoneinfo import ZoneInfo

_PERIOD = re.compile(r"([1-9]\d{0,2}) (day|month|year)s?")
_NIGHT = re.compile(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})")
_A_YEAR = {"day": 365, "month": 12, "year": 1}
_MONTHS = {"month": 1, "year": 12}
NIGHT = dt.time(3, 30)
"""When a clinic sleeps, and past the hour that clocks are put back or forward at in most places."""


def is_period(text: str) -> bool:
    """Tell whether a text is such a span."""
    return _PERIOD.fullmatch(text) is not None


def is_a_year(period: str) -> bool:
    """Tell whether a span is a year at least."""
    number, unit = _read(period)
    return number >= _A_YEAR[unit]


def kept_from(period: str, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Give the moment from which on all is kept: the beginning of the day that is so long ago.

    Where a clock shows that moment twice or never, the earlier one: nothing goes too soon.

    Args:
        period: The span.
        now: An aware time.
        zone: The clinic's.
    """
    number, unit = _read(period)
    today = now.astimezone(zone).date()
    day = today - dt.timedelta(days=number) if unit == "day" else _months_before(today, number * _MONTHS[unit])
    return min(_moment(day, dt.time(), zone, fold) for fold in (0, 1))


def waking_hours(night: str) -> tuple[dt.time, dt.time]:
    """Give from and until when one is awake, by a night such as "20:00-09:00".

    Raises:
        ValueError: It is none: it must begin in the evening and end in the morning.
    """
    found = _NIGHT.fullmatch(night)
    try:
        ends, begins = (dt.time.fromisoformat(part.rjust(5, "0")) for part in found.groups()) if found else (None, None)
    except ValueError:
        ends = begins = None
    if begins is None or ends is None or begins >= ends:
        raise ValueError(f'"{night}" is no night; write when it begins and when it ends, such as "20:00-09:00"')
    return begins, ends


def next_night(now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Give the first moment after now at which it is `NIGHT` at the clinic; each night has one."""
    today = now.astimezone(zone).date()
    nights = (_moment(today + dt.timedelta(days=days), NIGHT, zone, 0) for days in range(3))
    return next(night for night in nights if night > now)


def _read(period: str) -> tuple[int, str]:
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise ValueError(f"{period!r} is no span of time")
    return int(found[1]), found[2]


def _months_before(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _moment(day: dt.date, time: dt.time, zone: ZoneInfo, fold: int) -> dt.datetime:
    return dt.datetime.combine(day, time, zone).replace(fold=fold).astimezone(dt.UTC)

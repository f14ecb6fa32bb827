"""The days that figures are about, as the clinic's clock has them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.errors import InvalidMessageError

CHOICES = (7, 30, 90)
"""How many days back one tap goes."""
MOST_DAYS = 1098
"""Three years: longer than any clinic keeps conversations."""
_WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)
_EARLIEST, _LATEST = dt.date(2000, 1, 1), dt.date(3000, 1, 1)
QUARTER = 900
"""Seconds. Every zone is a whole number of quarters of an hour away from UTC, so hours can be counted in them."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """Some days of the clinic, the first and the last included."""

    first: dt.date
    last: dt.date
    zone: ZoneInfo

    @classmethod
    def back(cls, days: int, *, today: dt.date, zone: ZoneInfo) -> Period:
        """Give the last so many days, today included."""
        return cls(first=today - _DAY * (days - 1), last=today, zone=zone)

    @classmethod
    def last_week(cls, *, today: dt.date, zone: ZoneInfo) -> Period:
        """Give the last whole week before this one, Monday to Sunday."""
        monday = today - _DAY * today.weekday()
        return cls(first=monday - _WEEK, last=monday - _DAY, zone=zone)

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> dt.datetime:
        """The moment at which the first day begins, in UTC."""
        return _begin_of(self.first, self.zone)

    @property
    def end(self) -> dt.datetime:
        """The moment at which the last day is over, in UTC."""
        return _begin_of(self.last + _DAY, self.zone)

    def weeks(self) -> list[Period]:
        """Give the weeks from Monday on that it has days of; the first and the last may be cut."""
        found = []
        monday = self.first - _DAY * self.first.weekday()
        while monday <= self.last:
            first, last = max(monday, self.first), min(monday + _WEEK - _DAY, self.last)
            found.append(Period(first=first, last=last, zone=self.zone))
            monday += _WEEK
        return found

    def hour_of(self, quarter: int) -> int:
        """Give the hour of the day, on the clinic's clock, of a quarter of an hour since 1970."""
        return dt.datetime.fromtimestamp(quarter * QUARTER, self.zone).hour


def period_of(
    *, first: dt.date | None, last: dt.date | None, days: int | None, today: dt.date, zone: ZoneInfo
) -> Period:
    """Give the period that somebody chose; the last 30 days where they chose none.

    Args:
        first: The first day, if one was named.
        last: The last day, if one was named; else today.
        days: So many days back, where no first day was named.
        today: The day it is at the clinic.
        zone: The clinic's.

    Raises:
        InvalidMessageError: It ends before it begins, is too long, or lies outside of all calendars.
    """
    if any(day is not None and not _EARLIEST <= day <= _LATEST for day in (first, last)):
        raise InvalidMessageError("Choose days from the year 2000 on.")
    until = last or today
    since = first or until - _DAY * ((days or CHOICES[1]) - 1)
    if until < since:
        raise InvalidMessageError("The first day is after the last. Choose the days the other way round.")
    if (until - since).days >= MOST_DAYS:
        raise InvalidMessageError("That is more than three years. Choose a shorter time.")
    return Period(first=since, last=until, zone=zone)


def _begin_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)

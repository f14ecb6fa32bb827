"""Spans of time in whole days of a calendar whose clock jumps twice a year."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.periods import is_a_year, is_period, kept_from, next_night

CHICAGO, BEIRUT, SYDNEY = (ZoneInfo(name) for name in ("America/Chicago", "Asia/Beirut", "Australia/Sydney"))
HAVANA, LORD_HOWE = ZoneInfo("America/Havana"), ZoneInfo("Australia/Lord_Howe")
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


@pytest.mark.parametrize("text", ["1 day", "90 days", "1 month", "6 months", "2 years", "999 days"])
def test_spans_are_read(text: str):
    """With or without an s."""
    assert is_period(text)


@pytest.mark.parametrize(
    "text", ["", "0 days", "-1 days", "2 weeks", "two years", "1000 days", "90", " 90 days", "1.5 years"]
)
def test_what_is_no_span_is_not_taken(text: str):
    """Guessing would delete."""
    assert not is_period(text)


@pytest.mark.parametrize(
    ("text", "is_one"), [("365 days", True), ("364 days", False), ("11 months", False), ("1 year", True)]
)
def test_a_year_is_known(text: str, is_one: bool):
    """However it is said."""
    assert is_a_year(text) is is_one


@pytest.mark.parametrize(
    ("period", "now", "zone", "expected"),
    [
        ("30 days", "2026-06-15T12:00-05:00", CHICAGO, "2026-05-16T00:00-05:00"),
        # An hour was lost on the 8th of March, and one came back on the 1st of November: days are days.
        ("7 days", "2026-03-10T03:30-05:00", CHICAGO, "2026-03-03T00:00-06:00"),
        ("2 days", "2026-11-02T03:30-06:00", CHICAGO, "2026-10-31T00:00-05:00"),
        ("1 day", "2026-11-02T00:10-06:00", CHICAGO, "2026-11-01T00:00-05:00"),
        # It is another day there already.
        ("1 day", "2026-06-15T16:00+00:00", SYDNEY, "2026-06-15T00:00+10:00"),
        ("1 month", "2026-03-31T12:00-05:00", CHICAGO, "2026-02-28T00:00-06:00"),
        ("1 year", "2028-02-29T12:00-06:00", CHICAGO, "2027-02-28T00:00-06:00"),
        ("14 months", "2026-01-31T12:00-06:00", CHICAGO, "2024-11-30T00:00-06:00"),
        ("999 years", "2026-01-31T12:00-06:00", CHICAGO, "1027-01-31T00:00-05:50:36"),
    ],
)
def test_all_is_kept_from_the_beginning_of_a_day(period: str, now: str, zone: ZoneInfo, expected: str):
    """At the clinic."""
    assert kept_from(period, _at(now), zone) == _at(expected)


def test_where_a_day_begins_never_the_earlier_moment_counts():
    """In Beirut clocks go forward at midnight: there is no midnight on the 29th of March."""
    found = kept_from("1 day", _at("2026-03-30T12:00+03:00"), BEIRUT)

    assert found <= _at("2026-03-29T01:00+03:00")
    assert _at("2026-03-29T01:00+03:00") - found <= HOUR


@pytest.mark.parametrize("zone", [CHICAGO, BEIRUT, HAVANA, LORD_HOWE, SYDNEY, ZoneInfo("UTC")], ids=str)
def test_at_every_hour_of_a_year_the_limit_is_where_its_day_begins(zone: ZoneInfo):
    """Just before it is another day, an hour later it is that day; Lord Howe's clocks jump by half an hour."""
    start = _at("2026-01-01T00:30+00:00")
    wrong = []
    for now in (start + number * HOUR for number in range(365 * 24)):
        day = now.astimezone(zone).date() - dt.timedelta(days=30)
        limit = kept_from("30 days", now, zone)
        if not (limit - SECOND).astimezone(zone).date() < day == (limit + HOUR).astimezone(zone).date():
            wrong.append((now.isoformat(), limit.isoformat()))

    assert wrong == []


@pytest.mark.parametrize("zone", [CHICAGO, BEIRUT, SYDNEY, ZoneInfo("UTC")], ids=str)
def test_there_is_one_night_for_every_day_of_two_years(zone: ZoneInfo):
    """None is left out and none comes twice when clocks change."""
    now = _at("2026-01-01T12:00+00:00")
    nights = []
    for _ in range(730):
        now = next_night(now, zone)
        nights.append(now.astimezone(zone))

    days = [night.date() for night in nights]
    assert days == [days[0] + dt.timedelta(days=number) for number in range(730)]
    assert {night.time() for night in nights} == {dt.time(3, 30)}

"""Targets run in the clinic's working time: across nights, weekends, holidays, and both changes of the clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar import after_open_minutes, due, say_when
from tests.factories import ALWAYS, NEVER, WORKING_DAYS, a_clinic

CHICAGO = ZoneInfo("America/Chicago")
CLINIC = a_clinic(holidays=["2026-12-25", "2027-01-01"])
"""Monday to Friday, 8:30 to 17:00."""


def at(text: str) -> dt.datetime:
    """Give a time by the clock on the clinic's wall."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("start", "target", "expected"),
    [
        ("2026-11-23 10:00", "now", "2026-11-23 10:00"),
        ("2026-11-22 03:00", "now", "2026-11-22 03:00"),  # an emergency does not wait for Monday
        ("2026-11-23 10:00", "5 minutes", "2026-11-23 10:05"),
        ("2026-11-23 16:58", "5 minutes", "2026-11-24 08:33"),  # across a night
        ("2026-11-23 07:00", "5 minutes", "2026-11-23 08:35"),  # before opening
        ("2026-11-27 16:58", "5 minutes", "2026-11-30 08:33"),  # across a weekend
        ("2026-11-28 12:00", "2 hours", "2026-11-30 10:30"),
        ("2026-12-24 16:00", "2 hours", "2026-12-28 09:30"),  # Friday is Christmas
        ("2026-11-23 10:00", "1 business day", "2026-11-24 10:00"),
        ("2026-11-27 15:00", "1 business day", "2026-11-30 15:00"),
        ("2026-12-24 15:00", "1 business day", "2026-12-28 15:00"),
        ("2026-11-23 20:00", "1 business day", "2026-11-24 17:00"),  # came in after hours: by the end of the next day
        ("2026-11-28 12:00", "2 business days", "2026-12-01 17:00"),
        ("2026-11-23 10:00", "3 business days", "2026-11-26 10:00"),
        ("2027-03-12 16:58", "5 minutes", "2027-03-15 08:33"),  # the clocks go forward on that Sunday
        ("2026-10-30 15:00", "1 business day", "2026-11-02 15:00"),  # and back on this one
    ],
)
def test_a_target_runs_in_working_time(start: str, target: str, expected: str):
    """The times are those on the wall of the clinic."""
    assert due(CLINIC, at(start), target) == at(expected)


def test_an_hour_that_the_clocks_skip_or_repeat_is_counted_as_it_passes():
    """A clinic that never closes: five hours are five hours, whatever the wall says."""
    always = a_clinic(hours=ALWAYS)

    assert due(always, at("2027-03-13 23:00"), "5 hours") == at("2027-03-14 05:01")
    assert due(always, at("2026-10-31 23:00"), "5 hours") == at("2026-11-01 03:01")


def test_shorter_days_take_what_is_over_to_the_next():
    """Ten hours do not fit in a day of three."""
    clinic = a_clinic(hours=dict.fromkeys(WORKING_DAYS, "09:00-12:00"))

    assert due(clinic, at("2026-11-23 09:00"), "10 hours") == at("2026-11-26 10:00")


def test_the_same_time_of_day_is_kept_within_the_hours_of_a_shorter_day():
    """Thursday afternoon plus a day is Friday's closing time."""
    clinic = a_clinic(hours={**WORKING_DAYS, "friday": "10:00-13:00"})

    assert due(clinic, at("2026-11-26 16:00"), "1 business day") == at("2026-11-27 13:00")
    assert due(clinic, at("2026-11-26 08:45"), "1 business day") == at("2026-11-27 10:00")


@pytest.mark.parametrize("target", ["5 minutes", "1 business day"])
def test_a_clinic_that_never_opens_promises_nothing(target: str):
    """Instead of looking for ever."""
    assert due(a_clinic(hours=NEVER), at("2026-11-23 10:00"), target) is None


@given(st.integers(0, 2 * 365 * 24 * 60), st.integers(0, 2000), st.integers(0, 2000))
def test_time_only_runs_forward(begin: int, minutes: int, more: int):
    """A later start or a longer target is never due earlier, and what is due is due while somebody is there."""
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=begin)
    first = after_open_minutes(CLINIC, start, minutes)
    later = after_open_minutes(CLINIC, start, minutes + more)
    started_later = after_open_minutes(CLINIC, start + dt.timedelta(minutes=more), minutes)

    assert first is not None
    assert later is not None
    assert started_later is not None
    assert start <= first <= later
    assert first <= started_later
    if minutes:
        assert CLINIC.is_open(first - dt.timedelta(seconds=1))


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-23 15:40", "3:40 pm today"),
        ("2026-11-23 15:39:01", "3:40 pm today"),
        ("2026-11-24 09:00", "9 am tomorrow"),
        ("2026-11-27 17:00", "5 pm on Friday"),
        ("2026-11-30 17:00", "5 pm on Monday, November 30"),
    ],
)
def test_a_promised_time_is_said_as_people_do(moment: str, said: str):
    """It is Monday, November 23rd; "on Monday" alone would be read as today."""
    assert say_when(CLINIC, at(moment), at("2026-11-23 10:00")) == said

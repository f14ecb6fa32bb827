"""The chat's header says when staff reply, and writes days and times as the page's language does."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.web.patient.hours import hours_line
from bot.words import Words, words_for
from tests.factories import NEVER, a_clinic

ENGLISH = words_for(["en"])
HOLIDAYS = [f"2026-12-{day}" for day in range(25, 32)] + ["2027-01-01"]
CLINIC = a_clinic(holidays=HOLIDAYS)
"""Monday to Friday, 8:30 to 17:00, and closed for a week and more at the end of the year."""
LINES = """
page-hours-until = bis { $time }
page-hours-today = heute, { $time }
page-hours-tomorrow = morgen, { $time }
page-hours-day = { $day }, { $time }
page-hours-unknown = wenn wir da sind
"""


@pytest.mark.parametrize(
    ("now", "line"),
    [
        ("2026-11-23T15:00", "Staff reply today until 5 pm"),
        ("2026-11-23T12:00", "Staff reply from today, 8:30 am"),
        ("2026-11-27T23:30", "Staff reply from Monday, 8:30 am"),
        ("2026-11-23T23:30", "Staff reply from tomorrow, 8:30 am"),
        ("2026-12-24T23:30", "Staff reply from Monday, January 4, 8:30 am"),
    ],
)
def test_the_line_says_when_staff_reply(now: str, line: str):
    """In English as answers and promises say times."""
    assert hours_line(CLINIC, _utc(now), ENGLISH) == line


@pytest.mark.parametrize(
    ("now", "line"),
    [
        ("2026-11-23T15:00", "bis 17:00"),
        ("2026-11-23T12:00", "heute, 08:30"),
        ("2026-11-23T23:30", "morgen, 08:30"),
        ("2026-11-27T23:30", "Montag, 08:30"),
        ("2026-12-24T23:30", "Montag, 4. Januar, 08:30"),
    ],
)
def test_another_language_writes_days_and_times_its_own_way(now: str, line: str):
    """No am and pm where nobody says so, and the day before the month."""
    assert hours_line(CLINIC, _utc(now), Words("de", LINES)) == line


def test_a_clinic_that_never_opens_promises_no_time():
    """The line is there all the same."""
    assert hours_line(a_clinic(hours=NEVER), _utc("2026-11-23T12:00"), ENGLISH) == "Staff reply when the clinic is open"


def _utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)

"""Whether the clinic is open on a day that a message names, by a clock that stands still."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from actions.opening import opening_said
from bot.bootstrap import Services

SUNDAY_NOON = dt.datetime(2026, 11, 29, 18, 0, tzinfo=dt.UTC)
MONDAY_NOON = SUNDAY_NOON + dt.timedelta(days=1)
MONDAY_NIGHT = dt.datetime(2026, 12, 1, 4, 30, tzinfo=dt.UTC)
"""At the clinic it is still Monday, 10:30 pm."""
CHRISTMAS_EVE = dt.datetime(2026, 12, 24, 18, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "now", "said"),
    [
        ("are you open today", SUNDAY_NOON, "Today (Sunday) we are closed. We open again tomorrow at 8:30 am."),
        ("are you open today", MONDAY_NOON, "Today (Monday) we are open from 8:30 am to 5 pm."),
        ("are you open today", MONDAY_NIGHT, "Today (Monday) we are open from 8:30 am to 5 pm."),
        ("open now?", MONDAY_NOON, "Yes, we are open now, until 5 pm."),
        ("open now?", MONDAY_NIGHT, "No, we are closed now. We open again tomorrow at 8:30 am."),
        ("and tomorrow?", MONDAY_NIGHT, "Tomorrow (Tuesday) we are open from 8:30 am to 5 pm."),
        ("on friday", MONDAY_NOON, "On Friday we are open from 8:30 am to 3 pm."),
        ("on saturday", MONDAY_NOON, "On Saturday we are closed."),
        ("tomorrow", CHRISTMAS_EVE, "Tomorrow (Friday) we are closed."),
        ("on christmas day", MONDAY_NOON, "On Christmas Day (Friday, December 25) we are closed."),
        ("on december 25", MONDAY_NOON, "On Friday, December 25 we are closed."),
        (
            "on labor day",
            MONDAY_NOON,
            (
                "On Labor Day (Monday, September 6) our usual hours are 8:30 am to 5 pm. It is a holiday, so please "
                "call 555-0142 to be sure."
            ),
        ),
        ("what are your hours", MONDAY_NOON, None),
    ],
)
def test_the_day_is_looked_up(services: Services, text: str, now: dt.datetime, said: str | None):
    """In the clinic's time zone, with its holidays; a holiday that is not listed is no promise."""
    assert opening_said(services, text, now) == said


def test_a_clinic_that_stays_closed_says_no_day(services: Services):
    """No hours are known, so no opening is promised."""
    closed = replace(services, clinic=services.clinic.model_copy(update={"hours": {}}))

    assert opening_said(closed, "open now?", MONDAY_NOON) == "No, we are closed now."

"""What is said first where a message names a day: whether the clinic is open then, by its hours and holidays."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.bootstrap import Services
from bot.calendar import opening_words
from bot.clinic import clock_time
from bot.db.engine import utc_now
from bot.knowledge.files.days import NamedDay
from bot.vocabulary import Responses

NEAR = 7
"""Days ahead from which a day of the week is said with its date."""


def opening_said(services: Services, message: str, now: dt.datetime | None = None) -> str | None:
    """Say of each day that a message names when the clinic is open; None if it names none.

    Args:
        services: The parts of Frontdesk.
        message: The patient's words.
        now: The present.
    """
    now = now or utc_now()
    today = now.astimezone(ZoneInfo(services.clinic.timezone)).date()
    days = services.days.named(message, today)
    return " ".join(_said_of(services, day, today, now) for day in days) or None


def _said_of(services: Services, day: NamedDay, today: dt.date, now: dt.datetime) -> str:
    clinic, responses = services.clinic, services.responses
    opening = clinic.opening(day.date)
    following = opening_words(clinic, now)
    again = responses.text(Responses.OPEN_AGAIN, opening=following) if following else ""
    if day.now and clinic.is_open(now) and opening is not None:
        return responses.text(Responses.OPEN_NOW, closing=clock_time(opening[1]))
    if day.now:
        return responses.text(Responses.CLOSED_NOW, again=again).strip()
    called = _called(day, today)
    if opening is None:
        said = responses.text(Responses.CLOSED_DAY, day=called)
        return f"{said} {again}".strip() if day.date == today else said
    hours = {"opens": clock_time(opening[0]), "closes": clock_time(opening[1])}
    # A holiday that the clinic has not listed may have been forgotten: the usual hours are no promise.
    wording = Responses.OPEN_DAY if day.holiday is None else Responses.OPEN_ON_HOLIDAY
    return responses.text(wording, day=called, phone=clinic.phone, **hours)


def _called(day: NamedDay, today: dt.date) -> str:
    """Call a day as people do: Today (Monday), On Friday, On Thanksgiving (Thursday, November 26)."""
    date, ahead = f"{day.date:%A, %B} {day.date.day}", (day.date - today).days
    if day.holiday is not None:
        return f"On {day.holiday} ({date})"
    if ahead in {0, 1}:
        return f"{'Today' if ahead == 0 else 'Tomorrow'} ({day.date:%A})"
    return f"On {day.date:%A}" if ahead < NEAR else f"On {date}"

"""The line in the chat's header that says when staff reply, in the page's language and with its days and times."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time

from bot.calendar import NAMED_DAYS, next_opening
from bot.clinic import Clinic, clock_time
from bot.words import ENGLISH, Words


def hours_line(clinic: Clinic, now: dt.datetime, words: Words) -> str:
    """Say in a short line when staff reply.

    Args:
        clinic: Whose hours, holidays and time zone count.
        now: An aware time.
        words: The words of the page's language.
    """
    zone = ZoneInfo(clinic.timezone)
    today = now.astimezone(zone).date()
    opening = clinic.opening(today)
    if opening is not None and clinic.is_open(now):
        return words.say("page-hours-until", time=_time(opening[1], words))
    following = next_opening(clinic, now)
    if following is None:
        return words.say("page-hours-unknown")
    opens = following.astimezone(zone)
    time = _time(opens, words)
    ahead = (opens.date() - today).days
    if ahead == 0:
        return words.say("page-hours-today", time=time)
    if ahead == 1:
        return words.say("page-hours-tomorrow", time=time)
    return words.say("page-hours-day", day=_day(opens.date(), ahead, words), time=time)


def _time(moment: dt.datetime, words: Words) -> str:
    # In English as the answers and the promises say it: 5 pm, not 5:00 PM.
    if words.language == ENGLISH:
        return clock_time(moment)
    return format_time(moment.time(), "short", locale=_locale(words))


def _day(day: dt.date, ahead: int, words: Words) -> str:
    locale = _locale(words)
    weekday = format_date(day, "EEEE", locale=locale)
    if ahead <= NAMED_DAYS:
        return weekday
    return f"{weekday}, {format_skeleton('MMMMd', dt.datetime.combine(day, dt.time()), locale=locale)}"


def _locale(words: Words) -> Locale:
    return Locale.parse(words.language, sep="-")

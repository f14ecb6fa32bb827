"""Targets run in the clinic's working time: across nights, weekends, holidays, and both changes of the clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar import LOOK_AHEAD_DAYS, after_open_minutes, due, next_opening, opening_words, say_when
from bot.clinic import WEEKDAYS, Clinic
from bot.web.patient.hours import hours_line
from bot.words import words_for
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
        ("2026-11-22 17:00", "5 pm yesterday"),
        ("2026-11-13 17:00", "5 pm on Friday, November 13"),
    ],
)
def test_a_promised_time_is_said_as_people_do(moment: str, said: str):
    """It is Monday, November 23rd; "on Monday" alone would be read as today."""
    assert say_when(CLINIC, at(moment), at("2026-11-23 10:00")) == said


def test_a_minute_that_the_clocks_skip_is_not_said():
    """Half a minute before two in the night in which the clocks go forward, the next minute is three."""
    always = a_clinic(hours=ALWAYS)

    assert say_when(always, at("2027-03-14 01:59:30"), at("2027-03-14 01:00")) == "3 am today"


def test_a_target_of_many_weeks_is_reached_as_long_as_the_clinic_opens_now_and_then():
    """It is the closed weeks that promise nothing, not the long ones."""
    assert due(CLINIC, at("2026-11-23 10:00"), "999 hours") is not None
    assert due(CLINIC, at("2026-11-23 10:00"), "90 business days") is not None


def _utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T12:00:00", "2026-11-23T14:30:00"),  # before opening: the same day
        ("2026-11-23T15:00:00", "2026-11-24T14:30:00"),  # open now: the next day
        ("2026-11-27T23:30:00", "2026-11-30T14:30:00"),  # Friday evening: Monday
        ("2027-03-12T23:30:00", "2027-03-15T13:30:00"),  # the clocks go forward on that weekend
        ("2026-10-30T22:30:00", "2026-11-02T14:30:00"),  # and back on this one
        ("2026-12-24T23:30:00", "2026-12-28T14:30:00"),  # the Friday is a holiday
    ],
)
def test_next_opening_skips_closed_days_and_follows_the_clocks(now: str, expected: str):
    """What the patient is promised is a time at which somebody is there."""
    clinic = a_clinic(holidays=["2026-12-25"])

    assert next_opening(clinic, _utc(now)) == _utc(expected)


def test_a_clinic_that_never_opens_has_no_next_opening():
    """It says so instead of looking for ever."""
    clinic = a_clinic(hours=NEVER)

    assert next_opening(clinic, _utc("2026-11-23T12:00:00")) is None


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-23T12:00:00", "today at 8:30 am"),
        ("2026-11-22T18:00:00", "tomorrow at 8:30 am"),
        ("2026-11-27T23:30:00", "Monday at 8:30 am"),
        ("2026-11-20T23:30:00", "Monday, November 30 at 8:30 am"),
    ],
)
def test_next_opening_is_said_in_words(now: str, words: str):
    """For a card that is shown while the clinic is closed."""
    clinic = a_clinic(holidays=[f"2026-11-{day}" for day in range(23, 28)] if now < "2026-11-22" else [])

    assert opening_words(clinic, _utc(now)) == words


def test_a_clinic_without_hours_has_no_next_opening():
    """Then nothing is said of it."""
    assert opening_words(a_clinic(hours=NEVER), _utc("2026-11-23T12:00:00")) == ""


ZONES = ("America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Kiritimati", "America/Sao_Paulo")
SPANS = ("closed", "08:30-17:00", "00:00-23:59", "01:15-01:45", "22:00-23:30")


@st.composite
def clinics_and_times(draw: st.DrawFn) -> tuple[Clinic, dt.datetime]:
    """Give a clinic with any hours, any holidays, for weeks on end too, and a time around them."""
    start = dt.date(2026, 1, 1) + dt.timedelta(days=draw(st.integers(0, 700)))
    runs = draw(st.lists(st.tuples(st.integers(-5, 60), st.integers(1, 30)), max_size=5))
    clinic = a_clinic(
        timezone=draw(st.sampled_from(ZONES)),
        hours={day: draw(st.sampled_from(SPANS)) for day in WEEKDAYS},
        holidays=sorted({start + dt.timedelta(days=first + more) for first, length in runs for more in range(length)}),
    )
    minute = draw(st.integers(0, 24 * 60 - 1))
    return clinic, dt.datetime.combine(start, dt.time(), dt.UTC) + dt.timedelta(minutes=minute)


def read_day(words: str, today: dt.date) -> dt.date:
    """Give the day that a patient takes these words for."""
    near = {"today": 0, "tomorrow": 1}
    if words in near:
        return today + dt.timedelta(days=near[words])
    weekday, _, date = words.partition(", ")
    ahead = [today + dt.timedelta(days=days) for days in range(1, 366)]
    return next(day for day in ahead if f"{day:%A}" == weekday and date in {"", f"{day:%B} {day.day}"})


@given(clinics_and_times())
def test_the_day_that_is_named_is_the_first_on_which_the_clinic_opens(clinic_and_now: tuple[Clinic, dt.datetime]):
    """On the card and in the header: it is open on that day, and on none before."""
    clinic, now = clinic_and_now
    today = now.astimezone(ZoneInfo(clinic.timezone)).date()

    def opens_later(day: dt.date) -> bool:
        opening = clinic.opening(day)
        return opening is not None and opening[0].astimezone(dt.UTC) > now

    words = opening_words(clinic, now)
    days = [today + dt.timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS)]
    if not words:
        assert not any(opens_later(day) for day in days)
        return
    named, _, time = words.partition(" at ")
    day = read_day(named, today)
    assert opens_later(day)
    assert not any(opens_later(before) for before in days if before < day)
    if not clinic.is_open(now):
        assert hours_line(clinic, now, words_for(["en"])) == f"Staff reply from {named}, {time}"


@given(clinics_and_times(), st.sampled_from(["5 minutes", "3 hours", "1 business day", "2 business days"]))
def test_a_promised_day_is_one_on_which_the_clinic_is_open(clinic_and_now: tuple[Clinic, dt.datetime], target: str):
    """A reply and a call back are promised for a time at which somebody is there, and the words say that very day."""
    clinic, now = clinic_and_now
    zone = ZoneInfo(clinic.timezone)
    promised = due(clinic, now, target)
    if promised is None:
        return

    opening = clinic.opening(promised.astimezone(zone).date())
    assert opening is not None
    assert opening[0].astimezone(dt.UTC) <= promised <= opening[1].astimezone(dt.UTC)
    said = say_when(clinic, promised, now).replace(" on ", " ").split(maxsplit=2)[2]
    assert read_day(said, now.astimezone(zone).date()) == promised.astimezone(zone).date()

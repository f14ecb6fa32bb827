"""The clinic's own file: when it is open, what it says of itself, and how a mistake in it is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.clinic import clock_time, load_clinic
from bot.errors import ContentError
from tests.factories import ALWAYS, WORKING_DAYS, a_clinic

ROOT = Path(__file__).resolve().parents[2]


def _utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-23T14:29:59", False),  # Monday, 8:29:59 in Chicago
        ("2026-11-23T14:30:00", True),
        ("2026-11-23T22:59:59", True),
        ("2026-11-23T23:00:00", False),
        ("2026-11-22T18:00:00", False),  # Sunday
        ("2026-11-24T02:00:00", False),  # Tuesday in UTC, Monday evening in Chicago
        ("2026-07-06T13:30:00", True),  # in summer it opens an hour earlier by UTC
        ("2026-07-06T22:00:00", False),
    ],
)
def test_the_clinic_is_open_in_its_own_time_zone(now: str, is_open: bool):
    """UTC on the server, Chicago on the door, summer and winter."""
    assert a_clinic().is_open(_utc(now)) is is_open


def test_the_clinic_is_closed_on_a_holiday():
    """Christmas 2026 is a Friday."""
    clinic = a_clinic(holidays=["2026-12-25"])

    assert not clinic.is_open(_utc("2026-12-25T16:00:00"))
    assert clinic.is_open(_utc("2026-12-24T16:00:00"))


def test_hours_are_listed_with_equal_days_together():
    """A sentence, not a table of seven rows."""
    clinic = a_clinic(hours={**WORKING_DAYS, "friday": "09:00-12:00"})

    assert clinic.hours_text() == (
        "Monday to Thursday 8:30 am to 5 pm, Friday 9 am to 12 pm, Saturday to Sunday closed"
    )


@pytest.mark.parametrize(
    ("time", "said"),
    [("00:00", "12 am"), ("08:30", "8:30 am"), ("12:00", "12 pm"), ("12:05", "12:05 pm"), ("23:59", "11:59 pm")],
)
def test_times_are_said_as_people_do(time: str, said: str):
    """Noon and midnight are the traps."""
    assert clock_time(dt.time.fromisoformat(time)) == said


def test_values_of_the_clinic_are_filled_in():
    """Phone numbers live in one place."""
    clinic = a_clinic(phone="555-0142", hours=ALWAYS)

    filled = clinic.fill("Call {clinic.phone}. We are open {clinic.hours}.", "Ask us.")

    assert filled == "Call 555-0142. We are open Monday to Sunday 12 am to 11:59 pm."


def test_a_value_that_the_clinic_left_empty_says_ask_us():
    """Nothing is made up for it."""
    assert a_clinic(prices="").fill("{clinic.prices}", "Please ask our staff.") == "Please ask our staff."


def test_the_first_treatment_is_the_main_one():
    """It is meant when a patient names none."""
    assert a_clinic(treatments=["prp", "prolotherapy"]).main_treatment == "prp"


def test_the_shipped_clinic_file_holds():
    """And it says that it is a sample."""
    clinic = load_clinic(ROOT / "clinic.yml")

    assert clinic.sample
    assert clinic.main_treatment == "prolotherapy"


GOOD = """\
name: Test Clinic
phone: "555-0100"
emergency_number: "911"
timezone: America/Chicago
hours: {monday: "08:30-17:00", sunday: closed}
treatments: [prolotherapy]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("America/Chicago", "Chicago", 4, "is no time zone; use a name like America/Chicago"),
        ('"08:30-17:00"', "8 to 5", 5, 'monday is "8 to 5"; write "08:30-17:00" or closed'),
        ('"08:30-17:00"', '"08:30-25:00"', 5, 'monday is "08:30-25:00"; write'),
        ('"08:30-17:00"', '"17:00-08:30"', 5, 'monday is "17:00-08:30"; write'),
        ("monday:", "munday:", 5, '"munday" is no day of the week; write monday to sunday'),
        ('"911"', '"9"', 3, "emergency_number: String should have at least 3 characters"),
        ("[prolotherapy]", "[]", 6, "treatments: Tuple should have at least 1 item"),
        (
            "treatments: [prolotherapy]",
            "treatments: [prolotherapy]\nphon: 1",
            7,
            "phon: Extra inputs are not permitted",
        ),
        ("treatments:", "holidays: [christmas]\ntreatments:", 6, "holidays: Input should be a valid date"),
        ("treatments:", "staff_silence_minutes: 0\ntreatments:", 6, "greater than or equal to 1"),
        ("treatments:", "reply_targets: {urgent: soonish}\ntreatments:", 6, '"soonish" is no target; write now, 5'),
        ("treatments:", "reply_targets: {urgnt: now}\ntreatments:", 6, "Extra inputs are not permitted"),
        ("treatments:", "accent_color: green\ntreatments:", 6, "accent_color: String should match pattern"),
        ('phone: "555-0100"\n', "", None, "phone: Field required"),
    ],
)
def test_a_mistake_in_the_clinic_file_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int | None, problem: str
):
    """Whoever edits it is no programmer."""
    path = tmp_path / "clinic.yml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")

    with pytest.raises(ContentError) as raised:
        load_clinic(path)

    assert problem in str(raised.value)
    assert raised.value.path == str(path)
    if line is not None:
        assert raised.value.line == line

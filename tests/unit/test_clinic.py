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

    filled = clinic.fill("Call {clinic.phone}. We are open {clinic.hours}.", lambda _name: "Ask us.")

    assert filled == "Call 555-0142. We are open Monday to Sunday 12 am to 11:59 pm."


def test_a_value_that_the_clinic_left_empty_says_ask_us():
    """Nothing is made up for it."""
    assert a_clinic(prices="").fill("{clinic.prices}", "Ask for {}.".format) == "Ask for prices."


def test_a_clinic_knows_what_it_has_not_said():
    """So that a paragraph of it can be left out."""
    clinic = a_clinic(prices="", parking="Behind the house.")

    assert clinic.has_all_of("{clinic.parking} We open {clinic.hours}. No value at all.")
    assert not clinic.has_all_of("{clinic.parking} {clinic.prices}")


def test_the_first_treatment_is_the_main_one():
    """It is meant when a patient names none."""
    assert a_clinic(treatments=["prp", "prolotherapy"]).main_treatment == "prp"


def test_the_first_questions_span_the_treatments():
    """A topic alone is asked of each treatment in turn; the clinic may say of which."""
    clinic = a_clinic(
        treatments=["prp", "prolotherapy"], first_questions=["cost", "prp.safety", "definition", "evidence"]
    )

    assert clinic.first_asked() == [
        ("cost", "prp"),
        ("safety", "prp"),
        ("definition", "prolotherapy"),
        ("evidence", "prp"),
    ]
    assert a_clinic().first_asked() != []
    assert a_clinic(first_questions=[]).first_asked() == []


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
        ('"911"', '"9"', 3, "emergency_number: needs 3 characters or more"),
        ("[prolotherapy]", "[]", 6, "treatments: needs at least one in its list"),
        (
            "treatments: [prolotherapy]",
            "treatments: [prolotherapy]\nphon: 1",
            7,
            "phon: is not known here; it may be misspelt",
        ),
        ("treatments:", "holidays: [christmas]\ntreatments:", 6, "holidays.0: must be a date such as 2026-12-01"),
        ("treatments:", "staff_silence_minutes: 0\ntreatments:", 6, "staff_silence_minutes: must be 1 or more"),
        ("treatments:", "reply_targets: {urgent: soonish}\ntreatments:", 6, '"soonish" is no target; write now, 5'),
        ("treatments:", "reply_targets: {urgnt: now}\ntreatments:", 6, "reply_targets.urgnt: is not known here"),
        ("treatments:", "accent_color: green\ntreatments:", 6, 'accent_color: "green" is no color; write #'),
        ('phone: "555-0100"\n', "", None, "phone: is missing"),
        ('"555-0100"', "3125550111", 2, 'phone: is read as a number, not as a text; put it into quotes: "3125550111"'),
        ('"555-0100"', "+13125550111", 2, 'put it into quotes: "+13125550111"'),
        ('"555-0100"', "0123456789", 2, 'put it into quotes: "0123456789"'),
        ('"555-0100"', "", 2, "phone: is empty"),
        ('"555-0100"', '""', 2, "phone: is empty"),
        (
            '"555-0100"',
            "555-CALL-NOW",
            2,
            '"555-CALL-NOW" cannot be called from a phone; write the digits: "555-2255-669"',
        ),
        ('"555-0100"', "ask the desk", 2, '"ask the desk" cannot be called from a phone; write one number'),
        ('"555-0100"', "555-0100 or 555-0101", 2, "cannot be called from a phone; write one number"),
        ('"911"', "911", 3, 'emergency_number: is read as a number, not as a text; put it into quotes: "911"'),
        ('"911"', "TODO", 3, "emergency_number"),
        ("treatments:", "crisis_line: call 988\ntreatments:", 6, '"call 988" cannot be called'),
        ("Test Clinic", "2026-01-01", 1, 'name: is read as a date, not as a text; put it into quotes: "2026-01-01"'),
        ("Test Clinic", "true", 1, 'name: is read as true or false, not as a text; put it into quotes: "true"'),
        ("Test Clinic", "'  '", 1, "name: is empty"),
        ("Test Clinic", "[Test Clinic]", 1, "name: must be a text; put it into quotes"),
        ('"08:30-17:00"', "8", 5, 'hours.monday: is read as a number, not as a text; put it into quotes: "8"'),
        ('"08:30-17:00"', "no", 5, 'monday is "no"; write "08:30-17:00" or closed'),
        ("[prolotherapy]", "[007]", 6, 'treatments.0: is read as a number, not as a text; put it into quotes: "007"'),
        ("treatments:", "parking: true\ntreatments:", 6, "parking: is read as true or false"),
        ("treatments:", "email: hello at clinic\ntreatments:", 6, '"hello at clinic" is no email address'),
        ("treatments:", "alerts:\n  first: [ana]\ntreatments:", 7, '"ana" is no email address'),
        ("treatments:", "map_link: https://map.example\ntreatments:", 6, '"https://map.example" finds no address'),
        ("treatments:", "map_link: http://map.example/{address}\ntreatments:", 6, "begins with https://"),
        ("treatments:", "country: UK\ntreatments:", 6, '"UK" is no country; write its two letters'),
        ("treatments:", "sample: maybe\ntreatments:", 6, "sample: must be true or false"),
        ("treatments:", "first_questions: [What?]\ntreatments:", 6, '"What?" is no question; write a topic'),
        ("treatments:", "reopen_hours: two\ntreatments:", 6, "reopen_hours: must be a whole number"),
        (
            "treatments:",
            'widget: {origins: ["https://a.example/"]}\ntreatments:',
            6,
            '"https://a.example/" is no origin',
        ),
        ("treatments:", 'widget: {origins: ["http://a.example"]}\ntreatments:', 6, "write https:// and the name"),
        ("treatments:", 'widget: {origins: ["https://*.a.example"]}\ntreatments:', 6, "is no origin"),
        ("treatments:", 'widget: {origins: ["https://a.example:443"]}\ntreatments:', 6, "is no origin"),
        ("treatments:", 'widget: {origins: ["https://A.example"]}\ntreatments:', 6, "in small letters"),
        ("treatments:", "widget: {origins: [\"https://a.example 'self'\"]}\ntreatments:", 6, "is no origin"),
        ("treatments:", "parking: Suite #4\ntreatments:", 6, 'is read as "Suite" only, since # begins a comment'),
        ("treatments:", "accent_color: #0b6b5d\ntreatments:", 6, "is read as nothing, since # begins a comment"),
        (
            "Test Clinic",
            "\u201cTest Clinic\u201d",
            1,
            "has typographic quotes, which would be shown; write straight ones",
        ),
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


def test_every_mistake_is_told_at_once(tmp_path: Path):
    """Nobody wants to start a program again for each."""
    path = tmp_path / "clinic.yml"
    path.write_text(GOOD.replace('"555-0100"', "5550100").replace('"911"', "911"), encoding="utf-8")

    with pytest.raises(ContentError) as raised:
        load_clinic(path)

    assert [line.partition(": ")[0] for line in str(raised.value).splitlines()] == [f"{path}:2", f"{path}:3"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD + "parking:\nprices: ~\nreply_targets:\nalerts: {first: }\n",
        GOOD + "sample: no\none_person_approves: yes\n",
        GOOD.replace('{monday: "08:30-17:00", sunday: closed}', "{monday: 08:30-17:00, sunday: closed}"),
        GOOD + 'address: "Suite #4"   # the back door\nparking: 2 lots  # 4 soon\n',
    ],
)
def test_what_was_meant_is_read(tmp_path: Path, text: str):
    """What editors put into a file, and values that are named and left empty."""
    path = tmp_path / "clinic.yml"
    path.write_bytes(text.encode())

    clinic = load_clinic(path)

    assert (clinic.name, clinic.sample) == ("Test Clinic", False)
    assert clinic.opening(dt.date(2026, 11, 23)) is not None
    assert not clinic.address or clinic.address == "Suite #4"

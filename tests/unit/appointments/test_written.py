"""Every value of an appointment is read once, and what is wrong with it says what to write."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.appointments.models import AppointmentSource, AppointmentStatus
from bot.channels.consents import ConsentChannel
from bot.errors import InvalidAppointmentError
from tests.unit.appointments.appointments_in_tests import AT, GOOD, PHONE, reader

CSV = AppointmentSource.CSV
BAD = [
    ({"id": " "}, "id", "is empty"),
    ({"name": ""}, "name", "is empty"),
    ({"name": "Z" * 121}, "name", "more than 120"),
    ({"phone": ""}, "phone", "mobile number"),
    ({"phone": "call the desk"}, "phone", "cannot be read"),
    ({"phone": "555-0123"}, "phone", "area code"),
    ({"treatment": "laser"}, "treatment", "prolotherapy"),
    ({"body_part": "12"}, "body_part", "left knee"),
    ({"date": "12/10/2026"}, "date", "2026-12-31"),
    ({"date": "2026-02-30"}, "date", "2026-12-31"),
    ({"time": "25:00"}, "time", "14:30"),
    ({"time": ""}, "time", "14:30"),
    ({"zone": "Chicago time"}, "zone", "America/Chicago"),
    ({"zone": "/etc/passwd"}, "zone", "America/Chicago"),
    ({"language": "English please"}, "language", "two letters"),
    ({"status": "maybe"}, "status", "booked or cancelled"),
    ({"date": "2027-03-14", "time": "02:30"}, "time", "go forward"),
    ({"date": "2026-11-01", "time": "01:30"}, "time", "comes twice"),
    ({"consent_on": "2026-11-01"}, "consent", "together"),
    (
        {"consent_on": "2026-11-01", "consent_channel": "paper", "consent_version": "1999"},
        "consent",
        "2026-12",
    ),
    ({"consent_on": "2026-11-01", "consent_channel": "pigeon", "consent_version": "2026-12"}, "consent", "in_person"),
    ({"consent_on": "soon", "consent_channel": "paper", "consent_version": "2026-12"}, "consent", "2026-12-31"),
]


def test_a_good_one_is_read_in_the_clinics_zone():
    """Its clock, its country's phone numbers, its own names of treatments."""
    details = reader().read(GOOD, CSV)

    assert (details.phone, details.treatment, details.body_part) == (PHONE, "prp", "left knee")
    assert (details.starts_at, details.timezone) == (AT, "America/Chicago")
    assert (details.status, details.language) == (AppointmentStatus.BOOKED, "en")
    assert details.patient_key == "zoe quill"


def test_another_zone_is_another_moment():
    """A second office may be somewhere else."""
    details = reader().read(replace(GOOD, zone="America/Denver", time="9:30 am"), CSV)

    assert details.starts_at - AT == dt.timedelta(hours=1)


def test_what_a_patient_agreed_to_comes_with_it():
    """From the beginning of that day at the clinic."""
    written = replace(GOOD, consent_on="2026-11-20", consent_channel="Paper", consent_version="2026-12")

    given = reader().read(written, CSV).consent

    assert given is not None
    assert given.channel is ConsentChannel.PAPER
    assert given.given_at == dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)


@pytest.mark.parametrize(("values", "name", "says"), BAD)
def test_a_value_that_cannot_be_taken_is_told(values: dict[str, str], name: str, says: str):
    """With what to write instead."""
    with pytest.raises(InvalidAppointmentError) as refused:
        reader().read(replace(GOOD, **values), CSV)

    assert set(refused.value.problems) == {name}
    assert says in refused.value.problems[name]
    assert "Zoe" not in str(refused.value)


def test_all_that_is_wrong_is_told_at_once():
    """Nobody mends one value after the other."""
    with pytest.raises(InvalidAppointmentError) as refused:
        reader().read(replace(GOOD, name="", date="?", zone="?"), CSV)

    assert set(refused.value.problems) == {"name", "zone"}

"""A night is where the patient is, and ends when their clock says so."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.bootstrap import Services
from bot.channels.models import SmsNumber
from bot.channels.quiet_hours import QuietHours
from tests.factories import a_clinic


@pytest.mark.parametrize(
    ("zone", "now", "ends"),
    [
        (None, "2026-12-01T20:59:00-06:00", "2026-12-02T09:00:00-06:00"),
        (None, "2026-12-01T20:00:00-06:00", "2026-12-02T09:00:00-06:00"),
        (None, "2026-12-01T19:59:59-06:00", None),
        (None, "2026-12-01T08:59:59-06:00", "2026-12-01T09:00:00-06:00"),
        (None, "2026-12-01T09:00:00-06:00", None),
        # Eight in the evening in New York, seven in Chicago.
        ("America/New_York", "2026-12-01T19:00:00-06:00", "2026-12-02T09:00:00-05:00"),
        ("Australia/Lord_Howe", "2026-12-01T12:00:00+11:00", None),
        # In the night the clocks go forward, or back.
        (None, "2027-03-13T22:00:00-06:00", "2027-03-14T09:00:00-05:00"),
        (None, "2026-10-31T22:00:00-05:00", "2026-11-01T09:00:00-06:00"),
    ],
)
def test_quiet_hours_end_by_the_patients_clock(services: Services, zone: str | None, now: str, ends: str | None):
    """The clinic's, where nothing is known of theirs."""
    clinic = a_clinic(timezone="America/Chicago", quiet_hours="20:00-09:00")
    quiet = QuietHours(clinic, lambda _session, _phone: zone)
    number = SmsNumber(channel="sms", phone="+13125550123", opted_out_at=None)

    with services.database.read() as session:
        found = quiet.until(session, number, dt.datetime.fromisoformat(now))

    assert found == (None if ends is None else dt.datetime.fromisoformat(ends))

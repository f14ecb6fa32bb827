"""Days, weeks and hours are those of the clinic's clock."""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest

from bot.analytics.period import QUARTER, Period, period_of
from bot.errors import InvalidMessageError

CHICAGO = ZoneInfo("America/Chicago")
TODAY = dt.date(2026, 11, 29)


def _chosen(**values: object) -> tuple[str, str]:
    chosen = {"first": None, "last": None, "days": None, "today": TODAY, "zone": CHICAGO, **values}
    period = period_of(**chosen)  # type: ignore[arg-type]
    return period.first.isoformat(), period.last.isoformat()


def test_a_period_is_chosen_by_days_or_by_how_many():
    """Today is one of them; who chooses nothing sees 30 days."""
    assert _chosen() == ("2026-10-31", "2026-11-29")
    assert _chosen(days=7) == ("2026-11-23", "2026-11-29")
    assert _chosen(days=1) == ("2026-11-29", "2026-11-29")
    assert _chosen(first=dt.date(2026, 1, 1)) == ("2026-01-01", "2026-11-29")
    assert _chosen(last=dt.date(2026, 1, 7), days=7) == ("2026-01-01", "2026-01-07")
    assert _chosen(first=dt.date(2026, 1, 1), last=dt.date(2026, 1, 2), days=90) == ("2026-01-01", "2026-01-02")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"first": dt.date(2026, 3, 2), "last": dt.date(2026, 3, 1)}, "after the last"),
        ({"first": dt.date(2020, 3, 2)}, "three years"),
        ({"first": dt.date(1, 1, 1)}, "from the year 2000"),
        ({"last": dt.date(9999, 12, 31)}, "from the year 2000"),
    ],
)
def test_what_is_no_period_is_refused(values: dict[str, object], words: str):
    """With what to do about it."""
    with pytest.raises(InvalidMessageError, match=words):
        _chosen(**values)


def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is():
    """23 hours in spring and 25 in autumn."""
    for day, hours in ((dt.date(2026, 3, 8), 23), (dt.date(2026, 11, 1), 25), (dt.date(2026, 6, 1), 24)):
        period = Period(first=day, last=day, zone=CHICAGO)
        assert period.end - period.start == dt.timedelta(hours=hours)


def test_weeks_begin_on_monday_and_are_cut_at_both_ends():
    """Together they are the period, without a gap."""
    period = Period(first=dt.date(2026, 3, 4), last=dt.date(2026, 3, 17), zone=CHICAGO)

    weeks = period.weeks()

    assert [week.label for week in weeks] == ["2026-03-04", "2026-03-09", "2026-03-16"]
    assert (weeks[0].start, weeks[-1].end) == (period.start, period.end)
    assert all(one.end == other.start for one, other in itertools.pairwise(weeks))


@pytest.mark.parametrize(
    ("zone", "moment", "hour"),
    [
        ("America/Chicago", "2026-03-08T07:45:00+00:00", 1),
        ("America/Chicago", "2026-03-08T08:00:00+00:00", 3),
        ("America/Chicago", "2026-11-01T06:30:00+00:00", 1),
        ("America/Chicago", "2026-11-01T07:30:00+00:00", 1),
        ("America/Chicago", "2026-11-01T08:30:00+00:00", 2),
        ("Asia/Kathmandu", "2026-03-08T18:00:00+00:00", 23),
        ("Asia/Kathmandu", "2026-03-08T18:15:00+00:00", 0),
        ("Australia/Lord_Howe", "2026-07-01T13:30:00+00:00", 0),
    ],
)
def test_an_hour_is_what_the_clock_on_the_wall_says(zone: str, moment: str, hour: int):
    """Also where it goes in half and quarter hours, and in the hour that comes twice."""
    period = Period(first=TODAY, last=TODAY, zone=ZoneInfo(zone))

    assert period.hour_of(int(dt.datetime.fromisoformat(moment).timestamp()) // QUARTER) == hour

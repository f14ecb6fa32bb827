"""The windows of a plan's messages: by the patient's clock, in waking hours, on the days that the plan says."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plans.entries import Plan
from bot.plans.schedule import AFTER_THE_START, Agreed, Appointed, Due, Held, schedule

CHICAGO = "America/Chicago"
WAKING = (dt.time(9), dt.time(20))
BEGINS = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
YES = Agreed(consents=True)
ZONES = (CHICAGO, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia")


def a_plan(*steps: dict[str, object]) -> Plan:
    """Make a plan of messages that say little."""
    says = [{"text": "Ask us."}]
    usual = {"title": "A message", "at": "10:00", "until": "18:00", "says": says}
    return Plan.model_validate(
        {
            "treatment": "prp",
            "owner": "sample",
            "sample": True,
            "messages": [{**usual, **step} for step in steps],
        }
    )


def _at(local: str, zone: str = CHICAGO) -> dt.datetime:
    return dt.datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def _only(plan: Plan, starts: str, zone: str = CHICAGO) -> Due:
    (due,) = schedule(plan, Appointed(starts_at=_at(starts, zone), timezone=zone), YES, WAKING)
    return due


@pytest.mark.parametrize(
    ("day", "starts", "opens", "closes"),
    [
        (-3, "2026-12-10T09:30", "2026-12-07T10:00", "2026-12-07T18:00"),
        # The clocks go back, and forward, in between: ten stays ten.
        (-3, "2026-11-03T09:30", "2026-10-31T10:00", "2026-10-31T18:00"),
        (1, "2027-03-13T09:30", "2027-03-14T10:00", "2027-03-14T18:00"),
        # What is before it is never sent after it began, what is after it never before.
        (0, "2026-12-10T13:00", "2026-12-10T14:00", "2026-12-10T18:00"),
    ],
)
def test_windows_are_by_the_patients_clock(day: int, starts: str, opens: str, closes: str):
    """In UTC they lie elsewhere in summer and in winter."""
    due = _only(a_plan({"id": "one", "day": day}), starts)

    assert (due.opens, due.closes) == (_at(opens), _at(closes))


def test_nobody_is_woken():
    """Whatever the plan says."""
    due = _only(a_plan({"id": "one", "day": 1, "at": "05:00", "until": "23:00"}), "2026-12-10T09:30")

    assert (due.opens, due.closes) == (_at("2026-12-11T09:00"), _at("2026-12-11T20:00"))


def test_where_there_is_no_time_the_window_is_empty():
    """A visit in the evening leaves none for the same day."""
    due = _only(a_plan({"id": "one", "day": 0}), "2026-12-10T17:30")

    assert due.closes <= due.opens
    assert not due.is_open(due.opens)


@pytest.mark.parametrize(
    ("appointed", "agreed", "held"),
    [
        ({}, YES, None),
        ({"is_cancelled": True, "is_paused": True}, YES, Held.CANCELLED),
        ({"is_paused": True}, YES, Held.PAUSED),
        ({}, Agreed(consents=False), Held.NO_CONSENT),
        ({}, Agreed(consents=True, opted_out=True), Held.OPTED_OUT),
    ],
)
def test_what_speaks_against_sending_is_told(appointed: dict[str, bool], agreed: Agreed, held: Held | None):
    """The gravest of it."""
    visit = Appointed(starts_at=_at("2026-12-10T09:30"), timezone=CHICAGO, **appointed)

    (due,) = schedule(a_plan({"id": "one", "day": 1}), visit, agreed, WAKING)

    assert due.held is held
    assert due.is_open(due.opens) == (held is None)


@given(
    starts=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: BEGINS + dt.timedelta(minutes=minutes)),
    zone=st.sampled_from(ZONES),
    day=st.integers(-30, 180),
    at=st.times(),
    until=st.times(),
)
def test_every_window_is_on_its_day_and_in_waking_hours(
    starts: dt.datetime, zone: str, day: int, at: dt.time, until: dt.time
):
    """In any zone, across any change of its clocks; a minute is never two windows."""
    at, until = at.replace(second=0, microsecond=0), until.replace(second=0, microsecond=0)
    if not at < until:
        return
    plan = a_plan({"id": "one", "day": day, "at": f"{at:%H:%M}", "until": f"{until:%H:%M}"})
    appointed = Appointed(starts_at=starts, timezone=zone)

    (due,) = schedule(plan, appointed, YES, WAKING)

    if due.opens < due.closes:
        for moment in (due.opens, due.closes):
            local = moment.astimezone(ZoneInfo(zone))
            assert local.date() == appointed.day + dt.timedelta(days=day)
            assert WAKING[0] <= local.time() <= WAKING[1]
        before = due.closes <= starts if day < 0 else due.opens >= starts + AFTER_THE_START
        assert before

"""Waits are counted from the opening of a ticket, wherever staff have written of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.analytics import store
from bot.analytics.staff_times import Waits, percentile, staff_times
from bot.bootstrap import Services
from tests.unit.analytics.small_clinic import FORTNIGHT, LATER, SmallClinic, at

OPENED = at(3, 10)


def _minutes(count: int) -> dt.datetime:
    return OPENED + dt.timedelta(minutes=count)


def _waits(services: Services, *, replied_after: int | None, now: dt.datetime = LATER, **ticket: Any) -> Waits:
    with services.database.write() as session:
        clinic = SmallClinic(session)
        clinic.chat("one", OPENED)
        clinic.staff_say("one", OPENED - dt.timedelta(minutes=5))
        clinic.ticket("one", OPENED, **{"due_after": 15, "reason": "no_answer", "urgency": "soon", **ticket})
        if replied_after is not None:
            clinic.staff_say("one", _minutes(replied_after))
    with services.database.read() as session:
        return staff_times(session, FORTNIGHT, store.tickets(session, FORTNIGHT), now)[0]


@pytest.mark.parametrize(
    ("values", "minutes"),
    [([], None), ([4.0], 4.0), ([1.0, 2.0], 1.0), ([1.0, 2.0, 9.0], 2.0)],
)
def test_the_median_is_a_value_that_was_there(values: list[float], minutes: float | None):
    """So that it can be found again among the tickets."""
    assert percentile(values, 0.5) == minutes


def test_nine_in_ten_is_what_nine_of_ten_did_not_exceed():
    """Not the mean of two."""
    assert percentile([float(number) for number in range(1, 11)], 0.9) == 9.0
    assert percentile([float(number) for number in range(1, 12)], 0.9) == 10.0


@pytest.mark.parametrize(
    ("replied_after", "ticket", "kept", "late"),
    [
        (15, {}, 1, 0),
        (16, {}, 0, 1),
        (None, {}, 0, 1),
        (None, {"now": _minutes(14)}, 0, 0),
        (16, {"due_after": 0, "urgency": "emergency"}, 0, 0),
        (16, {"reopened_at": _minutes(600)}, 0, 0),
        (None, {"status": "resolved", "resolution": "cancelled", "resolved_at": _minutes(3)}, 0, 0),
        (None, {"status": "resolved", "resolution": "no_reply", "resolved_at": _minutes(20)}, 0, 1),
        (None, {"status": "resolved", "resolution": "called_back", "resolved_at": _minutes(14)}, 1, 0),
    ],
    ids=["at the minute", "late", "waits too long", "waits", "at once", "reopened", "taken back", "too late", "called"],
)
def test_a_promise_is_kept_broken_or_neither(
    services: Services, replied_after: int | None, ticket: dict[str, Any], kept: int, late: int
):
    """What was said before the ticket is no reply to it."""
    waits = _waits(services, replied_after=replied_after, **ticket)

    assert (waits.kept, waits.late) == (kept, late)


def test_a_merged_ticket_is_counted_with_the_one_it_is_part_of(services: Services):
    """A reply in either conversation is one to both."""
    with services.database.write() as session:
        clinic = SmallClinic(session)
        for name in ("first", "second"):
            clinic.chat(name, OPENED)
        first = clinic.ticket("first", OPENED, due_after=15, reason="no_answer", urgency="soon")
        clinic.ticket(
            "second",
            _minutes(1),
            due_after=15,
            reason="no_answer",
            urgency="soon",
            status="resolved",
            resolution="merged",
            resolved_at=_minutes(2),
            merged_into_id=first,
        )
        clinic.staff_say("second", _minutes(7))

    with services.database.read() as session:
        (waits,) = staff_times(session, FORTNIGHT, store.tickets(session, FORTNIGHT), LATER)

    assert (waits.tickets, waits.first, waits.kept) == (1, (7.0,), 1)

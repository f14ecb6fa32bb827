"""What is planned is sent in its time and once; what changes, is called off or missed is seen by staff."""

from __future__ import annotations

import datetime as dt
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.appointments import store as appointments
from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.conversations.handover import hand_over
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.errors import ConflictError
from bot.plans import store
from bot.staff.models import AuditEntry
from tests.factories import a_staff_member
from tests.unit.appointments.appointments_in_tests import ANA, PHONE
from tests.unit.plans.plans_in_tests import CHICAGO, Desk, ProcessDiedError

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def desk(services: Services) -> Desk:
    """Give a desk at nine in the evening, ten days before the appointments of these tests."""
    desk = Desk(services)
    desk.now = _local(-10, 21)
    return desk


def _visit_day() -> dt.date:
    return utc_now().date() + dt.timedelta(days=40)


def _local(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Give a moment by the clinic's clock, its day counted from the visit's."""
    at = dt.datetime.combine(_visit_day() + dt.timedelta(days=day), dt.time(hour, minute), ZoneInfo(CHICAGO))
    return at.astimezone(dt.UTC)


def _booked(desk: Desk, *, consents: bool = True, hour: int = 9) -> int:
    number = desk.put(_local(0, hour))
    if consents:
        desk.consents(number)
    return number


def _texts(desk: Desk) -> list[str]:
    return [one.text for one in desk.provider.delivered]


def test_a_consent_that_ends_calls_off_what_is_on_its_way_for_another_visit(desk: Desk):
    """It was given for both; somebody else at the same number still gets theirs."""
    for at, one in ((9, {"id": "A1"}), (10, {"id": "A2"}), (11, {"id": "B1", "name": "Tom Quill"})):
        desk.consents(desk.put(_local(0, at), **one))
        desk.now += dt.timedelta(minutes=1)
    desk.now = _local(-3, 11)
    desk.workers[0].work(desk.now)
    first = next(iter(_appointment_ids(desk)))

    desk.book.withdraw(first, ANA)
    desk.comes(_local(-3, 12))

    assert ["at 11" in text for text in _texts(desk)] == [True]


def _appointment_ids(desk: Desk) -> list[int]:
    with desk.database.read() as session:
        return appointments.ids_from(session, desk.now)


def test_each_message_comes_in_its_time_and_once(desk: Desk):
    """Before, on the day and after; to the patient's number, with the day and the time."""
    number = _booked(desk)
    moments = [_local(day, hour) for day in range(-10, 3) for hour in (9, 10, 12, 17, 20)]

    for moment in moments:
        desk.comes(moment)

    assert [one.at for one in desk.provider.delivered] == [_local(-3, 10), _local(-1, 9), _local(0, 17), _local(1, 10)]
    assert {one.phone for one in desk.provider.delivered} == {PHONE}
    assert all(f"{_visit_day():%A}" in text and "9 am" in text and "for Zoe" in text for text in _texts(desk))
    assert set(desk.said(number).values()) == {"sent"}


def test_nothing_comes_without_consent_nor_after_it_ended(desk: Desk):
    """Staff need not see to that."""
    number = _booked(desk, consents=False)
    desk.comes(_local(-3, 11))
    desk.comes(_local(-3, 19))
    desk.consents(number)
    desk.comes(_local(-1, 9))
    desk.book.withdraw(number, ANA)
    desk.comes(_local(2, 9))

    assert len(_texts(desk)) == 1
    assert desk.said(number) == {
        "three_before": "no_consent",
        "day_before": "sent",
        "evening": "no_consent",
        "check_in": "no_consent",
    }
    with desk.database.read() as session:
        assert store.count_to_see_to(session) == 0


def test_stop_ends_it_also_for_what_is_on_its_way(desk: Desk):
    """And START does not bring it back."""
    number = _booked(desk)
    desk.now = _local(-3, 10)
    desk.workers[0].work(desk.now)
    desk.texts_stop(PHONE)
    desk.comes(desk.now + HOUR)
    desk.texts_start(PHONE)
    desk.comes(_local(2, 9))

    assert _texts(desk) == []
    assert desk.said(number)["three_before"] == "opted_out"


def test_a_cancelled_appointment_is_silent_and_comes_back(desk: Desk):
    """What is on its way is called off."""
    number = _booked(desk)
    desk.now = _local(-3, 10)
    desk.workers[0].work(desk.now)
    desk.book.cancel(number, ANA)
    desk.comes(desk.now + HOUR)
    assert _texts(desk) == []
    assert set(desk.said(number).values()) == {"cancelled"}

    desk.book.restore(number, ANA)
    desk.comes(desk.now + HOUR)
    desk.comes(_local(-1, 10))

    assert len(_texts(desk)) == 2


def test_a_moved_appointment_is_told_with_its_new_time(desk: Desk):
    """Also where the old words were on their way; on another day all is said anew."""
    _booked(desk)
    desk.now = _local(-3, 10)
    desk.workers[0].work(desk.now)
    desk.now += dt.timedelta(seconds=1)
    desk.put(_local(0, 11))
    desk.comes(desk.now)
    assert ["11 am" in text for text in _texts(desk)] == [True]

    desk.put(_local(7, 11))
    for day in range(-2, 7):
        desk.comes(_local(day, 10))
    assert [one.at for one in desk.provider.delivered[1:]] == [_local(4, 10), _local(6, 10)]


def test_what_misses_its_window_is_dropped_and_told(desk: Desk):
    """Because nothing ran, because the provider was down, or because it was booked too late."""
    number = _booked(desk)
    desk.comes(_local(-3, 19))
    desk.provider.trouble = "down"
    for hour in (9, 10, 11, 12, 13):
        desk.comes(_local(-1, hour))
    desk.provider.trouble = ""
    late = desk.put(_local(0, 16), id="B1", phone="312-555-0199", name="Tom Quill")
    desk.comes(_local(-1, 14))

    assert _texts(desk) == []
    assert desk.said(number)["three_before"] == "too_late"
    assert desk.said(number)["day_before"] == "not_delivered"
    assert desk.said(late)["three_before"] == "no_consent"
    with desk.database.read() as session:
        assert store.count_to_see_to(session) == 2
        assert store.appointments_to_see_to(session) == {number}
    row = desk.rows(number)["three_before"]
    desk.workers[0].see_to(row.id, ANA, desk.now)
    with desk.database.read() as session:
        assert store.count_to_see_to(session) == 1


@pytest.mark.parametrize("trouble", ["no answer", "lost", "dies"])
def test_where_it_is_in_doubt_it_is_not_sent_again(desk: Desk, trouble: str):
    """Twice is worse than staff who look."""
    number = _booked(desk)
    desk.provider.trouble = trouble
    desk.now = _local(-3, 10)
    if trouble == "dies":
        with pytest.raises(ProcessDiedError):
            desk.works()
        desk.restart(0)
    desk.comes(desk.now + HOUR)
    desk.provider.trouble = ""
    desk.comes(desk.now + HOUR)

    assert len(_texts(desk)) == (0 if trouble == "lost" else 1)
    assert desk.said(number)["three_before"] == "not_delivered"


def test_nothing_is_said_between_the_words_of_staff(desk: Desk):
    """If they talk on until it is too late, they are told."""
    number = _booked(desk)
    desk.comes(_local(-3, 10))
    member = a_staff_member(desk.database)
    with desk.database.write() as session:
        message = session.scalars(select(Message)).one()
        hand_over(session, message.conversation_id, staff_member_id=member, staff_name="Ana")
    desk.comes(_local(-1, 10))
    desk.comes(_local(-1, 13))

    assert len(_texts(desk)) == 1
    assert desk.said(number)["day_before"] == "staff_talked"


def test_staff_send_by_hand_what_was_missed_and_nothing_twice(desk: Desk):
    """With what speaks against it told."""
    number = _booked(desk)
    desk.comes(_local(-3, 19))
    row = desk.rows(number)["three_before"]
    worker = desk.workers[0]

    worker.send_by_hand(row.id, ANA, desk.now)
    desk.comes(desk.now)
    with pytest.raises(ConflictError, match="already"):
        worker.send_by_hand(row.id, ANA, desk.now)

    assert len(_texts(desk)) == 1
    assert desk.rows(number)["three_before"].sent_by == "Ana"
    after = desk.rows(number)["check_in"]
    desk.book.pause(number, ANA, paused=True)
    with pytest.raises(ConflictError, match="paused"):
        worker.send_by_hand(after.id, ANA, desk.now)
    desk.comes(_local(-1, 13))
    assert desk.said(number)["day_before"] == "paused"
    desk.book.pause(number, ANA, paused=False)
    before = desk.rows(number)["day_before"]
    desk.now = _local(0, 12)
    with pytest.raises(ConflictError, match="before the appointment"):
        worker.send_by_hand(before.id, ANA, desk.now)
    with desk.database.read() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("plan.%"))).all()
    assert actions == ["plan.sent_by_hand"]


def test_a_table_of_last_year_is_no_list_of_what_was_missed(desk: Desk):
    """What is long over has nothing to be sent, what was a while ago only what is still to come."""
    old = desk.put(desk.now - dt.timedelta(days=300))
    today = desk.put(_local(-10, 9), id="B2")

    assert desk.said(old) == {}
    assert desk.said(today) == {"check_in": "waiting"}


def test_the_message_is_kept_in_the_patients_conversation(desk: Desk):
    """Where staff read it, with its plan's version and its sources."""
    number = _booked(desk)
    desk.comes(_local(-3, 10))

    row = desk.rows(number)["three_before"]
    with desk.database.read() as session:
        message = conversations.find_by_id(session, cast("int", row.message_id))
        appointment = appointments.get(session, number)
        preview = desk.workers[0].preview(session, appointment, row)
    assert message is not None
    assert message.reply is not None
    assert message.reply.planned == row.id
    assert preview == message.reply
    assert row.plan_version is not None

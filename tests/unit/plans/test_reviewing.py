"""A clinician approves each message of a plan by its words; what is not approved is not sent, and staff see why."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, NotFoundError, PermissionDeniedError
from bot.knowledge.reviewing.review import Editor
from bot.plans.reviewing import PlanReviewing
from bot.staff.models import AuditEntry
from tests.factories import a_staff_member
from tests.unit.plans.plans_in_tests import CHICAGO, STEPS, Desk, a_plan

PRP = ("prp", "en")
LEE = Editor(id=0, name="Dr. Lee", role="clinician", may_write=True, may_approve=True, is_clinician=True)
BOSS = Editor(id=0, name="Boss", role="admin", may_write=True, may_approve=True, is_clinician=False)
ANA = Editor(id=0, name="Ana", role="agent", may_write=False, may_approve=False, is_clinician=False)
STEP = "three_before"
OTHER_WORDS = [{"text": "Ask us what to bring on {appointment.day}."}]


@pytest.fixture
def desk(services: Services) -> Desk:
    """Give a desk of production, nine days before the appointments of these tests."""
    desk = Desk(services)
    desk.samples = False
    desk.now = _local(-9, 12)
    return desk


def _local(day: int, hour: int) -> dt.datetime:
    visit = utc_now().date() + dt.timedelta(days=40 + day)
    return dt.datetime.combine(visit, dt.time(hour), ZoneInfo(CHICAGO)).astimezone(dt.UTC)


def _reviewing(desk: Desk) -> PlanReviewing:
    return PlanReviewing(desk.database, desk.services.clinic, desk.plans, desk.workers[0])


def _at_work(desk: Desk, editor: Editor) -> Editor:
    """Give an editor an account."""
    name = f"{editor.role}{utc_now().timestamp()}@clinic.example"
    return replace(editor, id=a_staff_member(desk.database, email=name, name=editor.name))


def _withdraw(desk: Desk, step: str = STEP, *, by: Editor = LEE) -> None:
    _reviewing(desk).withdraw(PRP, step, _version(desk, step), _at_work(desk, by))


def _version(desk: Desk, step: str = STEP) -> str:
    plan = desk.plans.written(*PRP)
    assert plan is not None
    found = plan.step(step)
    assert found is not None
    return found.version


def _approve(desk: Desk, step: str = STEP, *, by: Editor = LEE, days: int = 300) -> None:
    due = desk.services.clinic.today() + dt.timedelta(days=days)
    _reviewing(desk).approve(PRP, step, _version(desk, step), _at_work(desk, by), due=due)


def _booked(desk: Desk) -> int:
    number = desk.put(_local(0, 9))
    desk.consents(number)
    return number


def test_only_what_is_approved_is_sent_and_without_the_remark(desk: Desk):
    """One message is approved, the others are not: one is sent, and says who reviewed it."""
    number = _booked(desk)
    assert desk.said(number) == {}
    _approve(desk)

    for day in range(-4, 3):
        for hour in (9, 11, 18):
            desk.comes(_local(day, hour))

    assert desk.said(number) == {STEP: "sent"}
    (delivered,) = desk.provider.delivered
    assert "Draft, not reviewed" not in delivered.text


def test_a_sample_is_sent_where_samples_are_until_it_is_withdrawn(desk: Desk):
    """As answers are: outside production, with the remark; retired is retired everywhere."""
    desk.samples = True
    number = _booked(desk)
    desk.comes(_local(-3, 11))
    _withdraw(desk, "day_before", by=BOSS)
    desk.comes(_local(-1, 9))

    assert desk.said(number)[STEP] == "sent"
    assert desk.said(number)["day_before"] == "not_approved"
    assert "Draft, not reviewed" in desk.provider.delivered[0].text
    assert len(desk.provider.delivered) == 1


def test_what_is_withdrawn_before_its_time_is_not_sent_and_comes_back_with_an_approval(desk: Desk):
    """What was planned follows at once, both ways."""
    number = _booked(desk)
    _approve(desk)
    assert desk.said(number) == {STEP: "waiting"}

    _withdraw(desk)
    assert desk.said(number) == {STEP: "not_approved"}
    with pytest.raises(ConflictError, match="withdrawn already"):
        _withdraw(desk)

    _approve(desk)
    assert desk.said(number) == {STEP: "waiting"}


def test_an_approval_lasts_until_its_day(desk: Desk):
    """Nobody has to look for what ran out: it is not sent."""
    number = _booked(desk)
    _approve(desk, days=35)

    desk.comes(_local(-3, 11))

    assert desk.said(number) == {STEP: "not_approved"}
    assert desk.provider.delivered == []


def test_changed_words_need_an_approval_of_their_own(services: Services):
    """Also while somebody looks at the old ones; words that come back are still approved."""
    desk = Desk(services)
    desk.samples = False
    seen = _version(desk)
    _approve(desk)

    changed = Desk(services, a_plan({**STEPS[0], "says": OTHER_WORDS}, *STEPS[1:]))
    changed.samples = False
    with changed.database.read() as session:
        assert changed.plans.served(session, *PRP) is None
        served = desk.plans.served(session, *PRP)
        assert served is not None
        assert [step.id for step in served.messages] == [STEP]
    due = services.clinic.today() + dt.timedelta(days=30)
    with pytest.raises(ConflictError, match="words have changed"):
        _reviewing(changed).approve(PRP, STEP, seen, LEE, due=due)


@pytest.mark.parametrize("by", [BOSS, ANA])
def test_only_a_clinician_approves(desk: Desk, by: Editor):
    """What a plan says is medical."""
    with pytest.raises(PermissionDeniedError, match="only a clinician"):
        _approve(desk, by=by)


def test_who_may_approve_nothing_withdraws_nothing(desk: Desk):
    """As with answers."""
    with pytest.raises(PermissionDeniedError):
        _withdraw(desk, by=ANA)


@pytest.mark.parametrize("days", [0, -3, 900])
def test_an_approval_needs_a_day_that_is_some_good(desk: Desk, days: int):
    """After today, and within two years."""
    with pytest.raises(ConflictError, match="within two years"):
        _approve(desk, days=days)


def test_what_no_patient_may_be_told_is_not_approved(services: Services):
    """The rules of the files hold here too: a file may have been changed without a check."""
    bad = [{"text": "Stop taking your aspirin."}]
    desk = Desk(services, a_plan({**STEPS[0], "says": bad}))

    with pytest.raises(ConflictError, match="cannot be approved yet"):
        _approve(desk)


def test_a_message_that_is_not_there_is_told(desk: Desk):
    """Neither of a plan nor in one."""
    due = desk.services.clinic.today() + dt.timedelta(days=30)
    for key, step in ((("exosomes", "en"), STEP), (PRP, "nothing")):
        with pytest.raises(NotFoundError):
            _reviewing(desk).approve(key, step, "x", LEE, due=due)


def test_who_did_what_stands_in_the_audit_log(desk: Desk):
    """Both steps, with the role."""
    _approve(desk)
    _withdraw(desk, by=BOSS)

    with desk.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == "plan").order_by(AuditEntry.id)).all()
        told = [(one.action, one.staff_name, one.subject_id, one.details["message"]) for one in entries]
    assert told == [("plan.approved", "Dr. Lee", "prp.en", STEP), ("plan.withdrawn", "Boss", "prp.en", STEP)]

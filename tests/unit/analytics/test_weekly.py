"""Administrators get the figures of the week before by email, once, and only where the clinic wants it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete, select

from bot.analytics.weekly import WeeklyFigures
from bot.bootstrap import Services
from bot.notifications.models import Notification
from bot.vocabulary import Role
from tests.unit.analytics.small_clinic import SECRET, at, fill

EIGHT_ON_MONDAY = at(16, 8)
PASSWORD = "three or four words"


@pytest.fixture
def weekly(services: Services) -> WeeklyFigures:
    """Give the small clinic, which wants the email, with two administrators and one who only answers patients."""
    fill(services.database)
    for name, role in (("boss", Role.ADMIN), ("lee", Role.CLINICAL_ADMIN), ("ana", Role.AGENT)):
        services.staff.add(email=f"{name}@clinic.example", name=name, role=role, password=PASSWORD)
    return _weekly(services)


def _weekly(services: Services, *, wanted: bool = True, by_email: bool = True) -> WeeklyFigures:
    clinic = services.clinic.model_copy(update={"weekly_figures": wanted})
    return WeeklyFigures(services.database, clinic, console_address="https://desk.example/", by_email=by_email)


def _queued(services: Services) -> list[Notification]:
    with services.database.read() as session:
        return list(session.scalars(select(Notification).where(Notification.event == "figures.told")))


def test_it_goes_to_each_administrator_once(services: Services, weekly: WeeklyFigures):
    """However often it is looked, and again the week after."""
    assert [weekly.queue_due(EIGHT_ON_MONDAY + dt.timedelta(hours=hours)) for hours in (0, 1, 80)] == [2, 0, 0]
    assert weekly.queue_due(EIGHT_ON_MONDAY + dt.timedelta(days=7)) == 2
    assert [queued.target for queued in _queued(services)][:2] == ["boss@clinic.example", "lee@clinic.example"]


def test_it_is_not_sent_again_when_what_was_sent_is_deleted(services: Services, weekly: WeeklyFigures):
    """A clinic may keep what it has sent for a day only; the audit log stays."""
    weekly.queue_due(EIGHT_ON_MONDAY)
    with services.database.write() as session:
        session.execute(delete(Notification))

    assert weekly.queue_due(EIGHT_ON_MONDAY + dt.timedelta(days=2)) == 0


def test_it_tells_the_figures_of_the_week_before_and_where_they_are(services: Services, weekly: WeeklyFigures):
    """Without a word of a patient."""
    weekly.queue_due(EIGHT_ON_MONDAY)

    content = _queued(services)[0].content
    assert content["title"] == "Figures of the week from 2026-03-09"
    assert content["text"].startswith("In 7 days: ")
    assert "9 chats," in content["text"]
    assert "\nCards: 2\n" in content["text"]
    assert content["link"] == "https://desk.example/staff/figures?since=2026-03-09&until=2026-03-15"
    assert SECRET not in str(content)


@pytest.mark.parametrize("moment", [at(16, 0), at(16, 7, 59)])
def test_it_waits_for_the_clinics_morning(services: Services, weekly: WeeklyFigures, moment: dt.datetime):
    """Of the clinic's Monday, not of Greenwich's."""
    assert weekly.queue_due(moment) == 0


def test_what_came_to_nothing_on_monday_comes_later(services: Services, weekly: WeeklyFigures):
    """The edge may have been down."""
    assert weekly.queue_due(at(19, 15)) == 2


@pytest.mark.parametrize(("wanted", "by_email"), [(False, True), (True, False)])
def test_nobody_gets_it_unasked(services: Services, weekly: WeeklyFigures, wanted: bool, by_email: bool):
    """It is off by default, and needs a mail server."""
    assert not services.clinic.weekly_figures
    assert _weekly(services, wanted=wanted, by_email=by_email).queue_due(EIGHT_ON_MONDAY) == 0
    assert _queued(services) == []

"""Who reviews as a clinician: by role, by name or address, and up to the day they left."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, PermissionDeniedError
from bot.staff.actor import FRONTDESK, Actor
from bot.staff.clinicians import known_clinicians
from bot.staff.models import StaffMember
from bot.vocabulary import Role

PASSWORD = "three or four words"
UTC = ZoneInfo("UTC")


@pytest.mark.parametrize(("role", "is_one"), [(role, "clinic" in role.value) for role in Role])
def test_a_clinician_is_one_by_role(services: Services, role: Role, is_one: bool):
    """An administrator alone is none."""
    services.staff.add(email="kim@clinic.example", name="Dr. Kim", role=role, password=PASSWORD)

    knows = known_clinicians(services.database, UTC)

    assert knows("Dr. Kim", utc_now().date()) is is_one
    assert knows(" dr.  KIM", utc_now().date()) is is_one
    assert knows("Kim@clinic.example", utc_now().date()) is is_one
    assert not knows("Dr. Lee", utc_now().date())


def test_whoever_left_was_a_clinician_until_then(services: Services):
    """A review of later is not theirs."""
    services.staff.add(email="kim@clinic.example", name="Dr. Kim", role=Role.CLINICIAN, password=PASSWORD)
    services.people.shut_out(services.people.id_of("kim@clinic.example"), FRONTDESK)

    knows = known_clinicians(services.database, UTC)

    assert knows("Dr. Kim", utc_now().date() - dt.timedelta(days=1))
    assert not knows("Dr. Kim", utc_now().date() + dt.timedelta(days=1))


@pytest.mark.parametrize(("hour", "zone"), [(9, "Australia/Sydney"), (20, "America/Chicago")])
def test_the_day_somebody_left_is_the_clinics(services: Services, hour: int, zone: str):
    """In Greenwich it was the day before, or already the next."""
    services.staff.add(email="kim@clinic.example", name="Dr. Kim", role=Role.CLINICIAN, password=PASSWORD)
    with services.database.write() as session:
        left = dt.datetime(2026, 6, 16, hour, tzinfo=ZoneInfo(zone))
        session.execute(update(StaffMember).values(shut_out_at=left))

    knows = known_clinicians(services.database, ZoneInfo(zone))

    assert [knows("Dr. Kim", dt.date(2026, 6, day)) for day in (16, 17)] == [True, False]


def test_nobody_makes_a_clinician_of_themselves(services: Services):
    """Another administrator does, or whoever runs the server."""
    for name in ("Boss", "Other"):
        services.staff.add(email=f"{name}@x.example", name=name, role=Role.ADMIN, password=PASSWORD)
    boss, other = (services.people.id_of(f"{name}@x.example") for name in ("boss", "other"))
    by_boss = Actor(staff_member_id=boss, name="Boss")

    for role in (Role.CLINICIAN, Role.CLINICAL_ADMIN):
        with pytest.raises(PermissionDeniedError, match="frontdesk staff role boss@x"):
            services.people.set_role(boss, role, by_boss)

    services.people.set_role(other, Role.CLINICAL_ADMIN, by_boss)
    services.people.set_role(boss, Role.CLINICAL_ADMIN, FRONTDESK)
    assert [person.role for person in services.people.all()] == [Role.CLINICAL_ADMIN] * 2


def test_an_administrator_who_is_a_clinician_is_an_administrator(services: Services):
    """The last one of either kind stays."""
    services.staff.add(email="kim@x.example", name="Dr. Kim", role=Role.CLINICAL_ADMIN, password=PASSWORD)

    with pytest.raises(ConflictError, match="only administrator"):
        services.people.set_role(services.people.id_of("kim@x.example"), Role.CLINICIAN, FRONTDESK)

"""Who reviews as a clinician: by role, by name or address, and up to the day they left."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, PermissionDeniedError
from bot.staff.actor import FRONTDESK, Actor
from bot.staff.clinicians import known_clinicians
from bot.vocabulary import Role

PASSWORD = "three or four words"


@pytest.mark.parametrize(("role", "is_one"), [(role, "clinic" in role.value) for role in Role])
def test_a_clinician_is_one_by_role(services: Services, role: Role, is_one: bool):
    """An administrator alone is none."""
    services.staff.add(email="kim@clinic.example", name="Dr. Kim", role=role, password=PASSWORD)

    knows = known_clinicians(services.database)

    assert knows("Dr. Kim", utc_now().date()) is is_one
    assert knows(" dr.  KIM", utc_now().date()) is is_one
    assert knows("Kim@clinic.example", utc_now().date()) is is_one
    assert not knows("Dr. Lee", utc_now().date())


def test_whoever_left_was_a_clinician_until_then(services: Services):
    """A review of later is not theirs."""
    services.staff.add(email="kim@clinic.example", name="Dr. Kim", role=Role.CLINICIAN, password=PASSWORD)
    services.people.shut_out(services.people.id_of("kim@clinic.example"), FRONTDESK)

    knows = known_clinicians(services.database)

    assert knows("Dr. Kim", utc_now().date() - dt.timedelta(days=1))
    assert not knows("Dr. Kim", utc_now().date() + dt.timedelta(days=1))


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

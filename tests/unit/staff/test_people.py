"""Accounts: invited and reset by links that work once, given roles, shut out; tries from one place are counted."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.staff.actor import FRONTDESK
from bot.staff.models import StaffLink
from bot.staff.people import People
from bot.staff.store import audit_entries
from bot.vocabulary import Role

EMAIL, PASSWORD = "kim@clinic.example", "three or four words"


@pytest.fixture
def people(services: Services) -> People:
    """Give the accounts, with one administrator."""
    services.staff.add(email="boss@clinic.example", name="Boss", role=Role.ADMIN, password=PASSWORD)
    return services.people


def _invite(people: People, role: Role = Role.AGENT) -> str:
    return people.invite(email=EMAIL, name="Kim", role=role, by=FRONTDESK)


def test_an_invitation_sets_a_password_once(people: People, services: Services):
    """Before it nothing opens the account; afterwards the link opens nothing."""
    token = _invite(people)
    with pytest.raises(PermissionDeniedError):
        services.staff.sign_in(EMAIL, "")

    assert people.who_may_use(token) == "Kim"
    people.use_link(token, PASSWORD)

    assert services.staff.who_is(services.staff.sign_in(EMAIL, PASSWORD)) is not None
    with pytest.raises(PermissionDeniedError, match="used already"):
        people.use_link(token, "another four words")


def test_a_new_link_ends_the_one_before_and_all_sign_ins(people: People, services: Services):
    """A link that fell into the wrong hands is worth nothing then."""
    first = _invite(people)
    people.use_link(first, PASSWORD)
    cookie = services.staff.sign_in(EMAIL, PASSWORD)
    old, new = (people.reset_link(people.id_of(EMAIL), FRONTDESK) for _ in range(2))

    with pytest.raises(PermissionDeniedError):
        people.who_may_use(old)
    people.use_link(new, "another four words")

    assert services.staff.who_is(cookie) is None
    with pytest.raises(PermissionDeniedError):
        services.staff.sign_in(EMAIL, PASSWORD)


def test_a_link_runs_out(people: People, services: Services):
    """After two days."""
    token = _invite(people)
    with services.database.write() as session:
        session.execute(update(StaffLink).values(expires_at=utc_now() - dt.timedelta(seconds=1)))

    with pytest.raises(PermissionDeniedError, match="run out"):
        people.use_link(token, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 201])
def test_a_password_that_is_too_short_or_endless_is_refused(people: People, password: str):
    """The link can be used again after that."""
    token = _invite(people)

    with pytest.raises(InvalidMessageError, match="at most 200" if len(password) > 200 else "at least 12"):
        people.use_link(token, password)

    people.use_link(token, PASSWORD)


@pytest.mark.parametrize(
    ("email", "name"), [("", "Kim"), ("kim", "Kim"), ("@", "Kim"), (EMAIL, " "), (EMAIL, "x" * 121)]
)
def test_an_invitation_needs_an_address_and_a_name(people: People, email: str, name: str):
    """The form says so."""
    with pytest.raises(InvalidMessageError):
        people.invite(email=email, name=name, role=Role.AGENT, by=FRONTDESK)


def test_nobody_is_invited_twice(people: People):
    """Upper case does not make another address."""
    _invite(people)

    with pytest.raises(ConflictError, match="already an account"):
        people.invite(email=EMAIL.upper(), name="Kim", role=Role.AGENT, by=FRONTDESK)


def test_who_is_shut_out_is_out_at_once(people: People, services: Services):
    """Their open sign-in ends, their password opens nothing, their link neither; until they are let in again."""
    people.use_link(_invite(people), PASSWORD)
    kim = people.id_of(EMAIL)
    cookie = services.staff.sign_in(EMAIL, PASSWORD)

    people.shut_out(kim, FRONTDESK)

    assert services.staff.who_is(cookie) is None
    with pytest.raises(PermissionDeniedError, match="do not match"):
        services.staff.sign_in(EMAIL, PASSWORD)
    people.let_in(kim, FRONTDESK)
    assert services.staff.sign_in(EMAIL, PASSWORD)


@pytest.mark.parametrize("change", ["set_role", "shut_out"])
def test_the_last_administrator_stays(people: People, change: str):
    """Or nobody could undo anything."""
    boss = people.id_of("boss@clinic.example")
    more = (Role.AGENT,) if change == "set_role" else ()

    with pytest.raises(ConflictError, match="only administrator"):
        getattr(people, change)(boss, *more, FRONTDESK)

    _invite(people, Role.ADMIN)
    getattr(people, change)(boss, *more, FRONTDESK)


def test_sign_out_everywhere(people: People, services: Services):
    """On every browser."""
    people.use_link(_invite(people), PASSWORD)
    cookies = [services.staff.sign_in(EMAIL, PASSWORD) for _ in range(2)]

    people.sign_out_everywhere(people.id_of(EMAIL), FRONTDESK)

    assert [services.staff.who_is(cookie) for cookie in cookies] == [None, None]


def test_an_unknown_account_is_named(people: People):
    """By its number or address."""
    with pytest.raises(NotFoundError, match="4711"):
        people.shut_out(4711, FRONTDESK)
    with pytest.raises(NotFoundError, match="nobody@"):
        people.id_of("nobody@clinic.example")


def test_what_is_done_with_accounts_stands_in_the_audit_log(people: People, services: Services):
    """Sign-ins too, and those that failed."""
    people.use_link(_invite(people), PASSWORD)
    people.set_role(people.id_of(EMAIL), Role.WRITER, FRONTDESK)
    services.staff.sign_in(EMAIL, PASSWORD)
    with pytest.raises(PermissionDeniedError):
        services.staff.sign_in(EMAIL, "wrong")

    with services.database.read() as session:
        actions = [entry.action for entry in reversed(audit_entries(session, subject="staff"))]
    assert actions == [
        "staff.added",
        "staff.invited",
        "staff.password_set",
        "staff.role_changed",
        "sign_in.opened",
        "sign_in.failed",
    ]

"""Every change of what opens an account, or of what it may, ends sign-ins and links and stands in the audit log."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest

from bot.bootstrap import Services
from bot.errors import PermissionDeniedError
from bot.staff import store
from bot.staff.actor import FRONTDESK
from bot.staff.one_time_codes import new_secret
from bot.vocabulary import Role

EMAIL, PASSWORD = "kim@clinic.example", "three or four words"
Change = Callable[[Services, int], object]


def _turn_on(services: Services, kim: int) -> list[str]:
    secret = new_secret()
    return services.second_factor.turn_on(kim, secret, pyotp.TOTP(secret).now())


CHANGES: dict[str, Change] = {
    "staff.password_set": lambda services, _kim: services.staff.reset_password(EMAIL),
    "staff.role_changed": lambda services, kim: services.people.set_role(kim, Role.WRITER, FRONTDESK),
    "staff.shut_out": lambda services, kim: services.people.shut_out(kim, FRONTDESK),
    "staff.codes_turned_on": _turn_on,
}


@pytest.fixture
def kim(services: Services) -> int:
    """Give somebody who has an account."""
    services.staff.add(email=EMAIL, name="Kim", role=Role.AGENT, password=PASSWORD)
    services.staff.add(email="lou@clinic.example", name="Lou", role=Role.AGENT, password=PASSWORD)
    return services.people.id_of(EMAIL)


def _noted(services: Services, kim: int) -> list[str]:
    with services.database.read() as session:
        return [entry.action for entry in store.audit_entries(session, subject="staff", subject_id=str(kim))]


@pytest.mark.parametrize("action", CHANGES)
def test_a_change_ends_what_was_open(services: Services, kim: int, action: str):
    """Sign-ins and links of that person, and of nobody else."""
    cookie, link = services.staff.sign_in(EMAIL, PASSWORD), services.people.reset_link(kim, FRONTDESK)
    other = services.staff.sign_in("lou@clinic.example", PASSWORD)

    CHANGES[action](services, kim)

    assert services.staff.who_is(cookie) is None
    with pytest.raises(PermissionDeniedError):
        services.people.who_may_use(link)
    assert services.staff.who_is(other) is not None
    assert _noted(services, kim)[0] == action


def test_letting_in_again_opens_no_old_door(services: Services, kim: int):
    """Not those that were open before, either."""
    services.people.shut_out(kim, FRONTDESK)
    link = services.people.reset_link(kim, FRONTDESK)

    services.people.let_in(kim, FRONTDESK)

    with pytest.raises(PermissionDeniedError):
        services.people.who_may_use(link)
    assert _noted(services, kim)[0] == "staff.let_in"


def test_turning_codes_on_keeps_the_sign_in_where_it_was_done(services: Services, kim: int):
    """All others end; turning them off does the same."""
    here, there = (services.staff.sign_in(EMAIL, PASSWORD) for _ in range(2))
    secret = new_secret()
    codes = services.second_factor.turn_on(kim, secret, pyotp.TOTP(secret).now(), keep=here)
    assert [services.staff.who_is(token) is not None for token in (here, there)] == [True, False]
    again = services.staff.sign_in(EMAIL, PASSWORD, codes[0])

    services.second_factor.turn_off(kim, codes[1], keep=here)

    assert [services.staff.who_is(token) is not None for token in (here, again)] == [True, False]
    assert _noted(services, kim)[0] == "staff.codes_turned_off"


def test_the_same_role_again_is_no_change(services: Services, kim: int):
    """Nobody is signed out for nothing."""
    cookie = services.staff.sign_in(EMAIL, PASSWORD)

    services.people.set_role(kim, Role.AGENT, FRONTDESK)

    assert services.staff.who_is(cookie) is not None
    assert "staff.role_changed" not in _noted(services, kim)


def test_accounts_made_on_the_command_line_stand_in_the_audit_log(services: Services, kim: int):
    """The first one too."""
    assert _noted(services, kim) == ["staff.added"]

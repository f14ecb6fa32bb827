"""A stranger who guesses locks out nobody but themselves; an account is guarded all the same."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import PermissionDeniedError
from bot.staff import tries
from bot.staff.actor import FRONTDESK
from bot.staff.models import KnownBrowser
from bot.staff.sign_in import StaffAccounts
from bot.staff.tries import KNOWN_FOR, MAX_FAILED, Place
from bot.vocabulary import Role

EMAIL, PASSWORD = "kim@clinic.example", "correct horse battery"
OFFICE = Place(network="198.51.100.7", browser="b" * 43)
STRANGER = Place(network="203.0.113.9", browser="s" * 43)


@pytest.fixture
def accounts(services: Services) -> StaffAccounts:
    """Give the accounts, with Kim's and Ben's."""
    for email, name in ((EMAIL, "Kim"), ("ben@clinic.example", "Ben")):
        services.staff.add(email=email, name=name, role=Role.AGENT, password=PASSWORD)
    return services.staff


def _guesses(accounts: StaffAccounts, place: Place, times: int = MAX_FAILED) -> None:
    for _ in range(times):
        with pytest.raises(PermissionDeniedError):
            accounts.sign_in(EMAIL, "wrong", place=place)


def _is_locked(accounts: StaffAccounts, place: Place, email: str = EMAIL) -> bool:
    try:
        return not accounts.sign_in(email, PASSWORD, place=place)
    except PermissionDeniedError as error:
        return "Too many tries" in str(error)


def test_a_stranger_who_guesses_does_not_lock_the_owner_out(accounts: StaffAccounts) -> None:
    """Wherever else the owner comes from, for the first time too; the stranger has to wait."""
    _guesses(accounts, STRANGER, MAX_FAILED + 5)

    assert _is_locked(accounts, STRANGER)
    assert not _is_locked(accounts, OFFICE)


def test_guesses_from_everywhere_do_not_lock_a_browser_that_is_known(
    accounts: StaffAccounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stop all but those on which the owner has signed in before, even behind the same address."""
    monkeypatch.setattr(tries, "MAX_OF_ACCOUNT", 20)
    accounts.sign_in(EMAIL, PASSWORD, place=OFFICE)
    for number in range(10):
        _guesses(accounts, Place(network=f"203.0.113.{number}"), 3)
    _guesses(accounts, Place(network=OFFICE.network), MAX_FAILED)

    assert _is_locked(accounts, Place(network="192.0.2.55"))
    assert _is_locked(accounts, Place(network=OFFICE.network, browser="x" * 43))
    assert not _is_locked(accounts, OFFICE)


def test_a_known_browser_has_a_count_of_its_own(accounts: StaffAccounts) -> None:
    """Whoever stole what it keeps may guess no more often than anybody."""
    accounts.sign_in(EMAIL, PASSWORD, place=OFFICE)
    _guesses(accounts, OFFICE)

    assert _is_locked(accounts, OFFICE)
    assert not _is_locked(accounts, Place(network=OFFICE.network)), "it is the browser that waits"


def test_a_browser_is_known_to_the_account_that_was_opened_on_it(accounts: StaffAccounts) -> None:
    """What somebody else signed in on is like any other."""
    accounts.sign_in("ben@clinic.example", PASSWORD, place=STRANGER)
    _guesses(accounts, STRANGER)

    assert _is_locked(accounts, Place(network=STRANGER.network))
    assert not _is_locked(accounts, STRANGER, "ben@clinic.example")


def test_a_browser_is_forgotten_after_half_a_year_and_with_a_change(
    accounts: StaffAccounts, services: Services
) -> None:
    """And a new password makes every browser a new one."""
    for forget in ("time", "change"):
        accounts.sign_in(EMAIL, PASSWORD, place=OFFICE)
        if forget == "time":
            with services.database.write() as session:
                session.execute(update(KnownBrowser).values(last_at=utc_now() - KNOWN_FOR - dt.timedelta(days=1)))
        else:
            services.people.set_role(services.people.id_of(EMAIL), Role.WRITER, FRONTDESK)
        _guesses(accounts, Place(network=OFFICE.network))

        assert _is_locked(accounts, OFFICE)
        with services.database.write() as session:
            tries.forget(session, EMAIL)


def test_a_reset_opens_the_account_from_everywhere(accounts: StaffAccounts) -> None:
    """However many places were locked."""
    for place in (OFFICE, STRANGER):
        _guesses(accounts, place)

    password = accounts.reset_password(EMAIL)

    assert all(accounts.sign_in(EMAIL, password, place=place) for place in (OFFICE, STRANGER))

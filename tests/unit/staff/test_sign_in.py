"""Staff sign in with the right password, not with a wrong one, and not for ever."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, PermissionDeniedError
from bot.staff.models import SignIn, StaffMember
from bot.staff.sign_in import MAX_FAILED_SIGN_INS, StaffAccounts
from bot.vocabulary import Role

EMAIL, PASSWORD = "ana@clinic.example", "correct horse"


@pytest.fixture
def accounts(services: Services) -> StaffAccounts:
    """Give the accounts, with Ana's and as noise Ben's."""
    services.staff.add(email=EMAIL, name="Ana", role=Role.AGENT, password=PASSWORD)
    services.staff.add(email="ben@clinic.example", name="Ben", role=Role.ADMIN, password="other horse")
    return services.staff


def _fail(accounts: StaffAccounts, times: int) -> None:
    for _ in range(times):
        with pytest.raises(PermissionDeniedError, match="do not match"):
            accounts.sign_in(EMAIL, "wrong")


def test_the_right_password_signs_in(accounts: StaffAccounts):
    """The token tells who it is, and brings the secret for forms."""
    signed_in = accounts.who_is(accounts.sign_in(EMAIL, PASSWORD))

    assert signed_in is not None
    assert (signed_in.name, signed_in.email, signed_in.role) == ("Ana", EMAIL, Role.AGENT)
    assert len(signed_in.csrf_token) >= 43


def test_upper_case_and_blanks_in_the_address_do_not_matter(accounts: StaffAccounts):
    """Phones like to start with a capital."""
    assert accounts.who_is(accounts.sign_in("  Ana@Clinic.example ", PASSWORD)) is not None


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "wrong"), (EMAIL, "other horse"), (EMAIL, ""), ("nobody@clinic.example", PASSWORD), ("", "")],
)
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(accounts: StaffAccounts, email: str, password: str):
    """The message does not tell which addresses exist."""
    with pytest.raises(PermissionDeniedError, match="That email and password do not match"):
        accounts.sign_in(email, password)


def test_too_many_wrong_passwords_lock_the_account(accounts: StaffAccounts):
    """Then even the right one has to wait; other accounts do not."""
    _fail(accounts, MAX_FAILED_SIGN_INS)

    with pytest.raises(PermissionDeniedError, match=r"Too many tries\. Wait 15 minutes"):
        accounts.sign_in(EMAIL, PASSWORD)
    assert accounts.sign_in("ben@clinic.example", "other horse")


def test_one_try_less_does_not_lock(accounts: StaffAccounts):
    """And a success starts the count anew."""
    _fail(accounts, MAX_FAILED_SIGN_INS - 1)
    accounts.sign_in(EMAIL, PASSWORD)
    _fail(accounts, 1)

    assert accounts.sign_in(EMAIL, PASSWORD)


def test_the_lock_ends(accounts: StaffAccounts, services: Services):
    """Once its time is over."""
    _fail(accounts, MAX_FAILED_SIGN_INS)
    with services.database.write() as session:
        session.execute(update(StaffMember).values(locked_until=utc_now() - dt.timedelta(seconds=1)))

    assert accounts.sign_in(EMAIL, PASSWORD)


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_an_unknown_token_is_nobody(accounts: StaffAccounts, token: str | None):
    """A made-up cookie opens nothing."""
    assert accounts.who_is(token) is None


def test_a_sign_in_runs_out(accounts: StaffAccounts, services: Services):
    """After a working day."""
    token = accounts.sign_in(EMAIL, PASSWORD)
    with services.database.write() as session:
        session.execute(update(SignIn).values(expires_at=utc_now() - dt.timedelta(seconds=1)))

    assert accounts.who_is(token) is None


def test_signing_out_ends_one_sign_in(accounts: StaffAccounts):
    """Not the one on the other browser."""
    here, there = accounts.sign_in(EMAIL, PASSWORD), accounts.sign_in(EMAIL, PASSWORD)

    accounts.sign_out(here)
    accounts.sign_out(None)

    assert accounts.who_is(here) is None
    assert accounts.who_is(there) is not None


def test_a_reset_changes_the_password_and_ends_all_sign_ins_of_that_member(accounts: StaffAccounts):
    """Whoever had the old password is out."""
    tokens = [accounts.sign_in(EMAIL, PASSWORD) for _ in range(2)]
    bens = accounts.sign_in("ben@clinic.example", "other horse")

    password = accounts.reset_password(EMAIL)

    assert [accounts.who_is(token) for token in tokens] == [None, None]
    assert accounts.who_is(bens) is not None
    assert accounts.sign_in(EMAIL, password)
    with pytest.raises(PermissionDeniedError):
        accounts.sign_in(EMAIL, PASSWORD)


def test_a_reset_opens_a_locked_account(accounts: StaffAccounts):
    """The way back in for somebody who forgot it."""
    _fail(accounts, MAX_FAILED_SIGN_INS)

    assert accounts.sign_in(EMAIL, accounts.reset_password(EMAIL))


def test_a_reset_of_an_unknown_address_is_refused(accounts: StaffAccounts):
    """On the command line the address may be named."""
    with pytest.raises(PermissionDeniedError, match=r"nobody@clinic\.example"):
        accounts.reset_password("nobody@clinic.example")


def test_an_address_has_one_account(accounts: StaffAccounts):
    """However it is written."""
    with pytest.raises(ConflictError, match="already an account"):
        accounts.add(email="ANA@clinic.example", name="Ana", role=Role.AGENT, password=PASSWORD)


def test_the_first_account_is_made_once(services: Services):
    """`./frontdesk up` prints its password the first time only."""
    password = services.staff.ensure_first(email="admin@clinic.example", name="Admin")

    assert password is not None
    assert services.staff.ensure_first(email="admin@clinic.example", name="Admin") is None
    signed_in = services.staff.who_is(services.staff.sign_in("admin@clinic.example", password))
    assert signed_in is not None
    assert signed_in.role is Role.ADMIN

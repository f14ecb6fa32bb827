"""Staff sign in with the right password, not with a wrong one, and not for ever."""

from __future__ import annotations

import datetime as dt

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, PermissionDeniedError
from bot.staff import passwords
from bot.staff.actor import FRONTDESK
from bot.staff.models import AuditEntry, SignIn, SignInTries
from bot.staff.sign_in import StaffAccounts
from bot.staff.tries import MAX_FAILED
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
    _fail(accounts, MAX_FAILED)

    with pytest.raises(PermissionDeniedError, match=r"Too many tries\. Wait 15 minutes"):
        accounts.sign_in(EMAIL, PASSWORD)
    assert accounts.sign_in("ben@clinic.example", "other horse")


def test_one_try_less_does_not_lock(accounts: StaffAccounts):
    """And a success starts the count anew."""
    _fail(accounts, MAX_FAILED - 1)
    accounts.sign_in(EMAIL, PASSWORD)
    _fail(accounts, 1)

    assert accounts.sign_in(EMAIL, PASSWORD)


def test_the_lock_ends(accounts: StaffAccounts, services: Services):
    """Once its time is over."""
    _fail(accounts, MAX_FAILED)
    with services.database.write() as session:
        session.execute(update(SignInTries).values(locked_until=utc_now() - dt.timedelta(seconds=1)))

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
    _fail(accounts, MAX_FAILED)

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


# Nobody learns who has an account.


STRANGER, INVITED, SHUT_OUT = "nobody@clinic.example", "kim@clinic.example", "lou@clinic.example"
ADDRESSES = [EMAIL, STRANGER, INVITED, SHUT_OUT, "", "no address", "x" * 254]


class CountingHasher:
    """Checks passwords as the real one does, and counts how often."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self.checked = 0

    def verify(self, known_hash: str, password: str) -> bool:
        """Check one."""
        self.checked += 1
        return self._hasher.verify(known_hash, password)


@pytest.fixture
def with_others(accounts: StaffAccounts, services: Services) -> StaffAccounts:
    """Give the accounts with somebody who was invited and somebody who was shut out."""
    services.people.invite(email=INVITED, name="Kim", role=Role.AGENT, by=FRONTDESK)
    accounts.add(email=SHUT_OUT, name="Lou", role=Role.AGENT, password=PASSWORD)
    services.people.shut_out(services.people.id_of(SHUT_OUT), FRONTDESK)
    return accounts


def _refusal(accounts: StaffAccounts, email: str, password: str) -> str:
    with pytest.raises(PermissionDeniedError) as refused:
        accounts.sign_in(email, password)
    return str(refused.value)


@pytest.mark.parametrize("email", ADDRESSES)
def test_too_many_tries_lock_an_address_whether_it_has_an_account_or_not(with_others: StaffAccounts, email: str):
    """The same words, after as many tries; else the ninth would tell them apart."""
    told = [_refusal(with_others, email, "wrong") for _ in range(MAX_FAILED + 2)]

    assert [message.startswith("That email and password") for message in told] == [True] * MAX_FAILED + [False] * 2
    assert told[-1] == "Too many tries. Wait 15 minutes and try again."
    assert with_others.sign_in("ben@clinic.example", "other horse")


@pytest.mark.parametrize("spelled", [EMAIL.upper(), f"  {EMAIL} ", STRANGER.upper(), f" {STRANGER}"])
def test_however_an_address_is_spelled_it_is_counted_once(accounts: StaffAccounts, spelled: str):
    """A capital letter is no new try."""
    for _ in range(MAX_FAILED):
        _refusal(accounts, spelled.strip().lower(), "wrong")

    assert "Too many tries" in _refusal(accounts, spelled, "wrong")


@pytest.mark.parametrize("email", ADDRESSES)
@pytest.mark.parametrize("is_locked", [False, True])
def test_every_refusal_takes_the_same_work(
    with_others: StaffAccounts, services: Services, monkeypatch: pytest.MonkeyPatch, email: str, is_locked: bool
):
    """One password is checked, and of what is written the most is one entry: the time tells nothing."""
    if is_locked:
        for _ in range(MAX_FAILED):
            _refusal(with_others, email, "wrong")
    hasher = CountingHasher(passwords._hasher)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    with services.database.read() as session:
        before = session.scalar(select(func.count()).select_from(AuditEntry)) or 0

    _refusal(with_others, email, PASSWORD + "x")

    with services.database.read() as session:
        after = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    assert hasher.checked == 1
    assert after - before == (0 if is_locked else 1)


@pytest.mark.parametrize("password", ["", "nobody", PASSWORD])
def test_no_password_opens_an_account_that_has_none_yet(with_others: StaffAccounts, password: str):
    """Not even the one that stands in for it when the time is evened out."""
    assert "do not match" in _refusal(with_others, INVITED, password)


def test_what_was_typed_as_an_address_is_kept_nowhere(accounts: StaffAccounts, services: Services):
    """It may be a password in the wrong field."""
    _refusal(accounts, "hunter2 zanzibarmarker", "x")

    with services.database.read() as session:
        rows = [str(vars(row)) for table in (AuditEntry, SignInTries) for row in session.scalars(select(table))]
    assert "zanzibarmarker" not in " ".join(rows)

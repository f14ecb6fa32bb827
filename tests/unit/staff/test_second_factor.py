"""The second factor: no sign-in without a code, none turned off without one, and a lost one reset by somebody else."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest
from sqlalchemy import select, update

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, PermissionDeniedError
from bot.notifications.models import Notification
from bot.staff import store
from bot.staff.actor import FRONTDESK, Actor
from bot.staff.models import RecoveryCode, StaffMember
from bot.staff.one_time_codes import new_secret, used_step
from bot.staff.second_factor import RECOVERY_CODES, SecondFactor
from bot.staff.tries import MAX_FAILED
from bot.vocabulary import Role

EMAIL, PASSWORD = "kim@clinic.example", "three or four words"


class Kim:
    """A staff member with an authenticator app."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._shift = -30
        services.staff.add(email=EMAIL, name="Kim", role=Role.AGENT, password=PASSWORD)
        self.id = services.people.id_of(EMAIL)
        self.secret = new_secret()

    def code(self) -> str:
        """Give a code that was not used yet; the present one, and those beside it, are good."""
        code = pyotp.TOTP(self.secret).at(int(utc_now().timestamp()) + self._shift)
        self._shift += 30
        return code

    def turns_codes_on(self, keep: str | None = None) -> list[str]:
        """Turn the codes on; give the recovery codes."""
        return self._services.second_factor.turn_on(self.id, self.secret, self.code(), keep=keep)

    def signs_in(self, code: str = "") -> str:
        """Sign in; give the cookie's token."""
        return self._services.staff.sign_in(EMAIL, PASSWORD, code)


@pytest.fixture
def kim(services: Services) -> Kim:
    """Give somebody who has no codes yet."""
    return Kim(services)


def _actions(services: Services) -> list[str]:
    with services.database.read() as session:
        return [entry.action for entry in reversed(store.audit_entries(session, subject="staff"))]


def test_with_codes_on_a_password_alone_opens_nothing(kim: Kim):
    """Each code is good once."""
    kim.turns_codes_on()

    with pytest.raises(PermissionDeniedError, match="code of your authenticator"):
        kim.signs_in()
    with pytest.raises(PermissionDeniedError, match="do not match"):
        kim.signs_in("000000")
    code = kim.code()
    assert kim.signs_in(f" {code[:3]} {code[3:]} ")
    with pytest.raises(PermissionDeniedError, match="do not match"):
        kim.signs_in(code)


@pytest.mark.parametrize("secret", ["A", "", "not one", "a" * 32, "A" * 31, "A" * 64, "AAAAAAA=" * 4, "é" * 32])
def test_codes_are_turned_on_only_with_our_secret_and_a_code_that_the_app_shows(
    kim: Kim, services: Services, secret: str
):
    """Or a picture that was not scanned would shut somebody out."""
    for wanted, code in ((secret, "000000"), (kim.secret, "000000"), (kim.secret, "")):
        with pytest.raises(PermissionDeniedError, match="not the code"):
            services.second_factor.turn_on(kim.id, wanted, code)

    assert kim.signs_in()


def test_codes_that_are_on_are_not_turned_on_over_them(kim: Kim, services: Services):
    """Else whoever finds an open browser puts in an app of their own."""
    kim.turns_codes_on()
    other = new_secret()

    with pytest.raises(ConflictError, match="on already"):
        services.second_factor.turn_on(kim.id, other, pyotp.TOTP(other).now())

    assert kim.signs_in(kim.code())


@pytest.mark.parametrize("code", ["", "000000", "00000-00000-00000-00000", "é", "\x00"])
def test_codes_are_not_turned_off_without_one(kim: Kim, services: Services, code: str):
    """An open browser is not enough."""
    kim.turns_codes_on()

    with pytest.raises(PermissionDeniedError, match="not the code"):
        services.second_factor.turn_off(kim.id, code)

    with pytest.raises(PermissionDeniedError, match="code of your authenticator"):
        kim.signs_in()


@pytest.mark.parametrize("with_recovery_code", [False, True])
def test_a_code_turns_them_off(kim: Kim, services: Services, with_recovery_code: bool):
    """That of the app or a recovery code, and nothing is left of either."""
    recovery = kim.turns_codes_on()

    services.second_factor.turn_off(kim.id, recovery[3] if with_recovery_code else kim.code())

    assert kim.signs_in()
    with services.database.read() as session:
        assert session.scalars(select(RecoveryCode)).all() == []
        assert session.get_one(StaffMember, kim.id).totp_secret is None


def test_guessing_codes_locks_like_guessing_passwords(kim: Kim, services: Services):
    """At the sign-in and on the page alike; the tries of both count together."""
    kim.turns_codes_on()
    for _ in range(MAX_FAILED - 1):
        with pytest.raises(PermissionDeniedError, match="not the code"):
            services.second_factor.turn_off(kim.id, "000000")
    with pytest.raises(PermissionDeniedError, match="do not match"):
        kim.signs_in("000000")

    good = kim.code()
    for closed in (
        lambda: services.second_factor.turn_off(kim.id, good),
        lambda: services.second_factor.renew(kim.id, good),
        lambda: kim.signs_in(good),
    ):
        with pytest.raises(PermissionDeniedError, match="Too many tries"):
            closed()


def test_a_recovery_code_signs_in_once(kim: Kim, services: Services):
    """However it is typed; the others stay good, and it stands in the audit log."""
    codes = kim.turns_codes_on()
    assert len(set(codes)) == RECOVERY_CODES
    # 34 random digits or more (ASVS 6.5.2): one plain hash of each is enough.
    assert all(sum(letter.isdigit() for letter in code) >= 34 for code in codes)

    assert kim.signs_in(codes[0].replace("-", " "))
    with pytest.raises(PermissionDeniedError, match="do not match"):
        kim.signs_in(codes[0])
    assert kim.signs_in(codes[1])

    assert services.second_factor.recovery_codes_left(kim.id) == RECOVERY_CODES - 2
    assert _actions(services).count("staff.recovery_code_used") == 2


def test_a_recovery_code_is_good_for_its_own_account_only(kim: Kim, services: Services):
    """And the store holds none in plain form."""
    services.staff.add(email="lou@clinic.example", name="Lou", role=Role.AGENT, password=PASSWORD)
    lou, secret = services.people.id_of("lou@clinic.example"), new_secret()
    services.second_factor.turn_on(lou, secret, pyotp.TOTP(secret).now())
    codes = kim.turns_codes_on()

    with pytest.raises(PermissionDeniedError, match="do not match"):
        services.staff.sign_in("lou@clinic.example", PASSWORD, codes[0])

    with services.database.read() as session:
        kept = " ".join(session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_new_recovery_codes_need_a_code_and_end_the_old_ones(kim: Kim, services: Services):
    """A list that was lost is worth nothing then."""
    old = kim.turns_codes_on()
    with pytest.raises(PermissionDeniedError, match="not the code"):
        services.second_factor.renew(kim.id, "000000")

    new = services.second_factor.renew(kim.id, old[0])

    assert services.second_factor.recovery_codes_left(kim.id) == RECOVERY_CODES
    with pytest.raises(PermissionDeniedError, match="do not match"):
        kim.signs_in(old[1])
    assert kim.signs_in(new[1])


def test_an_administrator_resets_what_somebody_lost(kim: Kim, services: Services):
    """It stands in the audit log; their sign-ins end."""
    codes = kim.turns_codes_on()
    cookie = kim.signs_in(codes[0])
    boss = Actor(staff_member_id=None, name="Boss")

    services.second_factor.reset(kim.id, boss)

    assert services.staff.who_is(cookie) is None
    assert kim.signs_in()
    with services.database.read() as session:
        (entry,) = store.audit_entries(session, words="second_factor_reset")
    assert (entry.staff_name, entry.subject_id) == ("Boss", str(kim.id))
    with pytest.raises(ConflictError, match="Kim has no codes"):
        services.second_factor.reset(kim.id, boss)


def test_nobody_resets_their_own(kim: Kim, services: Services):
    """That would be turning them off without a code."""
    kim.turns_codes_on()

    with pytest.raises(PermissionDeniedError, match="ask another administrator"):
        services.second_factor.reset(kim.id, Actor(staff_member_id=kim.id, name="Kim"))


@pytest.mark.parametrize("how", ["reset", "turn_off"])
def test_the_person_is_told_by_email(kim: Kim, services: Services, how: str):
    """In the same transaction; a stranger who did it cannot keep it quiet."""
    told: list[tuple[str, str]] = []
    factor = SecondFactor(services.database, lambda _session, email, _event, _title, text: told.append((email, text)))
    codes = kim.turns_codes_on()

    if how == "reset":
        factor.reset(kim.id, FRONTDESK)
    else:
        factor.turn_off(kim.id, codes[0])

    ((email, text),) = told
    assert email == EMAIL
    assert "tell an administrator" in text


def test_the_email_waits_in_the_outbox(kim: Kim, services: Services):
    """Where a mail server is set up; else nobody is told, and nothing waits for ever."""
    from dataclasses import replace

    from bot.bootstrap import tell_by_email

    kim.turns_codes_on()
    services.second_factor.reset(kim.id, FRONTDESK)
    with services.database.read() as session:
        assert session.scalars(select(Notification)).all() == []

    kim.secret = new_secret()
    kim._shift = -30
    kim.turns_codes_on()
    with_mail = replace(services.settings, smtp_url="smtp://127.0.0.1", public_url="https://desk.example/")
    SecondFactor(services.database, tell_by_email(with_mail)).reset(kim.id, FRONTDESK)

    with services.database.read() as session:
        (row,) = session.scalars(select(Notification))
    assert (row.way, row.target, row.event) == ("email", EMAIL, "staff.codes_off")
    assert row.content["link"] == "https://desk.example/staff/account"


@pytest.mark.parametrize(("shift", "good"), [(-90, False), (-30, True), (0, True), (30, True), (90, False)])
def test_a_code_is_good_for_about_a_minute(shift: int, good: bool):
    """Clocks differ a little."""
    secret, now = new_secret(), dt.datetime(2026, 11, 23, 12, 0, 10, tzinfo=dt.UTC)
    code = pyotp.TOTP(secret).at(int(now.timestamp()) + shift)

    assert (used_step(secret, code, now, after=None) is not None) is good


@pytest.mark.parametrize("code", ["", "abc", "é", "1234567"])
def test_what_is_no_code_is_refused(code: str):
    """Without an error."""
    assert used_step(new_secret(), code, utc_now(), after=None) is None


def test_a_secret_that_is_none_is_no_error_at_the_sign_in(kim: Kim, services: Services):
    """It is refused, and can be reset."""
    kim.turns_codes_on()
    with services.database.write() as session:
        session.execute(update(StaffMember).where(StaffMember.id == kim.id).values(totp_secret="A"))

    with pytest.raises(PermissionDeniedError, match="do not match"):
        kim.signs_in("123456")
    services.second_factor.reset(kim.id, FRONTDESK)
    assert kim.signs_in()

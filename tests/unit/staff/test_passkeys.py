"""Passkeys: bound to the console's address, each challenge good once, and the last one stays where one is required."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.staff import store
from bot.staff.actor import FRONTDESK
from bot.staff.models import Passkey, PasskeyChallenge
from bot.staff.one_time_codes import new_secret
from bot.staff.passkeys import signatures
from bot.staff.passkeys.asking import Asked, PasskeyNeededError
from bot.staff.passkeys.keeping import MOST, Passkeys
from bot.staff.passkeys.relying_party import RelyingParty, relying_party
from bot.staff.second_factor import RECOVERY_CODES, SecondFactor
from bot.staff.tries import MAX_FAILED
from bot.vocabulary import Role
from tests.passkey_device import PRESENT, Device, another_challenge

EMAIL, PASSWORD, FORM = "kim@clinic.example", "three or four words", "the secret of a form"


@dataclass
class Kim:
    """A staff member with a password and a device."""

    services: Services
    device: Device = field(default_factory=Device)

    def __post_init__(self) -> None:
        """Make the account."""
        self.services.staff.add(email=EMAIL, name="Kim", role=Role.AGENT, password=PASSWORD)
        self.id = self.services.people.id_of(EMAIL)

    def adds(self, name: str = "My phone", *, device: Device | None = None, here: str = "") -> list[str]:
        """Add a passkey in a sign-in; give the recovery codes."""
        asked = self.services.passkeys.begin(self.id, here)
        made = (device or self.device).makes(asked.options)
        return self.services.passkeys.add(self.id, challenge=asked.challenge, answer=made, name=name, browser=here)

    def is_asked(self) -> Asked:
        """Give what follows the right password."""
        with pytest.raises(PasskeyNeededError) as needed:
            self.services.staff.sign_in(EMAIL, PASSWORD, form=FORM)
        return needed.value.asked

    def confirms(self, asked: Asked, answer: str, form: str = FORM) -> str:
        """Bring an answer; give the cookie's token."""
        return self.services.staff.confirm(asked.challenge, answer=answer, form=form)

    def actions(self) -> list[str]:
        """Give what the audit log says of accounts."""
        with self.services.database.read() as session:
            return [entry.action for entry in reversed(store.audit_entries(session, subject="staff"))]


@pytest.fixture
def kim(services: Services) -> Kim:
    """Give somebody at a console with an address of its own, who has no second factor yet."""
    party = relying_party("https://desk.example", "Test Clinic")
    services.staff._party = party
    services.passkeys._party = party
    return Kim(services)


def test_with_a_passkey_the_password_alone_opens_nothing(kim: Kim):
    """It is the second factor; the device's count is kept, and the sign-in says by what."""
    assert len(kim.adds()) == RECOVERY_CODES

    with pytest.raises(PermissionDeniedError, match="Enter the code"):
        kim.services.staff.sign_in(EMAIL, PASSWORD)
    asked = kim.is_asked()
    token = kim.confirms(asked, kim.device.signs(asked.options))

    member = kim.services.staff.who_is(token)
    assert member is not None
    assert (member.has_passkeys, member.has_codes, member.has_second_factor) == (True, False, True)
    assert kim.actions() == ["staff.added", "staff.passkey_added", "sign_in.opened"]
    with kim.services.database.read() as session:
        (entry, *_) = store.audit_entries(session, subject="staff")
        passkey = session.scalars(select(Passkey)).one()
    assert entry.details == {"way": "passkey"}
    assert (passkey.sign_count, passkey.name) == (1, "My phone")
    assert passkey.last_used_at is not None


def test_a_challenge_is_good_once_and_soon_and_in_its_own_browser(kim: Kim):
    """Whoever copies an answer has nothing."""
    kim.adds()
    asked = kim.is_asked()
    answer = kim.device.signs(asked.options)
    with pytest.raises(PermissionDeniedError, match="another browser"):
        kim.confirms(asked, answer, form="that of another browser")
    assert kim.confirms(asked, answer)
    with pytest.raises(PermissionDeniedError, match="too long"):
        kim.confirms(asked, answer)

    late = kim.is_asked()
    with kim.services.database.write() as session:
        session.execute(update(PasskeyChallenge).values(expires_at=utc_now() - dt.timedelta(seconds=1)))
    with pytest.raises(PermissionDeniedError, match="too long"):
        kim.confirms(late, kim.device.signs(late.options))


def _as_another_origin(device: Device) -> None:
    device.origin = "https://desk.example.evil.example"


def _as_another_host(device: Device) -> None:
    device.rp_id = "evil.example"


def _unverified(device: Device) -> None:
    device.flags = PRESENT


def _not_there(device: Device) -> None:
    device.flags = 0


def _copied(device: Device) -> None:
    device.count = 0


LIES = [_as_another_origin, _as_another_host, _unverified, _not_there, _copied]


@pytest.mark.parametrize("lie", LIES)
def test_what_a_device_says_wrongly_opens_nothing(kim: Kim, lie: Callable[[Device], None]):
    """Each refusal uses the challenge up and counts like a wrong password; a copied device has signed no more often."""
    kim.adds()
    first = kim.is_asked()
    kim.confirms(first, kim.device.signs(first.options))
    asked = kim.is_asked()
    lie(kim.device)

    with pytest.raises(PermissionDeniedError, match="did not open"):
        kim.confirms(asked, kim.device.signs(asked.options))
    with pytest.raises(PermissionDeniedError, match="too long"):
        kim.confirms(asked, kim.device.signs(asked.options))
    assert kim.actions()[-1] == "sign_in.failed"


@pytest.mark.parametrize("lie", LIES[:-1])
def test_what_a_device_says_wrongly_adds_nothing(kim: Kim, lie: Callable[[Device], None]):
    """Nor does an answer to another challenge, or one that was begun in another sign-in."""
    lie(kim.device)
    with pytest.raises(PermissionDeniedError, match="could not be checked"):
        kim.adds()
    kim.device = Device()
    asked = kim.services.passkeys.begin(kim.id, "here")
    for answer, browser in ((kim.device.makes(another_challenge(asked.options)), "here"), ("{}", "elsewhere")):
        with pytest.raises(PermissionDeniedError):
            kim.services.passkeys.add(kim.id, challenge=asked.challenge, answer=answer, name="x", browser=browser)
    assert kim.services.passkeys.all_of(kim.id) == []


def test_a_passkey_of_somebody_else_or_another_device_opens_nothing(kim: Kim):
    """Also if it has the same name for its key."""
    kim.adds()
    posing = Device()
    posing.id = kim.device.id
    for stranger in (posing, Device()):
        asked = kim.is_asked()
        with pytest.raises(PermissionDeniedError, match="did not open"):
            kim.confirms(asked, stranger.signs(asked.options))
    kim.services.staff.add(email="lee@clinic.example", name="Lee", role=Role.AGENT, password=PASSWORD)
    lee, lees = kim.services.people.id_of("lee@clinic.example"), Device()
    begun = kim.services.passkeys.begin(lee, "")
    made = lees.makes(begun.options)
    kim.services.passkeys.add(lee, challenge=begun.challenge, answer=made, name="Lee's", browser="")
    asked = kim.is_asked()
    with pytest.raises(PermissionDeniedError, match="did not open"):
        kim.confirms(asked, lees.signs(asked.options))


def test_too_many_wrong_ones_lock_like_wrong_passwords(kim: Kim):
    """A stolen password does not let anybody try for ever."""
    kim.adds()
    for _ in range(MAX_FAILED):
        asked = kim.is_asked()
        with pytest.raises(PermissionDeniedError, match="did not open"):
            kim.confirms(asked, Device().signs(asked.options))
    with pytest.raises(PermissionDeniedError, match="Too many tries"):
        kim.services.staff.sign_in(EMAIL, PASSWORD, form=FORM)


def test_a_recovery_code_stands_in_for_a_lost_passkey(kim: Kim):
    """Once, in the form of the password and in that of the passkey."""
    first, second, *_ = kim.adds()
    assert kim.services.staff.sign_in(EMAIL, PASSWORD, first)
    asked = kim.is_asked()
    assert kim.services.staff.confirm(asked.challenge, code=second, form=FORM)
    asked = kim.is_asked()
    with pytest.raises(PermissionDeniedError, match="not the code"):
        kim.services.staff.confirm(asked.challenge, code=second, form=FORM)


def test_the_last_second_factor_stays_where_one_is_required(kim: Kim):
    """Whichever it is; another one lets it go."""
    services, secret = kim.services, new_secret()
    passkeys = Passkeys(services.database, kim.services.passkeys._party, is_required=True)
    factor = SecondFactor(services.database, is_required=True)
    codes = kim.adds()
    (mine,) = passkeys.all_of(kim.id)
    with pytest.raises(ConflictError, match="your only one"):
        passkeys.remove(kim.id, mine.id, keep=None)
    kim.adds("My stick", device=Device())
    passkeys.remove(kim.id, mine.id, keep=None)
    assert [each.name for each in passkeys.all_of(kim.id)] == ["My stick"]
    assert services.staff.sign_in(EMAIL, PASSWORD, codes[0])

    codes = factor.turn_on(kim.id, secret, _code_of(secret))
    factor.turn_off(kim.id, codes[0])
    codes = factor.turn_on(kim.id, secret, _code_of(secret))
    passkeys.remove(kim.id, passkeys.all_of(kim.id)[0].id, keep=None)
    with pytest.raises(ConflictError, match="your only one"):
        factor.turn_off(kim.id, codes[1])
    assert services.staff.sign_in(EMAIL, PASSWORD, codes[1]), "a code that was refused for that is not used up"


def _code_of(secret: str) -> str:
    return pyotp.TOTP(secret).at(int(utc_now().timestamp()))


def test_a_change_ends_all_else_that_was_open(kim: Kim):
    """Sign-ins elsewhere, and a passkey that was asked for before."""
    here, elsewhere = (kim.services.staff.sign_in(EMAIL, PASSWORD) for _ in range(2))
    kim.adds(here=here)
    assert kim.services.staff.who_is(here) is not None
    assert kim.services.staff.who_is(elsewhere) is None

    asked = kim.is_asked()
    kim.adds("Another", device=Device(), here=here)
    with pytest.raises(PermissionDeniedError, match="too long"):
        kim.confirms(asked, kim.device.signs(asked.options))
    kim.services.passkeys.remove(kim.id, kim.services.passkeys.all_of(kim.id)[0].id, keep=here)
    assert kim.services.staff.who_is(here) is not None
    asked = kim.is_asked()
    with pytest.raises(PermissionDeniedError, match="did not open"):
        kim.confirms(asked, kim.device.signs(asked.options))


def test_names_and_limits(kim: Kim):
    """One device makes no two, nobody touches another person's, and names are said plainly."""
    kim.adds("  My \n phone ")
    (mine,) = kim.services.passkeys.all_of(kim.id)
    assert mine.name == "My phone"
    kim.services.passkeys.rename(kim.id, mine.id, "Work phone")
    assert kim.services.passkeys.all_of(kim.id)[0].name == "Work phone"
    for name in ("", " ", "x" * 61):
        with pytest.raises(InvalidMessageError):
            kim.services.passkeys.rename(kim.id, mine.id, name)
    for act in (lambda: kim.services.passkeys.rename(kim.id + 1, mine.id, "Mine"),
                lambda: kim.services.passkeys.remove(kim.id + 1, mine.id, keep=None)):  # fmt: skip
        with pytest.raises(NotFoundError):
            act()
    with pytest.raises(ConflictError, match="there already"):
        kim.adds("Again")
    for number in range(MOST - 1):
        kim.adds(f"Number {number}", device=Device())
    with pytest.raises(ConflictError, match="which is the most"):
        kim.adds("One more", device=Device())


def test_an_administrator_resets_passkeys_too(kim: Kim):
    """Then the password alone opens the account."""
    kim.adds()
    (view,) = kim.services.people.all()
    assert (view.has_codes, view.has_passkeys) == (False, True)
    kim.services.second_factor.reset(kim.id, FRONTDESK)
    assert kim.services.staff.sign_in(EMAIL, PASSWORD, form=FORM)
    with pytest.raises(ConflictError, match="no passkey"):
        kim.services.second_factor.reset(kim.id, FRONTDESK)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://desk.example", ("desk.example", "https://desk.example")),
        ("https://Desk.Example:443/clinic/", ("desk.example", "https://desk.example")),
        ("https://desk.example:8443", ("desk.example", "https://desk.example:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://desk.example", None),
        ("http://127.0.0.1:8000", None),
        ("https://[::1]:8000", None),
        ("https://192.0.2.1", None),
        ("", None),
    ],
)
def test_whom_a_passkey_is_for_is_the_consoles_own_address(address: str, expected: tuple[str, str] | None):
    """Browsers know none without HTTPS, or at a bare number."""
    found = relying_party(address, "Test Clinic")

    assert (None if found is None else (found.id, found.origin)) == expected


def test_where_browsers_know_none_it_says_whom_to_ask(services: Services):
    """And nobody with codes notices."""
    none = Passkeys(services.database, None)

    assert not none.are_possible
    with pytest.raises(ConflictError, match="FRONTDESK_PUBLIC_URL"):
        none.begin(1, "here")


PARTY = RelyingParty(id="desk.example", origin="https://desk.example", name="Test Clinic")
_DEVICE = Device()
_ASKED = signatures.ask_to_sign(PARTY, "a challenge", [])
_MADE = signatures.ask_for_new(PARTY, "a challenge", staff_member_id=1, email=EMAIL, name="Kim", known=[])
_KEY = signatures.checked_new(PARTY, "a challenge", _DEVICE.makes(_MADE))
_GOOD = {"makes": _DEVICE.makes(_MADE), "signs": _DEVICE.signs(_ASKED)}


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    which=st.sampled_from(["makes", "signs"]),
    at=st.integers(0, 2000),
    put=st.one_of(st.text(max_size=20), st.binary(max_size=20).map(lambda part: part.decode("latin-1"))),
    cut=st.integers(0, 60),
)
def test_whatever_is_made_up_is_refused_and_is_no_error(which: str, at: int, put: str, cut: int):
    """A good answer with a part of it put in anew."""
    good = _GOOD[which]
    at %= len(good)
    answer = good[:at] + put + good[at + cut :]
    name = signatures.named_in(answer)
    assert isinstance(name, str)
    check: Callable[[], Any] = {
        "makes": lambda: signatures.checked_new(PARTY, "a challenge", answer),
        "signs": lambda: signatures.checked_count(
            PARTY, "a challenge", answer, public_key=_KEY.public_key, sign_count=0
        ),
    }[which]
    with suppress(PermissionDeniedError):
        check()

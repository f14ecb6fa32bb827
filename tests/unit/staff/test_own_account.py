"""One's own account: the password is changed with the old one, and other browsers are signed out."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.errors import InvalidMessageError, PermissionDeniedError
from bot.staff import store
from bot.staff.own_account import OwnAccount
from bot.staff.tries import MAX_FAILED
from bot.vocabulary import Role
from bot.web.staff.browsers import browser_of

EMAIL, OLD, NEW = "kim@clinic.example", "the first four words", "the other four words"


@pytest.fixture
def kim(services: Services) -> int:
    """Give the id of somebody with an account."""
    services.staff.add(email=EMAIL, name="Kim", role=Role.AGENT, password=OLD)
    return services.people.id_of(EMAIL)


def _actions(services: Services) -> list[str]:
    with services.database.read() as session:
        return [entry.action for entry in store.audit_entries(session, subject="staff")]


def test_the_new_password_opens_the_account_and_the_old_one_does_not(services: Services, kim: int):
    """The browser that did it stays signed in, all others do not."""
    here, elsewhere = services.staff.sign_in(EMAIL, OLD), services.staff.sign_in(EMAIL, OLD)

    services.own_account.change_password(kim, old=OLD, new=NEW, keep=here)

    assert services.staff.who_is(here) is not None
    assert services.staff.who_is(elsewhere) is None
    with pytest.raises(PermissionDeniedError):
        services.staff.sign_in(EMAIL, OLD)
    assert services.staff.sign_in(EMAIL, NEW)
    assert "staff.password_changed" in _actions(services)


def test_the_person_is_told(services: Services, kim: int):
    """Should it have been somebody else at their browser."""
    told: list[tuple[str, str]] = []
    account = OwnAccount(services.database, lambda _session, email, event, *_text: told.append((email, event)))

    account.change_password(kim, old=OLD, new=NEW, keep=None)

    assert told == [(EMAIL, "staff.password_changed")]


def test_a_wrong_old_password_changes_nothing_and_counts_as_a_failed_try(services: Services, kim: int):
    """Who finds a browser open does not get to guess without end."""
    for _ in range(MAX_FAILED):
        with pytest.raises(PermissionDeniedError, match="not the password that you have"):
            services.own_account.change_password(kim, old="guess", new=NEW, keep=None)

    with pytest.raises(PermissionDeniedError, match="Too many tries"):
        services.own_account.change_password(kim, old=OLD, new=NEW, keep=None)
    assert _actions(services).count("staff.password_refused") == MAX_FAILED


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        ("short", "at least"),
        ("x" * 201, "at most"),
        (OLD, "that you have"),
        ("password1234", "easily guessed"),
        ("qwertyuiop123", "easily guessed"),
        ("Summer2026!!", "easily guessed"),
        ("aaaaaaaaaaaaaaaa", "easily guessed"),
        ("Frontdesk2026!", "easily guessed"),
        ("Cedar Grove Joint Clinic", "easily guessed"),
        ("Prolotherapy2026", "easily guessed"),
        (EMAIL, "easily guessed"),
        ("Kim Kim Kim Kim", "easily guessed"),
    ],
)
def test_a_new_password_that_is_none_is_refused(services: Services, kim: int, new: str, problem: str):
    """Before the old one is looked at; the error is of the new one's field."""
    with pytest.raises(InvalidMessageError, match=problem) as raised:
        services.own_account.change_password(kim, old=OLD, new=new, keep=None)

    assert raised.value.field == "new"


def test_who_finds_a_browser_open_proves_nothing(services: Services, kim: int):
    """A wrong password counts as a failed try; the right one lets go on."""
    for _ in range(MAX_FAILED - 1):
        with pytest.raises(PermissionDeniedError, match="not the password that you have"):
            services.own_account.prove(kim, "guess")
    services.own_account.prove(kim, OLD)
    for _ in range(MAX_FAILED):
        with pytest.raises(PermissionDeniedError):
            services.own_account.prove(kim, "guess")

    with pytest.raises(PermissionDeniedError, match="Too many tries"):
        services.own_account.prove(kim, OLD)
    assert "staff.password_refused" in _actions(services)


def test_the_browsers_on_which_one_is_signed_in(services: Services, kim: int):
    """This one first, by name; signing out elsewhere leaves it alone."""
    services.staff.sign_in(EMAIL, OLD, browser="Firefox on Windows")
    here = services.staff.sign_in(EMAIL, OLD, browser="Safari on iPhone")
    services.staff.sign_in(EMAIL, OLD)

    first, *others = services.own_account.open_sign_ins(kim, here)
    assert (first.browser, first.is_this) == ("Safari on iPhone", True)
    assert {one.browser for one in others} == {"", "Firefox on Windows"}

    services.own_account.sign_out_elsewhere(kim, here)

    assert [one.is_this for one in services.own_account.open_sign_ins(kim, here)] == [True]
    assert _actions(services)[0] == "staff.signed_out_elsewhere"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140.0 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_would(user_agent: str, name: str):
    """Not by what it calls itself."""
    assert browser_of(user_agent) == name

"""Sign-ins end when nobody uses them and after a working day, and get new tokens."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any, cast

import pyotp
import pytest
from sqlalchemy import update

from bot.bootstrap import Services, build_services
from bot.db.engine import utc_now
from bot.settings import Settings
from bot.staff.models import SignIn
from bot.staff.tries import MAX_FAILED
from bot.web.app import create_app
from tests.chat_tester import JSON, ChatTester, csrf_token_of
from tests.fakes import FakeRasa
from tests.integration.edge import ANA, PASSWORD, TestClient, WebSocketDisconnect, frames

COOKIE = "frontdesk_staff"
PAGE = "/staff/tickets"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """End sign-ins after half an hour."""
    return replace(settings, idle_minutes=30)


def _unused_for(services: Services, minutes: float) -> None:
    with services.database.write() as session:
        session.execute(update(SignIn).values(seen_at=utc_now() - dt.timedelta(minutes=minutes)))


def _seen(services: Services) -> dt.datetime:
    with services.database.read() as session:
        return session.query(SignIn).one().seen_at


def _status(chat: ChatTester, path: str = PAGE, **headers: str) -> int:
    return chat.staff.get(path, headers={**JSON, **headers}).status_code


def test_a_sign_in_that_nobody_uses_ends(chat: ChatTester, services: Services) -> None:
    """Also for the live connection."""
    chat.staff_signs_in()
    _unused_for(services, 29)
    assert _status(chat) == 200
    _unused_for(services, 31)

    assert _status(chat) == 401
    with pytest.raises(WebSocketDisconnect), frames(chat.staff, "/staff/live", origin="http://testserver"):
        pass


def test_a_page_keeps_somebody_signed_in_and_what_pages_do_by_themselves_does_not(
    chat: ChatTester, services: Services
) -> None:
    """Or a screen that is left open would stay open for ever."""
    chat.staff_signs_in()
    for headers, stays in (({"x-refresh": "visible"}, True), ({}, False)):
        _unused_for(services, 20)
        before = _seen(services)
        assert _status(chat, **headers) == 200
        assert (_seen(services) == before) is stays


def test_who_writes_a_reply_is_there(chat: ChatTester, services: Services) -> None:
    """The page tells of it while it is written."""
    chat.patient_asks_for_person()
    (ticket,) = chat.staff_sees_tickets("open")
    with frames(chat.staff, "/staff/live", origin="http://testserver") as live:
        _unused_for(services, 20)
        before = _seen(services)
        live.send({"type": "typing", "ticket_id": ticket})
        live.send({"type": "looking", "ticket_id": ticket})
        live.until(type="looking")

    assert _seen(services) > before


def test_a_sign_in_ends_after_a_working_day_however_it_is_used(chat: ChatTester, services: Services) -> None:
    """Twelve hours after it began."""
    chat.staff_signs_in()
    with services.database.write() as session:
        session.execute(update(SignIn).values(expires_at=utc_now() - dt.timedelta(seconds=1)))

    assert _status(chat) == 401


def test_signing_in_gives_a_new_token_and_ends_the_old_sign_in(chat: ChatTester) -> None:
    """So nobody can plant one and wait until its owner has signed in with it."""
    chat.staff.cookies.set(COOKIE, "f" * 43)
    chat.staff_signs_in()
    first = [cookie.value for cookie in chat.staff.cookies.jar if cookie.name == COOKIE][-1]
    assert first != "f" * 43
    form = {"email": ANA, "password": PASSWORD, "csrf_token": csrf_token_of(chat.staff.get("/staff/sign-in").text)}
    chat.staff.cookies.clear(domain="")
    chat.staff.post("/staff/sign-in", data=form)

    assert first not in [cookie.value for cookie in chat.staff.cookies.jar]
    chat.staff.cookies.clear()
    chat.staff.cookies.set(COOKIE, first)
    assert _status(chat) == 401


def test_a_change_of_what_opens_an_account_gives_a_new_token(chat: ChatTester) -> None:
    """A copy of the old cookie opens nothing; the forms of other tabs are still good."""
    chat.staff_signs_in()
    for change in (_new_password, _codes_on):
        before = chat.staff.cookies[COOKIE]
        change(chat)
        after = chat.staff.cookies[COOKIE]

        assert after != before
        assert _status(chat) == 200
        chat.staff.cookies.set(COOKIE, before, domain="testserver.local", path="/")
        assert _status(chat) == 401
        chat.staff.cookies.set(COOKIE, after, domain="testserver.local", path="/")


def _new_password(chat: ChatTester) -> None:
    form = {"old": PASSWORD, "new": "another horse battery", "csrf_token": chat._csrf_token}
    assert "password is changed" in chat.staff.post("/staff/account/password", data=form).text


def _codes_on(chat: ChatTester) -> None:
    found = re.search(r'data-testid="secret">([A-Z2-7]+)<', chat.staff.get("/staff/account").text)
    assert found is not None
    form = {
        "secret": found[1], "code": pyotp.TOTP(found[1]).now(), "csrf_token": chat._csrf_token,
        "password": "another horse battery",
    }  # fmt: skip
    assert "Write these recovery codes down" in chat.staff.post("/staff/account/codes", data=form).text


def test_a_stranger_locks_nobody_out(chat: ChatTester, visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses from one address do not count against another, nor against a browser that is known."""
    monkeypatch.setattr(visitor._transport, "client", ("203.0.113.9", 5000))
    form = {"email": ANA, "password": "x", "csrf_token": csrf_token_of(visitor.get("/staff/sign-in").text)}
    for _ in range(MAX_FAILED + 1):
        refused = visitor.post("/staff/sign-in", data=form)

    assert "Too many tries" in refused.text
    chat.staff_signs_in()
    assert _status(chat) == 200


@pytest.fixture
def over_https(settings: Settings) -> Settings:
    """Give settings of a clinic that is reached by HTTPS."""
    return replace(settings, secure_cookies=True)


def test_over_https_cookies_are_of_this_host_alone(over_https: Settings, rasa: FakeRasa) -> None:
    """Browsers take a name that begins so from nobody but the very host, and only over HTTPS."""
    app = create_app(build_services(over_https, rasa=cast("Any", rasa)))
    with TestClient(app, base_url="https://testserver") as browser:
        first = browser.get("/staff/sign-in")
        form = {"email": ANA, "password": PASSWORD, "csrf_token": csrf_token_of(first.text)}
        opened = browser.post("/staff/sign-in", data=form, follow_redirects=False)
        inside = browser.get(PAGE, headers=JSON)

    assert (opened.status_code, inside.status_code) == (303, 200)
    cookies = [*first.headers.get_list("set-cookie"), *opened.headers.get_list("set-cookie")]
    assert len(cookies) == 3
    for cookie in cookies:
        assert cookie.startswith("__Host-frontdesk_")
        assert {"httponly", "secure", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
        assert "domain=" not in cookie.lower()
        assert re.search(r"samesite=(lax|strict)", cookie.lower())

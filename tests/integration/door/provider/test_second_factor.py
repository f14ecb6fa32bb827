"""Who has codes on is asked for one after the provider, unless the clinic counts what the provider has seen."""

from __future__ import annotations

import html
from dataclasses import replace

import httpx
import pyotp
import pytest
from fastapi import FastAPI

from bot.bootstrap import Services
from bot.staff import store
from bot.staff.one_time_codes import new_secret
from bot.staff.passkeys.relying_party import relying_party
from tests.chat_tester import csrf_token_of
from tests.integration.door.provider.oidc_provider import Claims, Provider
from tests.integration.door.provider.visits import BEGIN, HTML, actions, is_in, signs_in
from tests.integration.edge import ANA, TestClient
from tests.passkey_device import Device


@pytest.fixture
def secret(services: Services) -> str:
    """Turn codes on for Ana, with one that is used up then."""
    secret = new_secret()
    services.second_factor.turn_on(services.people.id_of(ANA), secret, pyotp.TOTP(secret).now())
    with services.database.write() as session:
        member = store.find_staff_member(session, ANA)
        assert member is not None
        member.totp_step = None
    return secret


def confirms(browser: TestClient, page: httpx.Response, code: str) -> httpx.Response:
    """Send the form with a code."""
    ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
    form = {"ticket": ticket, "code": code, "csrf_token": csrf_token_of(page.text)}
    return browser.post(f"{BEGIN}/code", data=form, headers=HTML)


def test_the_code_is_asked_for(visitor: TestClient, secret: str, services: Services) -> None:
    """A wrong one opens nothing and counts; the right one does, once."""
    page = signs_in(visitor)
    assert "Your code" in page.text
    assert not is_in(visitor)

    wrong = confirms(visitor, page, "000000")
    assert (wrong.status_code, "not the code" in wrong.text) == (403, True)
    right = confirms(visitor, wrong, pyotp.TOTP(secret).now())
    assert right.url.path == "/staff/tickets"
    assert is_in(visitor)
    assert [action for action, _ in actions(services)][:2] == ["sign_in.opened", "sign_in.failed"]
    visitor.cookies.delete("frontdesk_staff")
    again = confirms(visitor, page, pyotp.TOTP(secret).now())
    assert "has run out" in again.text


def test_eight_wrong_codes_lock_and_the_form_works_in_its_browser_alone(
    visitor: TestClient, app: FastAPI, secret: str
) -> None:
    """As at the password."""
    page = signs_in(visitor)
    stranger = TestClient(app, raise_server_exceptions=False)
    stranger.portal = visitor.portal
    own = stranger.get("/staff/sign-in").text
    ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
    form = {"ticket": ticket, "code": pyotp.TOTP(secret).now(), "csrf_token": csrf_token_of(own)}
    assert stranger.post(f"{BEGIN}/code", data=form, headers=HTML).status_code == 403
    assert "has run out" in stranger.post(f"{BEGIN}/code", data=form, headers=HTML).text

    for _ in range(8):
        confirms(visitor, page, "000000")
    assert "Too many tries" in confirms(visitor, page, pyotp.TOTP(secret).now()).text


@pytest.mark.parametrize("counts_as_second", ["mfa, urn:two"])
@pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "urn:two"}])
@pytest.mark.usefixtures("secret")
def test_what_the_clinic_counts_is_enough(visitor: TestClient, provider: Provider, claims: Claims) -> None:
    """By either of its two words."""
    provider.claims |= claims

    assert signs_in(visitor).url.path == "/staff/tickets"
    assert is_in(visitor)


@pytest.mark.parametrize(("counts_as_second", "lets_in"), [("mfa", True), ("", False)])
def test_where_codes_are_asked_of_all_the_provider_can_stand_in(
    visitor: TestClient, provider: Provider, services: Services, lets_in: bool
) -> None:
    """Only if it was told to; else they are turned on first."""
    object.__setattr__(services, "settings", replace(services.settings, require_codes=True))
    provider.claims |= {"amr": ["mfa"]}

    assert signs_in(visitor).url.path == ("/staff/tickets" if lets_in else "/staff/account")
    assert is_in(visitor) is lets_in


def test_a_passkey_is_asked_for_too(visitor: TestClient, services: Services) -> None:
    """It signs what belongs to this sign-in, once."""
    party, device, ana = relying_party("https://desk.example", "Test Clinic"), Device(), services.people.id_of(ANA)
    assert services.provider is not None
    services.provider._party = services.passkeys._party = party
    begun = services.passkeys.begin(ana, "here")
    made = device.makes(begun.options)
    services.passkeys.add(ana, challenge=begun.challenge, answer=made, name="My phone", browser="here")

    page = signs_in(visitor)
    assert "Your passkey" in page.text
    assert not is_in(visitor)
    options = html.unescape(page.text.split('data-options="')[1].split('"')[0])
    ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
    form = {"ticket": ticket, "csrf_token": csrf_token_of(page.text)}
    wrong = visitor.post(f"{BEGIN}/code", data={**form, "answer": Device().signs(options)}, headers=HTML)
    assert (wrong.status_code, "did not open" in wrong.text) == (403, True)
    used_up = visitor.post(f"{BEGIN}/code", data={**form, "answer": device.signs(options)}, headers=HTML)
    assert "has run out" in used_up.text

    page = signs_in(visitor)
    options = html.unescape(page.text.split('data-options="')[1].split('"')[0])
    ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
    form = {"ticket": ticket, "csrf_token": csrf_token_of(page.text), "answer": device.signs(options)}
    assert visitor.post(f"{BEGIN}/code", data=form, headers=HTML).url.path == "/staff/tickets"

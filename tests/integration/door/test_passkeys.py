"""Passkeys over HTTP: added under one's account, asked for after the password; the way on is kept."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import httpx
import pytest

from bot.settings import Settings
from tests.chat_tester import JSON, ChatTester, csrf_token_of
from tests.integration.edge import ANA, PASSWORD, error_message
from tests.passkey_device import Device

HTML = {"accept": "text/html"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Ask for a second factor at an address that browsers know passkeys at, as in production."""
    return replace(settings, require_codes=True, public_url="https://desk.example")


def _begins(chat: ChatTester, next_: str = "") -> httpx.Response:
    """Send the password; give the page that follows."""
    form = {"email": ANA, "password": PASSWORD, "csrf_token": csrf_token_of(chat.staff.get("/staff/sign-in").text)}
    return chat.staff.post(f"/staff/sign-in{next_}", data=form, headers=HTML)


def _answers(chat: ChatTester, page: httpx.Response, device: Device) -> httpx.Response:
    """Send what a device signs, as the page's script does."""
    found = re.search(r'action="([^"]+)" data-passkey="sign" data-options="([^"]+)"', page.text)
    assert found is not None, page.text
    action, options = (html.unescape(each) for each in found.groups())
    ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
    form = {"ticket": ticket, "answer": device.signs(options), "csrf_token": csrf_token_of(page.text)}
    return chat.staff.post(action, data=form, headers=HTML)


def test_a_passkey_is_added_asked_for_and_leads_where_it_was_to(chat: ChatTester) -> None:
    """With the password alone nothing is added, and nothing opens; a second answer to the same page opens nothing."""
    device, page = Device(), _begins(chat)
    assert "or a passkey" in page.text
    secret = {"csrf_token": csrf_token_of(page.text)}
    begin = "/staff/account/passkeys/begin"
    assert "not the password" in error_message(chat.staff.post(begin, data=secret, headers=JSON), 422)
    begun = chat.staff.post(begin, data={**secret, "password": PASSWORD}, headers=JSON).json()
    made = {"challenge": begun["challenge"], "answer": device.makes(json.dumps(begun["options"])), "name": "My phone"}
    added = chat.staff.post("/staff/account/passkeys", data={**secret, **made}, headers=HTML)
    assert "Write these recovery codes down" in added.text
    assert "My phone" in added.text
    assert chat.staff.get("/staff/tickets", headers=JSON).status_code == 200
    again = chat.staff.post("/staff/account/passkeys", data={**secret, **made}, headers=HTML)
    assert (again.status_code, "took too long" in again.text) == (422, True)

    chat.staff.post("/staff/sign-out", data=secret)
    page = _begins(chat, "?next=/staff/account")
    assert "Your passkey" in page.text
    assert chat.staff.get("/staff/tickets", headers=JSON).status_code == 401
    assert _answers(chat, page, device).url.path == "/staff/account"
    assert "did not open" not in _begins(chat).text
    late = _answers(chat, page, device)
    assert (late.status_code, "took too long" in late.text) == (403, True)


def test_the_form_of_another_browser_is_not_taken(chat: ChatTester) -> None:
    """Its secret is that of the cookie which our page has set here."""
    form = {"ticket": "x", "answer": "{}", "csrf_token": "none of ours"}

    refused = chat.staff.post("/staff/sign-in/second-step", data=form, headers=HTML)

    assert (refused.status_code, "out of date" in refused.text) == (403, True)

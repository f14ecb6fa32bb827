"""Where a clinic asks for codes of an authenticator app, nothing of patients opens before they are on."""

from __future__ import annotations

import re
from dataclasses import replace

import pyotp
import pytest

from bot.settings import Settings
from tests.chat_tester import JSON, ChatTester, csrf_token_of
from tests.integration.edge import ANA, PASSWORD, WebSocketDisconnect, error_message, frames

HTML = {"accept": "text/html"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Ask for codes, as in production."""
    return replace(settings, require_codes=True)


def test_nothing_opens_but_the_page_where_they_are_turned_on(chat: ChatTester) -> None:
    """And the way out; once they are on, all does."""
    form = {"email": ANA, "password": PASSWORD, "csrf_token": csrf_token_of(chat.staff.get("/staff/sign-in").text)}
    page = chat.staff.post("/staff/sign-in", data=form, headers=HTML)
    assert page.url.path == "/staff/account"
    assert "asks for codes of an authenticator app" in page.text
    secret, csrf_token = re.findall(r'data-testid="secret">([A-Z2-7]+)<', page.text)[0], csrf_token_of(page.text)

    for path in ("/staff/tickets", "/staff/tickets/1", "/staff/knowledge", "/staff/people", "/staff/audit.csv"):
        assert "Turn on the codes" in error_message(chat.staff.get(path, headers=JSON), 403), path
    refused = chat.staff.post("/staff/keys", data={"csrf_token": csrf_token}, headers=JSON)
    assert refused.json()["error"]["code"] == "codes_needed"
    with pytest.raises(WebSocketDisconnect), frames(chat.staff, "/staff/live", origin="http://testserver"):
        pass

    codes = {"secret": secret, "code": pyotp.TOTP(secret).now(), "csrf_token": csrf_token, "password": PASSWORD}
    assert "asks for codes" not in chat.staff.post("/staff/account/codes", data=codes).text
    assert chat.staff.get("/staff/tickets", headers=JSON).status_code == 200

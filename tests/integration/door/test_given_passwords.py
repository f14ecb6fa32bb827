"""A password that Frontdesk made opens, in production, only the page on which another is chosen, and not for long."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.settings import Settings
from bot.staff.actor import FRONTDESK
from bot.staff.models import StaffMember
from bot.staff.people import LINK_HOURS
from tests.chat_tester import JSON, ChatTester, csrf_token_of
from tests.integration.edge import ANA, WebSocketDisconnect, error_message, frames

HTML = {"accept": "text/html"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Run in production, without the codes that it also asks for."""
    return replace(settings, env="production", require_codes=False)


def _signs_in(chat: ChatTester, password: str) -> str:
    form = {"email": ANA, "password": password, "csrf_token": csrf_token_of(chat.staff.get("/staff/sign-in").text)}
    return chat.staff.post("/staff/sign-in", data=form, headers=HTML).text


def test_nothing_opens_before_its_owner_has_chosen_one(chat: ChatTester, services: Services) -> None:
    """Whoever saw it printed, or in a log, comes no further than they do."""
    given = services.staff.reset_password(ANA)
    page = _signs_in(chat, given)
    assert 'data-testid="password-required"' in page
    for path in ("/staff/tickets", "/staff/people", "/staff/audit.csv"):
        assert "Choose a password of your own" in error_message(chat.staff.get(path, headers=JSON), 403), path
    with pytest.raises(WebSocketDisconnect), frames(chat.staff, "/staff/live", origin="http://testserver"):
        pass

    form = {"old": given, "new": "the blue boat sails", "csrf_token": csrf_token_of(page)}
    done = chat.staff.post("/staff/account/password", data=form)

    assert 'data-testid="password-required"' not in done.text
    assert chat.staff.get("/staff/tickets", headers=JSON).status_code == 200


def test_after_two_days_it_opens_nothing(chat: ChatTester, services: Services) -> None:
    """The page says what to do; a link sets another one."""
    given = services.staff.reset_password(ANA)
    ana = services.people.id_of(ANA)
    with services.database.write() as session:
        session.get_one(StaffMember, ana).password_given_at = utc_now() - dt.timedelta(hours=LINK_HOURS)

    assert "has run out" in _signs_in(chat, given)
    assert "do not match" in _signs_in(chat, "a wrong one")

    services.people.use_link(services.people.reset_link(ana, FRONTDESK), "the blue boat sails")
    assert "has run out" not in _signs_in(chat, "the blue boat sails")
    assert chat.staff.get("/staff/tickets", headers=JSON).status_code == 200

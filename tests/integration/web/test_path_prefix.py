"""Under a path of a host every address that is handed out has the path in front; without one nothing has."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI

from bot.bootstrap import Services
from bot.settings import Settings
from bot.staff.passwords import hash_password
from bot.staff.store import add_staff_member
from bot.vocabulary import Role
from bot.web.dependencies import cookie_name
from tests.chat_tester import ChatTester
from tests.integration.door.walking import walk
from tests.integration.edge import PASSWORD, TestClient

PREFIX = "/frontdesk"
CHIEF = "chief@clinic.example"
ADDRESS = re.compile(r'\b(?:href|src|action|formaction)="(/[^"]*)"')
NO_PAGES = {"/metrics", "/staff/audit.csv"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Give those of an edge that a proxy serves under a path."""
    return replace(settings, public_url=f"http://testserver{PREFIX}/")


@pytest.fixture
def chief(app: FastAPI, services: Services, visitor: TestClient) -> TestClient:
    """Give the browser of somebody who may see everything, as it comes through a proxy that leaves the path."""
    with services.database.write() as session:
        add_staff_member(
            session, email=CHIEF, name="Cleo", role=Role.CLINICAL_ADMIN, password_hash=hash_password(PASSWORD)
        )
    browser = TestClient(app, base_url=f"http://testserver{PREFIX}", headers={"accept": "text/html"})
    browser.portal = visitor.portal
    page = browser.get("/staff/sign-in").text
    (secret,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
    answer = browser.post("/staff/sign-in", data={"email": CHIEF, "password": PASSWORD, "csrf_token": secret})
    assert answer.url.path == f"{PREFIX}/staff/tickets"
    return browser


def test_every_page_leads_to_addresses_under_the_path(app: FastAPI, chief: TestClient, chat: ChatTester):
    """Each page that can be opened without knowing more than its address, and those of a ticket."""
    chat.patient_says("does it hurt?")
    chat.patient_asks_for_person()
    paths = [one.path for one in walk(app) if one.method == "GET" and "{" not in one.path]
    seen = 0
    for path in [*sorted(set(paths) - NO_PAGES), "/staff/tickets/1", "/staff/knowledge/answers/prp.cost", "/nowhere"]:
        page = chief.get(path)
        assert page.status_code in {200, 403, 404}, path
        if page.headers["content-type"].startswith("text/html"):
            addresses = ADDRESS.findall(page.text)
            assert [address for address in addresses if not address.startswith(f"{PREFIX}/")] == [], path
            seen += len(addresses)
    assert seen > 500


def test_cookies_and_redirects_have_the_path_too(visitor: TestClient, app: FastAPI):
    """Whether the proxy has taken it off the request or not."""
    for path in ("/staff/tickets?status=open", f"{PREFIX}/staff/tickets?status=open"):
        answer = visitor.get(path, headers={"accept": "text/html"}, follow_redirects=False)
        assert answer.headers["location"] == f"{PREFIX}/staff/sign-in?next=/staff/tickets%3Fstatus%3Dopen"
    slash = visitor.get(f"{PREFIX}/staff/sign-in/", follow_redirects=False)
    assert slash.headers["location"] == f"{PREFIX}/staff/sign-in"
    for cookie in visitor.get(f"{PREFIX}/staff/sign-in").headers.get_list("set-cookie"):
        assert f"; Path={PREFIX};" in f"{cookie};"
    assert visitor.get(PREFIX).status_code == visitor.get(f"{PREFIX}/").status_code == 200
    assert visitor.get(f"{PREFIX}ing/").status_code == 404
    assert visitor.get("/health/live").status_code == 200
    assert app.openapi()["servers"] == [{"url": PREFIX}]


def test_over_https_a_cookies_name_allows_its_path(settings: Settings):
    """A browser drops a cookie named for a whole host that has a path."""
    secure = replace(settings, secure_cookies=True)

    assert cookie_name("frontdesk_staff", secure) == "__Secure-frontdesk_staff"
    assert cookie_name("frontdesk_staff", replace(secure, public_url="https://a.example")) == "__Host-frontdesk_staff"


def test_limits_and_other_sites_are_looked_at_as_without(visitor: TestClient):
    """What comes under the path is the same road."""
    evil = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}

    assert visitor.post(f"{PREFIX}/staff/sign-in", data={}, headers=evil).status_code == 403
    assert visitor.get(f"{PREFIX}/static/css/base.css").headers["cache-control"] == "no-cache"

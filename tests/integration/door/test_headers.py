"""The headers of every road, whatever it answers: nothing is framed, guessed at, kept or shared that must not be."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI

from bot.bootstrap import Services
from bot.vocabulary import Role
from bot.web.app import create_app
from tests.chat_tester import ChatTester
from tests.integration.door.walking import LIVE, Walked, roads
from tests.integration.edge import PASSWORD, NewChat, TestClient

WALKED = [road for road in roads() if road.method != LIVE]
FRAMED = frozenset({"/embed"})
SHARED = frozenset({"/widget.js"})
KEPT = {"/widget.js": "public, max-age=300", "/static/{path:path}": "no-cache", "/static-theme.css": "no-cache"}
HTML = {"accept": "text/html"}


def _filled(path: str) -> str:
    values = {"answer_id": "prp.definition", "step": "approve", "path": "css/base.css", "page": "home"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda place: values.get(place.group(1), "1"), path)


@pytest.fixture
def boss(new_chat: NewChat, services: Services) -> ChatTester:
    """Give somebody who may go everywhere."""
    services.staff.add(email="boss@clinic.example", name="Boss", role=Role.CLINICAL_ADMIN, password=PASSWORD)
    chat = new_chat("boss@clinic.example")
    chat.staff_signs_in()
    return chat


def _are_good(road: Walked, headers: dict[str, str]) -> None:
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'", road
    assert policy["object-src"] == policy["base-uri"] == "'none'", road
    assert policy["form-action"] == "'self'", road
    assert "unsafe" not in headers["content-security-policy"], road
    if road.path in FRAMED:
        assert "*" not in policy["frame-ancestors"], road
        assert "x-frame-options" not in headers, road
    else:
        assert (policy["frame-ancestors"], headers["x-frame-options"]) == ("'none'", "DENY"), road
    assert headers["x-content-type-options"] == "nosniff", road
    assert headers["referrer-policy"] == "same-origin", road
    assert headers["cross-origin-opener-policy"] == "same-origin", road
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if road.path in SHARED else "same-origin"), road
    assert "camera=()" in headers["permissions-policy"], road
    assert headers["cache-control"] == KEPT.get(road.path, "no-store"), road
    assert ("access-control-allow-origin" in headers) is (road.path in SHARED), road
    assert not {"server", "x-powered-by", "access-control-allow-credentials"} & headers.keys(), road


def test_every_road_has_its_headers(boss: ChatTester) -> None:
    """For who is signed in, with what is there and what is not."""
    for road in WALKED:
        if road.path in {"/staff/sign-out", "/staff/account/sign-out-everywhere"}:
            continue
        data = {"csrf_token": boss._csrf_token} if road.method == "POST" else None
        for accept in (HTML, {"accept": "application/json"}):
            response = boss.staff.request(
                road.method, _filled(road.path), data=data, headers=accept, follow_redirects=False
            )
            if response.status_code < 400 or road.path not in KEPT:
                _are_good(road, dict(response.headers))


def test_what_is_refused_has_them_too(visitor: TestClient) -> None:
    """Not found, not allowed, too long, of another site."""
    refused = [
        visitor.get("/nosuch", headers=HTML),
        visitor.put("/"),
        visitor.get("/staff/tickets"),
        visitor.post("/api/conversations", content=b"x" * 200_000),
        visitor.post("/staff/sign-in", headers={"origin": "https://evil.example"}),
        visitor.get("/a%00b"),
    ]
    assert {response.status_code for response in refused} == {401, 403, 404, 405, 413}
    for response in refused:
        _are_good(Walked("GET", "/nosuch", frozenset()), dict(response.headers))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
@pytest.mark.parametrize("path", ["/api/conversations", "/staff/tickets", "/channels/sms", "/api/tickets"])
def test_no_other_site_is_let_read_an_answer(visitor: TestClient, path: str, origin: str) -> None:
    """A browser asks first, and is given no leave."""
    asks = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }

    asked, sent = visitor.options(path, headers=asks), visitor.post(path, headers={"origin": origin})

    for response in (asked, sent):
        assert not [name for name in response.headers if name.startswith("access-control-")]


def test_over_https_browsers_stay_with_https(app: FastAPI, services: Services) -> None:
    """Where cookies need it; on plain HTTP it would lock people out who try Frontdesk."""
    secure = create_app(replace(services, settings=replace(services.settings, secure_cookies=True)))
    with TestClient(secure) as there, TestClient(app) as here:
        assert there.get("/").headers["strict-transport-security"] == "max-age=31536000"
        assert "strict-transport-security" not in here.get("/").headers


@pytest.mark.parametrize(("path", "below"), [("", True), ("/frontdesk", False)])
def test_what_is_below_a_host_of_our_own_stays_with_https_too(services: Services, path: str, below: bool) -> None:
    """Under a path of somebody else's host that is theirs to say."""
    settings = replace(services.settings, secure_cookies=True, public_url=f"https://chat.clinic.example{path}")
    with TestClient(create_app(replace(services, settings=settings))) as there:
        told = there.get(f"{path}/").headers["strict-transport-security"]
    assert ("includeSubDomains" in told, "max-age=31536000" in told) == (below, True)

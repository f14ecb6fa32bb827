"""No page of another site sends a form here: every address that takes one is found by walking the routes."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.routing import BaseRoute

from bot.bootstrap import Services, build_services
from bot.cli.processes.running import free_port
from bot.settings import load_settings
from bot.staff.actor import FRONTDESK
from bot.vocabulary import Role
from bot.web.app import create_app
from bot.web.middleware import WITHOUT_COOKIES
from tests.chat_tester import JSON, ChatTester, csrf_token_of
from tests.integration.edge import ANA, PASSWORD, NewChat, TestClient, WebSocketDisconnect, error_message, frames

BEFORE_SIGN_IN = ("/staff/sign-in", "/staff/sign-in/second-step", "/staff/join/{token}", "/staff/sign-in/provider/code")
ELSEWHERE = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "http://other.testserver"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://testserver.evil.example"},
    {"origin": "http://testserver:8001"},
]
OURS: list[dict[str, str]] = [
    {},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "same-origin", "origin": "null"},
    {"sec-fetch-site": "none"},
    {"origin": "http://testserver"},
    {"origin": "HTTPS://TestServer"},
    {"origin": "http://127.0.0.1:8000"},
]


def _routes(routes: list[BaseRoute]) -> Iterator[Any]:
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _routes(route.original_router.routes)
        else:
            yield route


def _addresses(*, with_cookies: bool) -> list[str]:
    """Give the path of every route that changes something: those of the console, or those that take no cookie."""
    app = create_app(build_services(load_settings({"FRONTDESK_DATABASE_URL": "sqlite://"})))
    found = [
        route.path
        for route in _routes(app.router.routes)
        if set(getattr(route, "methods", None) or ()) - {"GET", "HEAD", "OPTIONS"}
    ]
    return sorted({path for path in found if path.startswith(WITHOUT_COOKIES) is not with_cookies})


FORMS = _addresses(with_cookies=True)
FOR_PROGRAMS = _addresses(with_cookies=False)
KEY_OF_A_PAGE = "/page-key"
"""Is given to whoever knows its id, and looks at no cookie."""
STARTS_A_CHAT = "/api/conversations"
"""Anybody may, from anywhere: it gives nobody anything of somebody else's."""


def _filled(path: str) -> str:
    """Put something into the places of a path."""
    values = {"answer_id": "prp.definition", "step": "submit", "token": "x" * 43}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda place: values.get(place.group(1), "1"), path)


@pytest.fixture
def boss(new_chat: NewChat, services: Services) -> ChatTester:
    """Give an administrator who is signed in."""
    services.staff.add(email="boss@clinic.example", name="Boss", role=Role.ADMIN, password=PASSWORD)
    someone = new_chat("boss@clinic.example")
    someone.staff_signs_in()
    return someone


def test_the_walk_finds_the_forms() -> None:
    """Or the tests below would test nothing."""
    assert {*BEFORE_SIGN_IN, "/staff/people", "/staff/knowledge/save", "/staff/tickets/{ticket_id}/take"} <= set(FORMS)
    assert len(FORMS) > 20


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_another_site_is_refused_even_with_every_secret(boss: ChatTester, path: str) -> None:
    """As it would be should a secret leak one day."""
    form = {"csrf_token": boss._csrf_token, "email": ANA, "password": PASSWORD}
    for headers in ELSEWHERE:
        message = error_message(boss.staff.post(_filled(path), data=form, headers={**JSON, **headers}), 403)
        assert "another site" in message, headers


@pytest.mark.parametrize("path", [path for path in FORMS if path != KEY_OF_A_PAGE])
def test_no_form_is_taken_without_the_secret_of_its_page(boss: ChatTester, visitor: TestClient, path: str) -> None:
    """Neither from somebody signed in nor from somebody who has no cookie, whatever stands in its place."""
    for secret in ({}, {"csrf_token": ""}, {"csrf_token": "-"}, {"csrf_token": "x" * 43}):
        form = {"email": ANA, "password": PASSWORD, "role": "agent", "other": "1", "staff_member_id": "1", **secret}
        signed_in = boss.staff.post(_filled(path), data=form, headers=JSON, follow_redirects=False)
        stranger = visitor.post(_filled(path), data=form, headers=JSON, follow_redirects=False)

        assert signed_in.status_code == 403, signed_in.text
        assert stranger.status_code == (403 if path in BEFORE_SIGN_IN else 401), stranger.text
        assert "frontdesk_staff" not in stranger.headers.get("set-cookie", "")


@pytest.mark.parametrize("path", [path for path in FOR_PROGRAMS if path != STARTS_A_CHAT])
def test_what_other_sites_may_call_is_not_opened_by_a_cookie(boss: ChatTester, path: str) -> None:
    """It needs a token or a signature, which a browser adds to nothing by itself."""
    response = boss.staff.post(_filled(path), json={"text": "forged"}, headers={"origin": "https://evil.example"})

    assert response.status_code in {401, 403, 404, 422}, response.text


@pytest.mark.parametrize("headers", OURS)
def test_our_own_form_is_taken(visitor: TestClient, headers: dict[str, str]) -> None:
    """Also from a browser that says nothing, and behind a proxy that does not pass the host on."""
    form = {"email": ANA, "password": PASSWORD, "csrf_token": csrf_token_of(visitor.get("/staff/sign-in").text)}

    response = visitor.post("/staff/sign-in", data=form, headers=headers, follow_redirects=False)

    assert (response.status_code, response.headers["location"]) == (303, "/staff/tickets")


@pytest.mark.parametrize("cookie", ["", "-", "x", "x" * 42, "x" * 44, "é" * 43, '"' + "x" * 43])
def test_a_planted_cookie_is_worth_nothing(visitor: TestClient, cookie: str) -> None:
    """One of a neighbouring site, say: only what has the form of ours counts, and the next page sets it anew."""
    header = {"cookie": f"frontdesk_csrf={cookie}".encode()}
    form = {"email": ANA, "password": PASSWORD, "csrf_token": cookie}

    response = visitor.post("/staff/sign-in", data=form, headers=header, follow_redirects=False)

    assert response.status_code == 403
    assert len(csrf_token_of(response.text)) == 43


@pytest.mark.parametrize("secret", [None, "", "-"])
def test_a_link_sets_a_password_by_our_form_only(visitor: TestClient, services: Services, secret: str | None) -> None:
    """The form comes back; the link is as good as before."""
    invited = services.people.invite(email="kim@clinic.example", name="Kim", role=Role.AGENT, by=FRONTDESK)
    form = {"password": "three or four words"} | ({} if secret is None else {"csrf_token": secret})

    refused = visitor.post(f"/staff/join/{invited}", data=form)

    assert (refused.status_code, "out of date" in refused.text) == (403, True)
    form["csrf_token"] = csrf_token_of(refused.text)
    assert visitor.post(f"/staff/join/{invited}", data=form, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("origin", [None, "", "null", "https://evil.example", "//testserver"])
def test_the_live_console_is_opened_by_our_own_page_only(boss: ChatTester, origin: str | None) -> None:
    """It carries no secret, so the browser must name us."""
    headers = {} if origin is None else {"origin": origin}

    with pytest.raises(WebSocketDisconnect), frames(boss.staff, "/staff/live", **headers):
        pass


@pytest.fixture
def edge_address(app: FastAPI) -> Iterator[str]:
    """Run the edge on a real port; give its address."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        thread.join(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def test_over_real_http_another_site_signs_nobody_in(edge_address: str) -> None:
    """What a browser sends from a page of another site: no cookie, for it is kept to our own, and who sends it."""
    form = {"email": ANA, "password": PASSWORD, "csrf_token": "-"}
    browser = {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "accept": "text/html"}
    with httpx.Client(base_url=edge_address, trust_env=False) as client:
        told = client.post("/staff/sign-in", data=form, headers=browser)
        silent = client.post("/staff/sign-in", data=form)
        form["csrf_token"] = csrf_token_of(client.get("/staff/sign-in").text)
        own = client.post("/staff/sign-in", data=form, headers={"origin": edge_address})

    assert [told.status_code, silent.status_code, own.status_code] == [403, 403, 303]
    assert "another site" in told.text
    assert "frontdesk_staff" not in f"{told.headers} {silent.headers}"
    assert "frontdesk_staff" in own.headers["set-cookie"]

"""The pages as a browser gets them: from this host only, with strict headers; and whether all is well."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import EncryptionKeyError
from bot.notifications import store as notifications
from bot.notifications.models import Notification
from bot.privacy.retention import Gone
from bot.responses import FixedResponses
from bot.vocabulary import FeedbackReason, Responses
from bot.web import background
from bot.web.app import create_app
from bot.web.pages import STATIC
from bot.web.theme import contrast, theme_css
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import LockDatabase, TestClient

HTML = {"accept": "text/html"}
LOADS = re.compile(r"""(?:src|href|action|data|poster)\s*=\s*["']([^"']*)""")
ADDRESS = re.compile(r"(?:https?:)?//[\w.-]+\.\w+")
NAMESPACES = {"http://www.w3.org"}
STATIC_FILES = sorted(path for path in STATIC.rglob("*") if path.is_file())


@pytest.fixture
def pages(chat: ChatTester) -> dict[str, str]:
    """Give the HTML of every page there is."""
    chat.patient_asks_for_person()
    chat.patient_leaves_contact(phone="555-0199", email="maria@home.example")
    return {
        "chat": chat.patient.get("/").text,
        "privacy": chat.patient.get("/privacy").text,
        "sign-in": chat.patient.get("/staff/sign-in").text,
        "error": chat.patient.get("/nosuch", headers=HTML).text,
        "ticket": chat.staff_reads(),
        "inbox": chat.staff.get("/staff/tickets").text,
    }


def test_no_page_refers_to_another_host(pages: dict[str, str]) -> None:
    """Nobody else learns who opened the chat."""
    for name, page in pages.items():
        elsewhere = [at for at in LOADS.findall(page) if not at.startswith(("/", "#", "tel:", "mailto:", "sms:"))]
        assert not elsewhere, name
        assert not [at for at in LOADS.findall(page) if at.startswith("//")], name
        assert set(ADDRESS.findall(page)) <= NAMESPACES, name


@pytest.mark.parametrize("path", STATIC_FILES, ids=[path.name for path in STATIC_FILES])
def test_no_static_file_refers_to_another_host(path: Path) -> None:
    """Not in a style sheet, a script or a picture either."""
    if path.suffix in {".css", ".js", ".svg"}:
        assert {at for at in ADDRESS.findall(path.read_text()) if "//" in at} <= NAMESPACES


def test_pages_keep_to_the_content_security_policy(pages: dict[str, str]) -> None:
    """No script, style or handler in the page itself: the policy would stop it."""
    for name, page in pages.items():
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), name
        assert not re.search(r"<style\b", page), name
        assert not re.search(r"<[a-z][^>]*\s(?:style|on[a-z]+)\s*=", page), name


def test_everything_a_page_loads_is_there(visitor: TestClient, pages: dict[str, str]) -> None:
    """No broken style sheet, script or picture; scripts' own imports included."""
    wanted = {at for page in pages.values() for at in LOADS.findall(page) if at.startswith("/static")}
    for script in STATIC.rglob("*.js"):
        for imported in re.findall(r'from "(\.[^"]+)"', script.read_text()):
            wanted.add(f"/static/{(script.parent / imported).resolve().relative_to(STATIC.resolve())}")

    assert "/static-theme.css" in wanted
    for address in wanted:
        assert visitor.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "address",
    ["/", "/staff/sign-in", "/nosuch", "/api/nosuch", "/api/openapi.json", "/static/css/base.css", "/health/live"],
)
def test_every_response_has_the_security_headers(visitor: TestClient, address: str) -> None:
    """Pages, errors, JSON and files alike."""
    headers = visitor.get(address, headers=HTML).headers

    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "cache-control" in headers


def test_a_refused_body_has_the_security_headers_too(visitor: TestClient) -> None:
    """The limit stands inside the headers."""
    response = visitor.post("/api/conversations", content=b"x" * 600_000)

    assert response.status_code == 413
    assert "content-security-policy" in response.headers


def test_static_files_are_asked_for_again_and_not_sent_again(visitor: TestClient) -> None:
    """A new version shows at once; an unchanged one costs nothing."""
    first = visitor.get("/static/css/base.css")
    again = visitor.get("/static/css/base.css", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert again.status_code == 304


def test_the_chat_page_names_the_clinic_and_what_it_is(visitor: TestClient, services: Services) -> None:
    """An assistant, not medical advice; the emergency number; the first questions; a person."""
    page = visitor.get("/").text

    assert services.clinic.name in page
    assert "not medical advice" in page
    assert f'href="tel:{services.clinic.emergency_number}"' in page
    assert "Talk to a person" in page
    assert page.count('data-testid="suggestion"') == 4
    assert "Draft answers, not reviewed by a clinician" in page


def test_the_chat_page_says_what_the_fixed_wordings_say(services: Services) -> None:
    """The titles of buttons stand in domain.yml; what the page's script compares them with comes from there."""
    names = (
        Responses.OPTION_PERSON,
        Responses.OPTION_NONE,
        Responses.OPTION_NOT_NOW,
        Responses.OPTION_SAFE,
        Responses.SMS_PICTURE,
    )
    renamed = FixedResponses({name: f'{name} "it\'s"' for name in names})

    with TestClient(create_app(replace(services, responses=renamed))) as visitor:
        page = visitor.get("/").text

    (embedded,) = re.findall(r'data-wordings="([^"]*)"', page)
    wordings = json.loads(html.unescape(embedded))
    assert wordings["optionPerson"] == 'utter_option_person "it\'s"'
    assert wordings["optionNone"] == 'utter_option_none "it\'s"'
    assert [row["reason"] for row in wordings["feedbackReasons"]] == [reason.value for reason in FeedbackReason]


def test_the_clinic_chooses_the_first_questions(services: Services) -> None:
    """In its own order, its treatments in turn; what is no topic of this clinic is not offered."""
    first = ("cost", "mood", "safety", "prp.pain_during")
    chosen = services.clinic.model_copy(update={"first_questions": first})
    none = services.clinic.model_copy(update={"first_questions": ()})

    with TestClient(create_app(replace(services, clinic=chosen))) as visitor:
        offered = re.findall(r'data-testid="suggestion">([^<]*)<', visitor.get("/").text)
    with TestClient(create_app(replace(services, clinic=none))) as visitor:
        page = visitor.get("/").text

    assert offered == ["How much does prolotherapy cost?", "Is stem cell treatment safe?", "Does PRP hurt?"]
    assert "You could ask" not in page


def test_a_clinics_own_words_are_text(services: Services) -> None:
    """A name with an ampersand, or worse, does not break the page."""
    clinic = services.clinic.model_copy(update={"name": 'Bones & <b>Joints</b> "24/7"', "sample": False})

    with TestClient(create_app(replace(services, clinic=clinic))) as visitor:
        page = visitor.get("/").text

    assert "Bones &amp; &lt;b&gt;Joints&lt;/b&gt;" in page
    assert "<b>Joints" not in page
    assert "Draft answers" not in page


def test_an_error_page_says_what_to_do(visitor: TestClient) -> None:
    """A page for a browser, JSON for a program."""
    page = visitor.get("/nosuch", headers=HTML)

    assert page.status_code == 404
    assert "text/html" in page.headers["content-type"]
    assert "Page not found" in page.text
    assert 'href="/"' in page.text
    assert visitor.get("/nosuch").headers["content-type"] == "application/json"
    assert visitor.get("/api/nosuch", headers=HTML).headers["content-type"] == "application/json"


def test_the_theme_carries_the_clinics_color(visitor: TestClient, services: Services) -> None:
    """As a style sheet of its own, after the default."""
    response = visitor.get("/static-theme.css")

    assert response.headers["content-type"].startswith("text/css")
    assert f"--accent:{services.clinic.accent_color}" in response.text


def accent_contrast(services: Services, color: str) -> float:
    """Give the contrast of the text that stands on an accent color."""
    css = theme_css(services.clinic.model_copy(update={"accent_color": color}))
    found = re.search(r"--accent-text:(#[0-9a-f]{6})", css)
    assert found is not None
    return contrast(color, found.group(1))


@pytest.mark.parametrize(
    "color", ["#0b6b5d", "#ffffff", "#000000", "#ffdd00", "#777777", "#787878", "#FF0000", "#00a0ff"]
)
def test_text_on_the_accent_color_can_be_read(services: Services, color: str) -> None:
    """WCAG 2.2 AA, whatever color the clinic chose."""
    assert accent_contrast(services, color) >= 4.5


@given(color=st.integers(0, 0xFFFFFF).map("#{:06x}".format))
def test_there_is_a_text_color_for_every_accent_color(color: str) -> None:
    """Black or white always has enough contrast."""
    assert max(contrast(color, "#ffffff"), contrast(color, "#000000")) >= 4.5


def test_the_edge_is_live_and_ready(visitor: TestClient) -> None:
    """With database and Rasa up."""
    assert visitor.get("/health/live").json() == {"status": "live"}
    ready = visitor.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "database": True, "rasa": True})


def test_the_edge_is_not_ready_without_rasa(visitor: TestClient, rasa: FakeRasa) -> None:
    """It says which part is missing, and lives on."""
    rasa.down = True

    ready = visitor.get("/health/ready")

    assert ready.status_code == 503
    assert ready.json() == {"status": "not ready", "not_ready": ["rasa"], "database": True, "rasa": False}
    assert visitor.get("/health/live").status_code == 200


def test_the_edge_is_not_ready_where_it_cannot_open_what_is_stored(
    visitor: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the key was changed elsewhere, and this process has the old one."""

    def fail(**_how: bool) -> None:
        raise EncryptionKeyError("What is stored is encrypted with another key.")

    monkeypatch.setattr(services.database.keys, "follow", fail)

    ready = visitor.get("/health/ready")

    assert (ready.status_code, ready.json()["not_ready"]) == (503, ["database"])


def test_a_writer_elsewhere_does_not_make_the_edge_unready(lock_database: LockDatabase, visitor: TestClient) -> None:
    """Readers do not wait for writers."""
    lock_database()

    assert visitor.get("/health/ready").status_code == 200


def test_the_edge_deletes_what_is_old_when_it_starts(app: FastAPI, services: Services) -> None:
    """And serves meanwhile."""
    with services.database.write() as session:
        for _ in range(2):
            notifications.add(session, way="email", target="x", event="x.y", content={}, given_up="x")
        session.execute(update(Notification).values(created_at=utc_now() - dt.timedelta(days=400)))

    def left() -> int:
        with services.database.read() as session:
            return notifications.counts(session)["given_up"]

    with TestClient(app) as client:
        assert any(left() == 0 for _ in range(500) if client.get("/health/live").is_success)


def test_the_edge_deletes_what_is_old_every_night(
    app: FastAPI, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what has become old since the start; a locked store only puts it off."""
    looked: list[dt.datetime] = []

    def run(now: dt.datetime) -> list[Gone]:
        looked.append(now)
        if len(looked) == 2:
            raise OperationalError("x", None, Exception())
        return []

    monkeypatch.setattr(services.keeper, "run", run)
    monkeypatch.setattr(background, "next_night", lambda now, _zone: now + dt.timedelta(seconds=0.05))
    monkeypatch.setattr(background, "KEEPING_RETRY", dt.timedelta(seconds=0.05))

    with TestClient(app) as client:
        assert any(len(looked) > 3 for _ in range(500) if client.get("/health/live").is_success)

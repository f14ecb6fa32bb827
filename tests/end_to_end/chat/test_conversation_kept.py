"""Which conversation a page is in: kept whatever stands in between, and, once left, left for good."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Route, expect

from tests.end_to_end.network import HeldRequests
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk
from tests.factories import EMERGENCY

QUESTION = "How many prolotherapy sessions will I need?"
REMEMBERED = "JSON.parse(localStorage.getItem('frontdesk.conversation') ?? 'null')?.conversation_id ?? null"

PROXIES = {
    "404 page": {"status": 404, "content_type": "text/html", "body": "<h1>Not found</h1>"},
    "403 page": {"status": 403, "content_type": "text/html", "body": "<h1>Blocked by policy</h1>"},
    "401 page": {"status": 401, "content_type": "text/html", "body": "<h1>Sign in to the network</h1>"},
    "410 nothing": {"status": 410, "body": ""},
    "403 JSON": {"status": 403, "json": {"error": "forbidden", "message": "Blocked"}},
    "404 JSON": {"status": 404, "json": {"error": {"code": "not_found", "message": "No such route"}}},
    "200 page": {"status": 200, "content_type": "text/html", "body": "<h1>Accept the terms of this network</h1>"},
    "200 JSON": {"status": 200, "json": {"ok": True}},
}


@pytest.fixture
def patient(roaming_patient: Patient) -> Patient:
    """Give the patient of this file."""
    return roaming_patient


@pytest.mark.parametrize("said", PROXIES.values(), ids=PROXIES.keys())
def test_what_a_proxy_says_ends_no_conversation(patient: Patient, said: dict[str, object]):
    """Neither when something is sent nor when the page is opened; what was written then goes its way."""
    patient.says(QUESTION)
    remembered = patient.page.evaluate(REMEMBERED)

    patient.page.route("**/api/**", lambda route: route.fulfill(**said))
    patient.writes_in_vain("is PRP safe?")
    expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
    patient.page.reload()
    expect(patient.page.get_by_text("is PRP safe?")).to_be_visible()
    assert patient.page.evaluate(REMEMBERED) == remembered
    patient.page.unroute("**/api/**")

    expect(patient.messages("bot")).to_have_count(2)
    expect(patient.messages("patient")).to_have_count(2)
    assert patient.page.evaluate(REMEMBERED) == remembered


def test_a_conversation_that_the_server_has_lost_stays_on_screen_and_goes_on_in_a_new_one(
    patient: Patient, frontdesk: RunningFrontdesk
):
    """By the server's own word alone; the message that brought it to light is not lost."""
    patient.says(QUESTION)
    lost = patient.page.evaluate(REMEMBERED)

    def ask_for_unknown(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace(lost, "nosuch")))

    patient.page.route(f"**/api/conversations/{lost}/**", ask_for_unknown)
    patient.writes_in_vain("is PRP safe for a diver?")

    expect(patient.messages("bot")).to_have_count(2)
    expect(patient.messages("patient").first).to_contain_text(QUESTION)
    expect(patient.page.locator(".system-line")).to_contain_text("no longer has your earlier conversation")
    expect(patient.messages("patient").last).to_have_attribute("data-state", "sent")
    new = patient.page.evaluate(REMEMBERED)
    assert new not in {lost, None}
    order = [
        message.inner_text() for message in patient.page.locator("#messages > li:not([data-testid=welcome])").all()
    ]
    assert "no longer has" in order[2]
    assert "diver" in order[3]
    patient.says("and prolotherapy?")
    patient.page.reload()
    expect(patient.messages("bot")).to_have_count(2)


@pytest.mark.parametrize(
    ("wanted", "act"),
    [
        ("/messages", lambda patient: patient.writes_in_vain("an old question about PRP")),
        ("/escalations", lambda patient: patient.page.get_by_test_id("talk-to-person").click()),
        ("/feedback", lambda patient: patient.page.get_by_test_id("not-helpful").click()),
    ],
    ids=["message", "person", "feedback"],
)
def test_what_comes_for_a_conversation_that_was_left_is_dropped(
    wanted: str, act: Callable[[Patient], None], patient: Patient
):
    """Neither its messages nor its request bar come back, and it is not remembered again."""
    patient.says(QUESTION)
    old = patient.page.evaluate(REMEMBERED)
    held = HeldRequests(patient.page, lambda request: request.method == "POST" and request.url.endswith(wanted))
    with patient.page.expect_request(lambda request: request.url.endswith(wanted)):
        act(patient)

    patient.starts_over()
    expect(patient.messages()).to_have_count(0)
    held.let_go()
    patient.says("What is PRP?")

    expect(patient.messages("patient")).to_have_count(1)
    expect(patient.messages("bot")).to_have_count(1)
    expect(patient.page.get_by_test_id("request")).to_be_hidden()
    assert patient.page.evaluate(REMEMBERED) not in {old, None}


def test_news_and_contact_details_of_a_conversation_that_was_left_are_dropped(patient: Patient):
    """The form is gone, and what its answer and the news would have shown with it."""
    patient.page.get_by_test_id("talk-to-person").click()
    form = patient.page.get_by_test_id("contact-form")
    form.get_by_label("Phone").fill("555-0188")
    expect(patient.page.get_by_test_id("request")).to_be_visible()
    held = HeldRequests(patient.page, lambda request: "/contact" in request.url or request.method == "GET")
    form.get_by_test_id("contact-send").click()

    patient.starts_over()
    held.let_go()
    patient.says(QUESTION)

    expect(patient.messages()).to_have_count(2)
    expect(patient.page.get_by_test_id("request")).to_be_hidden()
    expect(patient.page.get_by_test_id("contact-form")).to_have_count(0)


def test_a_conversation_begun_while_the_patient_starts_over_is_dropped(patient: Patient):
    """Its number comes too late."""
    held = HeldRequests(patient.page, lambda request: request.url.endswith("/api/conversations"))
    patient.writes_in_vain("an old question about PRP")
    expect(patient.messages("patient")).to_have_count(1)

    patient.starts_over()
    held.let_go()
    patient.says(QUESTION)

    expect(patient.messages()).to_have_count(2)


def test_staff_in_a_conversation_that_was_left_do_not_answer_in_the_next(patient: Patient, staff: Staff):
    """Nor is the patient told that they do."""
    patient.says("is PRP safe for a gardener?")
    patient.page.get_by_test_id("talk-to-person").click()
    expect(patient.page.get_by_test_id("request")).to_be_visible()
    staff.opens_ticket("for a gardener")
    staff.takes()
    expect(patient.page.locator("#who-answers")).to_contain_text("is answering")

    patient.starts_over()
    staff.replies("Are you still there?")
    answer = patient.says(QUESTION)

    expect(answer).to_have_attribute("data-kind", "answer")
    expect(patient.messages("staff")).to_have_count(0)
    expect(patient.page.locator("#who-answers")).to_have_text("Automated assistant")
    staff.resolves()


def test_an_earlier_conversation_that_cannot_be_loaded_now_is_not_replaced(patient: Patient):
    """What is written meanwhile goes into it."""
    patient.says(QUESTION)
    remembered = patient.page.evaluate(REMEMBERED)
    patient.page.route(
        "**/messages", lambda route: route.abort() if route.request.method == "GET" else route.fallback()
    )
    patient.page.reload()
    expect(patient.page.get_by_test_id("connection")).to_contain_text("could not be loaded")

    patient.writes_in_vain("is PRP safe?")
    expect(patient.messages("bot")).to_have_count(1)
    patient.page.unroute("**/messages")

    expect(patient.messages("bot")).to_have_count(2)
    assert patient.page.evaluate(REMEMBERED) == remembered


def test_pressing_twice_is_pressing_once(patient: Patient):
    """A double click on what asks, and a key that is held down."""
    patient.page.get_by_test_id("suggestion").first.dblclick()
    expect(patient.messages("bot")).to_have_count(1)
    patient.page.get_by_test_id("related").first.dblclick()
    expect(patient.messages("bot")).to_have_count(2)
    composer = patient.page.get_by_test_id("composer")
    composer.fill("is PRP safe?")
    patient.page.get_by_test_id("send").dblclick()
    expect(patient.messages("bot")).to_have_count(3)
    composer.fill("does PRP hurt?")
    patient.page.keyboard.down("Enter")
    composer.press_sequentially("x")
    patient.page.keyboard.down("Enter")
    patient.page.keyboard.up("Enter")

    expect(patient.messages("bot")).to_have_count(4)
    expect(patient.messages("patient")).to_have_count(4)
    expect(composer).to_have_value("x")


def test_of_two_quick_thumbs_the_last_counts(patient: Patient, frontdesk: RunningFrontdesk):
    """Though the first one's request takes longer."""
    patient.says(QUESTION)
    requests: list[str] = []
    patient.page.on("request", lambda request: requests.append(request.url) if "/feedback" in request.url else None)
    held = HeldRequests(patient.page, lambda request: request.url.endswith("/feedback"))
    with patient.page.expect_request(lambda request: request.url.endswith("/feedback")):
        patient.page.get_by_test_id("helpful").click()
    patient.page.get_by_test_id("not-helpful").click()
    assert len(requests) == 1
    held.let_go()

    expect(patient.page.get_by_test_id("not-helpful")).to_have_attribute("aria-pressed", "true")
    expect(patient.page.get_by_test_id("helpful")).to_have_attribute("aria-pressed", "false")
    with closing(sqlite3.connect(frontdesk.database)) as store:
        judged = store.execute("SELECT helpful FROM answer_feedback ORDER BY message_id DESC LIMIT 1").fetchone()
    assert judged == (0,)


def test_a_card_beside_an_error_is_shown_once_however_often_the_message_is_tried(patient: Patient):
    """The database is locked: the server says so each time, with the card."""
    card = {"kind": "emergency", "text": "Call 911 now.", "card": None}
    error = {"error": {"code": "store_unavailable", "message": "Not saved.", "reply": card}}
    tries: list[str] = []

    def refuse(route: Route) -> None:
        tries.append(route.request.url)
        route.fulfill(status=503, json=error)

    patient.page.route("**/messages", refuse)
    patient.writes_in_vain(EMERGENCY)
    expect(patient.page.get_by_test_id("care-card")).to_be_visible()
    patient.page.get_by_test_id("send-now").click()
    expect(patient.messages("patient")).to_have_attribute("data-state", "held")
    expect(patient.page.get_by_test_id("care-card")).to_have_count(1)
    assert len(tries) >= 2
    patient.page.unroute("**/messages")

    expect(patient.messages("patient")).to_have_attribute("data-state", "sent")
    order = [message.get_attribute("data-author") for message in patient.messages().all()]
    assert order[0] == "patient"

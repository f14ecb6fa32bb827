"""What is kept in a browser of people's words tells nothing by itself: it is sealed with keys that the server gives."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.network import LOST, without_answers
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk

MARKER = "zanzibarmarker"
SAID = f"is PRP safe for a {MARKER} knee?"
ALL_KEPT = """async () => {
    const kept = [];
    for (const storage of [localStorage, sessionStorage])
        for (const name of Object.keys(storage)) kept.push(name, storage.getItem(name));
    for (const { name } of await indexedDB.databases()) kept.push(name);
    for (const name of await caches.keys()) kept.push(name);
    return JSON.stringify(kept);
}"""
UNSENT = "Object.keys(localStorage).filter(name => name.startsWith('frontdesk.unsent.')).length"


def kept_in(page: Page) -> str:
    """Give all that a browser keeps for a page, cookies too."""
    return str(page.evaluate(ALL_KEPT)) + json.dumps(page.context.cookies())


@pytest.fixture
def patient(roaming_patient: Patient) -> Patient:
    """Give the patient of this file."""
    return roaming_patient


@pytest.fixture
def key_of_page(patient: Patient) -> Iterator[list[str]]:
    """Hear which keys the server gives this browser."""
    given: list[str] = []

    def hear(text: str) -> None:
        given.extend(re.findall('data-key="([^"]+)"', text))

    patient.page.on(
        "response", lambda answer: hear(answer.text()) if answer.request.resource_type == "document" else None
    )
    patient.opens_chat()
    yield given
    assert given, "the page came with a key"


def test_what_waits_in_the_storage_shows_neither_words_nor_the_key(
    patient: Patient, key_of_page: list[str], frontdesk: RunningFrontdesk
) -> None:
    """Before a conversation has begun, and in one; and all the same it is read and sent after a reload."""
    with without_answers(patient.page):
        patient.writes_in_vain(SAID)
        expect(patient.messages("patient")).to_have_attribute("data-state", "held")
        assert patient.page.evaluate(UNSENT) == 1
        assert MARKER not in kept_in(patient.page)
        assert not [key for key in key_of_page if key in kept_in(patient.page)]
        assert patient.page.evaluate("document.documentElement.outerHTML").count("data-key=") == 0
        patient.page.reload()
        expect(patient.messages("patient").filter(has_text=MARKER)).to_have_count(1)
    expect(patient.messages("bot")).to_have_count(1)
    assert len(frontdesk.conversations_with(SAID)) == 1
    assert patient.page.evaluate(UNSENT) == 0

    with without_answers(patient.page):
        patient.writes_in_vain(f"does it hurt a {MARKER}?")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        assert MARKER not in kept_in(patient.page)
    expect(patient.messages("bot")).to_have_count(2)


def test_what_cannot_be_read_yet_is_said_to_be_kept_and_goes_once_it_can(
    patient: Patient, frontdesk: RunningFrontdesk
) -> None:
    """The page came, but nothing after it: the number to call is there, and the message when its key is."""
    with without_answers(patient.page):
        patient.writes_in_vain(SAID + " one")
        expect(patient.messages("patient")).to_have_attribute("data-state", "held")
    expect(patient.messages("bot")).to_have_count(1)
    with without_answers(patient.page), without_answers(patient.page, "**/page-key"):
        patient.writes_in_vain(SAID + " two")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        patient.page.reload()
        notice = patient.page.get_by_test_id("unsent")
        expect(notice).to_contain_text("If this is an emergency, call 911")
        expect(notice).to_contain_text("kept in this browser")
        expect(patient.messages("patient").filter(has_text="two")).to_have_count(0)
        assert patient.page.evaluate(UNSENT) == 1

    expect(patient.messages("patient").filter(has_text="two")).to_have_attribute("data-state", "sent")
    expect(notice).to_be_hidden()
    assert len(frontdesk.conversations_with(SAID + " two")) == 1


def test_what_was_kept_goes_before_what_is_written_while_it_is_read(
    patient: Patient, frontdesk: RunningFrontdesk
) -> None:
    """The key of what waits comes slowly, and the patient is quick: the order stays that of the writing."""
    with without_answers(patient.page):
        patient.writes_in_vain(SAID + " first")
        expect(patient.messages("patient")).to_have_attribute("data-state", "held")
    expect(patient.messages("bot")).to_have_count(1)
    with without_answers(patient.page):
        patient.writes_in_vain(SAID + " second")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")

        def slowly(route: Route) -> None:
            patient.page.wait_for_timeout(800)
            route.continue_()

        patient.page.route("**/page-key", slowly)
        patient.page.reload()
    patient.writes_in_vain(SAID + " third")
    expect(patient.messages("bot")).to_have_count(3)
    patient.page.unroute("**/page-key")
    said = [text for text in patient.reads() if MARKER in text]
    assert said == [f"{SAID} {which}" for which in ("first", "second", "third")]
    assert len(frontdesk.conversations_with(SAID + " third")) == 1


def test_starting_over_discards_what_cannot_be_read_too(patient: Patient) -> None:
    """Whoever leaves a shared computer leaves nothing on it."""
    patient.says("How many prolotherapy sessions will I need?")
    with without_answers(patient.page), without_answers(patient.page, "**/page-key"):
        patient.writes_in_vain(SAID)
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        patient.page.reload()
        expect(patient.page.get_by_test_id("unsent")).to_be_visible()
        patient.page.get_by_test_id("start-over").click()
        expect(patient.page.get_by_test_id("start-over-unsent")).to_be_visible()
        patient.page.get_by_test_id("confirm-start-over").click()
        expect(patient.page.get_by_test_id("unsent")).to_be_hidden()
        assert patient.page.evaluate(UNSENT) == 0


def test_what_was_kept_is_sent_after_the_edge_was_started_anew(patient: Patient, frontdesk: RunningFrontdesk) -> None:
    """Its keys are in no process: whichever edge is asked gives the same one."""
    with without_answers(patient.page):
        patient.writes_in_vain(SAID + " three")
        expect(patient.messages("patient")).to_have_attribute("data-state", "held")
        patient.page.goto("about:blank")
        edge = frontdesk.child("bot.web")
        assert edge is not None
        os.kill(edge, signal.SIGKILL)
        frontdesk.wait_for_line("edge was started again.", 60.0)
        frontdesk.wait_until_ready(60.0)
        patient.page.goto("/")

    expect(patient.messages("patient").filter(has_text="three")).to_have_attribute("data-state", "sent")


def test_what_an_earlier_version_kept_plain_is_sealed_and_sent(patient: Patient) -> None:
    """Nothing is lost with a new version."""
    plain = json.dumps({"id": "old", "text": SAID + " four", "wantsPerson": False, "order": 1})
    with without_answers(patient.page):
        patient.page.evaluate("kept => localStorage.setItem('frontdesk.unsent.old', kept)", plain)
        patient.page.reload()
        expect(patient.messages("patient").filter(has_text="four")).to_have_count(1)
        patient.page.wait_for_function("localStorage.getItem('frontdesk.unsent.old').includes('sealed')")
        assert MARKER not in kept_in(patient.page)

    expect(patient.messages("patient").filter(has_text="four")).to_have_attribute("data-state", "sent")


@pytest.mark.parametrize("missing", ["no WebCrypto", "no key"])
def test_where_nothing_can_be_sealed_it_lasts_as_long_as_the_page(missing: str, new_window: NewWindow) -> None:
    """Over plain HTTP in the house, or where the server has no key to give: the page says so, and nothing is stored."""
    patient = Patient(new_window(expected=LOST))
    if missing == "no WebCrypto":
        patient.page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    else:
        patient.page.route(
            "**/", lambda route: route.fulfill(body=route.fetch().text().replace("data-key-id=", "data-none="))
        )
    patient.opens_chat()
    patient.page.context.set_offline(True)
    patient.writes_in_vain(SAID)
    expect(patient.page.get_by_test_id("unsent")).to_contain_text("kept until you close this page")
    assert patient.page.evaluate(UNSENT) == 0
    assert MARKER not in kept_in(patient.page)

    patient.page.context.set_offline(False)
    expect(patient.messages("bot")).to_have_count(1)


def test_what_staff_have_half_written_is_sealed_for_them_alone(staff: Staff, patient: Patient) -> None:
    """It is back after a reload, and the storage shows nothing of it."""
    patient.says("is PRP safe for a sailor?")
    patient.page.get_by_test_id("talk-to-person").click()
    expect(patient.page.get_by_test_id("request")).to_be_visible()
    staff.opens_ticket("for a sailor")
    staff.takes()
    staff.page.get_by_test_id("reply").fill(f"Dear {MARKER}, we call you.")
    staff.page.wait_for_function("Object.keys(sessionStorage).some(name => name.startsWith('frontdesk.draft.'))")
    assert MARKER not in kept_in(staff.page)

    staff.page.reload()
    expect(staff.page.get_by_test_id("reply")).to_have_value(f"Dear {MARKER}, we call you.")
    staff.page.evaluate("Object.keys(sessionStorage).forEach(name => sessionStorage.setItem(name, 'sealed1.AAAA'))")
    staff.page.reload()
    expect(staff.page.get_by_test_id("write-note")).to_be_visible()
    expect(staff.page.get_by_test_id("reply")).to_have_value("")
    staff.resolves()

"""What is kept of unsent messages in the browser: it outlasts the page, and nothing odd in it does harm."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.end_to_end.network import without_answers
from tests.end_to_end.people import Patient
from tests.end_to_end.running import RunningFrontdesk

QUESTION = "How many prolotherapy sessions will I need?"
STORED = "JSON.stringify(Object.keys(localStorage).sort())"


@pytest.fixture
def patient(roaming_patient: Patient) -> Patient:
    """Give the patient of this file."""
    return roaming_patient


def test_unsent_messages_survive_a_reload_before_and_after_a_conversation_has_begun(
    patient: Patient, frontdesk: RunningFrontdesk
):
    """They are kept in this browser with their ids, and nothing is before the first message."""
    assert patient.page.evaluate(STORED) == "[]"
    with without_answers(patient.page):
        patient.writes_in_vain("is PRP safe for a rower's knee?", "does PRP hurt in a rower's knee?")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        patient.page.reload()
        expect(patient.messages("patient")).to_have_count(2)
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        expect(patient.page.get_by_test_id("unsent")).to_be_visible()
    expect(patient.messages("bot")).to_have_count(2)
    first = frontdesk.conversations_with("does PRP hurt in a rower's knee?")
    assert len(first) == 1
    assert frontdesk.conversations_with("is PRP safe for a rower's knee?") == first

    with without_answers(patient.page):
        patient.writes_in_vain("how many PRP sessions does a rower need?")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        patient.page.reload()
        expect(patient.messages("patient").filter(has_text="how many PRP sessions does a rower need?")).to_have_count(1)

    expect(patient.messages("bot")).to_have_count(3)
    assert frontdesk.conversations_with("how many PRP sessions does a rower need?") == first
    assert patient.page.evaluate(STORED) == '["frontdesk.conversation"]'


def test_a_message_whose_id_was_used_before_goes_on_under_another(patient: Patient, frontdesk: RunningFrontdesk):
    """A browser's storage was put back: its words are not lost behind those that the id stands for."""
    patient.says(QUESTION)
    with closing(sqlite3.connect(frontdesk.database)) as store:
        used = store.execute(
            "SELECT client_message_id FROM messages WHERE author = 'patient' ORDER BY id DESC"
        ).fetchone()
    kept = {"id": used[0], "text": "is PRP safe in Malmo?", "wantsPerson": False, "order": 1}
    patient.page.evaluate("kept => localStorage.setItem(`frontdesk.unsent.${kept.id}`, JSON.stringify(kept))", kept)
    patient.page.reload()

    expect(patient.messages("bot")).to_have_count(2)
    expect(patient.messages("patient").first).to_contain_text(QUESTION)
    expect(patient.messages("patient").last).to_contain_text("Malmo")
    expect(patient.messages("patient").last).to_have_attribute("data-state", "sent")
    expect(patient.page.get_by_test_id("unsent")).to_be_hidden()
    assert len(frontdesk.conversations_with("is PRP safe in Malmo?")) == 1


@pytest.mark.parametrize("text", ["half an emoji \ud83d and PRP, is it safe?", "nul \x00 and PRP\r\nis it safe?"])
def test_a_message_that_the_server_mends_stands_there_once(patient: Patient, text: str):
    """As it was stored, in the place of what was typed."""
    kept = json.dumps({"id": "mended", "text": text, "wantsPerson": False, "order": 1})
    patient.page.evaluate("kept => localStorage.setItem('frontdesk.unsent.mended', kept)", kept)
    patient.page.reload()

    expect(patient.messages("bot")).to_have_count(1)
    expect(patient.messages("patient")).to_have_count(1)
    assert patient.states() == ["sent"]


def test_a_clock_that_is_put_back_changes_no_order(patient: Patient):
    """Nor does a reload after it."""
    with without_answers(patient.page):
        patient.writes_in_vain("is PRP safe in Lund?")
        patient.page.clock.set_fixed_time("2020-01-01")
        patient.writes_in_vain("does PRP hurt in Lund?")
        patient.page.reload()
        expect(patient.messages("patient")).to_have_count(2)
        assert [text for text in patient.reads() if "Lund" in text] == [
            "is PRP safe in Lund?",
            "does PRP hurt in Lund?",
        ]


def test_a_page_that_the_browser_had_put_aside_looks_again(patient: Patient):
    """Another tab has started over meanwhile; Chromium does not put this page aside, so it is told that it was."""
    patient.says(QUESTION)

    patient.page.evaluate(
        "localStorage.clear(); dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    )

    expect(patient.messages()).to_have_count(0)


def test_storage_that_lets_nothing_be_taken_out_sends_nothing_twice(patient: Patient):
    """What the server has is not sent again and again."""
    patient.page.add_init_script("Storage.prototype.removeItem = () => {}")
    patient.opens_chat()
    posts: list[str] = []
    patient.page.on("request", lambda request: posts.append(request.url) if request.url.endswith("/messages") else None)

    patient.says(QUESTION)
    patient.says("is PRP safe?")

    assert len(posts) <= 4
    assert patient.states() == ["sent", "sent"]


@pytest.mark.parametrize("broken", ["full", "forbidden"])
def test_without_storage_messages_are_kept_as_long_as_the_page(patient: Patient, broken: str):
    """The page says so, and still sends them by itself."""
    refuse = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    forbid = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    patient.page.add_init_script(refuse if broken == "full" else forbid)
    patient.opens_chat()
    patient.page.context.set_offline(True)
    patient.writes_in_vain(QUESTION)
    expect(patient.page.get_by_test_id("unsent")).to_contain_text("kept until you close this page")

    patient.page.context.set_offline(False)

    expect(patient.messages("bot")).to_have_count(1)
    expect(patient.messages("patient")).to_have_count(1)
    patient.says("and PRP?")
    expect(patient.messages("bot")).to_have_count(2)

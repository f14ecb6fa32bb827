"""What is written while the connection is away: kept, sent by itself and in order, the number to call beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.network import LOST, HeldRequests, SilentSockets, answered_by, with_lost_answers
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk
from tests.factories import EMERGENCY

QUESTION = "How many prolotherapy sessions will I need?"
WRITTEN = ("does a PRP shot hurt much?", "how long does one PRP visit last?", "how soon does a PRP shot start to work?")
"""Each has one reply."""
STORED = "JSON.stringify(Object.keys(localStorage).sort())"


@pytest.fixture
def patient(roaming_patient: Patient) -> Patient:
    """Give the patient of this file."""
    return roaming_patient


def test_messages_written_offline_are_sent_in_order_when_the_connection_is_back(
    patient: Patient, frontdesk: RunningFrontdesk
):
    """Nobody has to press anything, and they stand where they were written."""
    patient.says(QUESTION)
    patient.page.context.set_offline(True)
    patient.writes_in_vain(*WRITTEN)
    expect(patient.page.get_by_test_id("unsent")).to_be_visible()
    expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
    assert patient.states() == ["sent", "held", "held", "held"]
    assert patient.messages().last.get_attribute("data-author") == "patient"

    patient.page.context.set_offline(False)

    expect(patient.messages("bot")).to_have_count(4)
    expect(patient.page.get_by_test_id("unsent")).to_be_hidden()
    assert patient.states() == ["sent"] * 4
    authors = [message.get_attribute("data-author") for message in patient.messages().all()]
    assert authors == ["patient", "bot"] * 4
    read = patient.reads()
    assert [text for text in read if text in WRITTEN] == list(WRITTEN)
    assert len(set(frontdesk.conversations_with(WRITTEN[-1]))) == 1
    patient.page.reload()
    expect(patient.messages("bot")).to_have_count(4)
    assert patient.reads() == read


def test_a_message_whose_answer_was_lost_is_sent_once(patient: Patient, frontdesk: RunningFrontdesk):
    """It arrived, and the page could not know."""
    patient.page.route_web_socket("**", lambda line: line.close())
    with with_lost_answers(patient.page, "**/messages"):
        patient.writes_in_vain("is PRP safe in Tromso?")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")

    expect(patient.messages("bot")).to_have_count(1)
    assert len(frontdesk.conversations_with("is PRP safe in Tromso?")) == 1


def test_danger_written_offline_shows_the_number_at_once(patient: Patient):
    """Beside any message that cannot be sent, since the browser knows nothing of danger; told politely, once."""
    patient.page.context.set_offline(True)
    patient.writes_in_vain(EMERGENCY)

    notice = patient.page.get_by_test_id("unsent")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("If this is an emergency, call 911")
    expect(notice.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    expect(notice.get_by_role("link", name="555-0142")).to_be_visible()
    expect(patient.page.locator("#status")).to_contain_text("If this is an emergency, call 911")
    expect(patient.page.get_by_test_id("care-card")).to_have_count(0)
    assert notice.get_attribute("aria-live") is None
    assert patient.page.evaluate("document.querySelector('[data-testid=unsent]').closest('[aria-live]')") is None

    patient.page.context.set_offline(False)
    expect(patient.page.get_by_test_id("care-card")).to_be_visible()
    expect(notice).to_be_hidden()


def test_a_message_that_takes_long_has_the_number_beside_it(patient: Patient):
    """A network that swallows everything says nothing for a long time."""
    patient.page.clock.install()
    patient.opens_chat()
    held = HeldRequests(patient.page, lambda request: request.method == "POST")
    patient.writes_in_vain(EMERGENCY)
    expect(patient.page.get_by_test_id("unsent")).to_be_hidden()

    patient.page.clock.run_for(9_000)
    expect(patient.page.get_by_test_id("unsent")).to_be_visible()
    expect(patient.messages("patient")).to_have_attribute("data-state", "held")

    held.let_go()
    expect(patient.messages("patient")).to_have_attribute("data-state", "sent")
    expect(patient.page.get_by_test_id("unsent")).to_be_hidden()
    expect(patient.page.get_by_test_id("care-card")).to_be_visible()


def test_an_unsent_message_can_be_discarded(patient: Patient, frontdesk: RunningFrontdesk):
    """It is gone for good, and the others go their way."""
    patient.page.context.set_offline(True)
    patient.writes_in_vain("is PRP safe in Bodo?", "does PRP hurt in Bodo?")
    expect(patient.messages("patient").first).to_have_attribute("data-state", "held")

    patient.messages("patient").first.get_by_test_id("discard").click()
    expect(patient.messages("patient")).to_have_count(1)
    expect(patient.page.locator("#status")).to_contain_text("The message was discarded.")
    patient.page.context.set_offline(False)

    expect(patient.messages("bot")).to_have_count(1)
    assert frontdesk.conversations_with("is PRP safe in Bodo?") == []
    assert len(frontdesk.conversations_with("does PRP hurt in Bodo?")) == 1


def test_starting_over_discards_what_was_not_sent_and_says_so(patient: Patient, frontdesk: RunningFrontdesk):
    """Nothing of it turns up in the next conversation."""
    patient.page.context.set_offline(True)
    patient.writes_in_vain("is PRP safe in Narvik?")
    expect(patient.messages("patient")).to_have_attribute("data-state", "held")

    patient.page.get_by_test_id("start-over").click()
    expect(patient.page.get_by_test_id("start-over-unsent")).to_be_visible()
    patient.page.get_by_test_id("confirm-start-over").click()
    expect(patient.messages()).to_have_count(0)
    expect(patient.page.get_by_test_id("unsent")).to_be_hidden()
    assert patient.page.evaluate(STORED) == "[]"
    patient.page.context.set_offline(False)
    patient.says(QUESTION)

    expect(patient.messages("patient")).to_have_count(1)
    assert frontdesk.conversations_with("is PRP safe in Narvik?") == []
    patient.page.get_by_test_id("start-over").click()
    expect(patient.page.get_by_test_id("start-over-unsent")).to_be_hidden()


def test_a_wish_for_a_person_pressed_again_after_a_loss_is_made_once(patient: Patient, staff: Staff):
    """The first press arrived, the answer did not; the page asks again by itself, too."""
    patient.page.route_web_socket("**", lambda line: line.close())
    patient.says("is PRP safe for a fisherman?")
    with with_lost_answers(patient.page, "**/escalations"):
        patient.page.get_by_test_id("talk-to-person").click()
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        expect(patient.page.get_by_test_id("unsent")).to_contain_text("555-0142")
        patient.page.get_by_test_id("talk-to-person").click()
        expect(patient.messages("patient")).to_have_count(2)

    expect(patient.page.get_by_test_id("request")).to_contain_text("Our staff have your request")
    expect(patient.messages("patient")).to_have_count(2)
    expect(patient.messages("patient").last).to_have_attribute("data-state", "sent")
    staff.opens_ticket("fisherman")
    expect(staff.page.locator('[data-author="patient"]')).to_have_count(2)
    staff.resolves()


def test_what_staff_wrote_meanwhile_is_not_passed_over(patient: Patient, staff: Staff):
    """The answer to one's own message comes first, and with a higher number than what was missed."""
    patient.says("is PRP safe for a baker?")
    patient.page.get_by_test_id("talk-to-person").click()
    expect(patient.page.get_by_test_id("request")).to_be_visible()
    staff.opens_ticket("for a baker")
    staff.takes()
    expect(patient.page.locator("#who-answers")).to_contain_text("is answering")
    patient.page.route_web_socket("**", lambda line: line.close())
    patient.page.reload()
    expect(patient.page.locator("#who-answers")).to_contain_text("is answering")
    news = HeldRequests(patient.page, lambda request: request.method == "GET")

    staff.replies("We open at eight.")
    patient.writes("and on Sunday?")
    news.let_go()

    expect(patient.messages("staff")).to_have_count(1)
    read = patient.reads()
    assert read.index("We open at eight.") < read.index("and on Sunday?")
    staff.resolves()


def test_a_message_written_while_the_connection_is_known_to_be_lost_has_the_number_beside_it_soon(patient: Patient):
    """A network that swallows everything: the live connection has told already."""
    patient.page.clock.install()
    sockets = SilentSockets(patient.page)
    patient.opens_chat()
    patient.says(QUESTION)
    sockets.fall_silent()
    held = HeldRequests(patient.page, lambda _request: True)
    patient.page.clock.run_for(26_000)
    expect(patient.page.get_by_test_id("connection")).to_contain_text("lost")

    patient.writes_in_vain(EMERGENCY)
    patient.page.clock.run_for(1_100)

    expect(patient.page.get_by_test_id("unsent")).to_contain_text("If this is an emergency, call 911")
    held.let_go()
    expect(patient.page.get_by_test_id("care-card")).to_be_visible()


def test_a_message_that_the_server_refuses_stands_in_nobodys_way(patient: Patient):
    """It says why, has the numbers beside it, and stays where it was written while others go on."""
    error = {"error": {"code": "too_long", "message": "Your message is too long. Please shorten it.", "reply": None}}
    patient.says(QUESTION)
    with answered_by(patient.page, "**/messages", status=413, json=error):
        patient.writes_in_vain("a message that is refused")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "refused")
    refused = patient.messages("patient").last
    expect(refused).to_contain_text("Not sent. Your message is too long.")
    expect(patient.page.get_by_test_id("unsent")).to_contain_text("call 911")

    patient.says("is PRP safe?")
    assert patient.states() == ["sent", "refused", "sent"]
    patient.messages("patient").nth(1).get_by_test_id("retry").click()

    expect(patient.messages("bot")).to_have_count(3)
    expect(patient.page.get_by_test_id("unsent")).to_be_hidden()
    assert patient.states() == ["sent", "sent", "sent"]


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_unsent_fits_and_can_be_reached(width: int, new_window: NewWindow, tmp_path: Path):
    """Also beside a very long word."""
    patient = Patient(new_window(width=width, height=640, expected=LOST))
    patient.opens_chat()
    patient.says(QUESTION)
    patient.page.context.set_offline(True)
    patient.writes_in_vain("Donaudampfschifffahrtsgesellschaftskapitän" * 4, EMERGENCY)
    expect(patient.page.get_by_test_id("unsent")).to_be_visible()
    patient.page.screenshot(path=tmp_path / f"unsent-{width}.png")

    wide, window = patient.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window
    # The numbers are in view without scrolling: neither below the window nor behind the box for writing.
    number = patient.page.get_by_test_id("unsent").get_by_role("link", name="911").bounding_box()
    box = patient.page.locator(".composer-bar").bounding_box()
    assert number is not None
    assert box is not None
    assert number["y"] + number["height"] <= box["y"]


def test_danger_waits_behind_nothing_that_was_too_much(patient: Patient):
    """Where the server takes no more for now, what came before stays for later, and the card comes at once."""
    patient.says(QUESTION)
    told = {"error": {"code": "too_many_requests", "message": "Wait 60 seconds and try again.", "reply": None}}
    refused = {"status": 429, "json": told, "headers": {"Retry-After": "60"}}
    page = patient.page
    page.route(
        "**/messages",
        lambda route: route.fulfill(**refused) if "Oslo" in (route.request.post_data or "") else route.fallback(),
    )
    patient.writes_in_vain("is PRP safe in Oslo?", "does PRP hurt in Oslo?")
    expect(patient.messages("patient").last).to_have_attribute("data-state", "held")

    patient.writes_in_vain(EMERGENCY)

    expect(page.locator(".care-card")).to_be_visible()
    assert patient.states().count("held") == 2
    page.unroute("**/messages")
    page.get_by_test_id("unsent").get_by_role("button").click()
    expect(page.locator('[data-state="held"]')).to_have_count(0)

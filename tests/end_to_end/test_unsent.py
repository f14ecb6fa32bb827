"""What is written while the connection is away: kept, sent by itself and in order, the number to call beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.network import LOST, HeldRequests, SilentSockets, with_lost_answers, without_answers
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk
from tests.factories import EMERGENCY

QUESTION = "How many prolotherapy sessions will I need?"
STORED = "JSON.stringify(Object.keys(localStorage).sort())"


@pytest.fixture
def patient(new_window: NewWindow) -> Patient:
    """Give a patient whose browser may report lost requests."""
    someone = Patient(new_window(expected=LOST))
    someone.opens_chat()
    return someone


def write(patient: Patient, *texts: str) -> None:
    """Write messages, whatever becomes of them."""
    for text in texts:
        patient.page.get_by_test_id("composer").fill(text)
        patient.page.keyboard.press("Enter")
        expect(patient.messages("patient").filter(has_text=text)).to_have_count(1)


def states(patient: Patient) -> list[str | None]:
    """Give how the patient's own messages are doing, from top to bottom."""
    return [message.get_attribute("data-state") for message in patient.messages("patient").all()]


def conversations(frontdesk: RunningFrontdesk, text: str) -> list[str]:
    """Give the conversation of each stored message with this text."""
    with closing(sqlite3.connect(frontdesk.database)) as store:
        rows = store.execute("SELECT conversation_id FROM messages WHERE text = ?", (text,)).fetchall()
    return [row[0] for row in rows]


def picture(page: Page, folder: Path, name: str) -> None:
    """Keep a picture for whoever wants to look."""
    page.screenshot(path=folder / f"{name}.png")


def test_messages_written_offline_are_sent_in_order_when_the_connection_is_back(
    patient: Patient, frontdesk: RunningFrontdesk
):
    """Nobody has to press anything, and they stand where they were written."""
    patient.says(QUESTION)
    patient.page.context.set_offline(True)
    write(patient, "is PRP safe in Oslo?", "does PRP hurt in Oslo?", "what is PRP in Oslo?")
    expect(patient.page.get_by_test_id("unsent")).to_be_visible()
    expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
    assert states(patient) == ["sent", "held", "held", "held"]
    assert patient.messages().last.get_attribute("data-author") == "patient"

    patient.page.context.set_offline(False)

    expect(patient.messages("bot")).to_have_count(4)
    expect(patient.page.get_by_test_id("unsent")).to_be_hidden()
    assert states(patient) == ["sent"] * 4
    authors = [message.get_attribute("data-author") for message in patient.messages().all()]
    assert authors == ["patient", "bot"] * 4
    read = patient.reads()
    assert [text for text in read if "Oslo" in text] == [
        "is PRP safe in Oslo?",
        "does PRP hurt in Oslo?",
        "what is PRP in Oslo?",
    ]
    assert len(set(conversations(frontdesk, "what is PRP in Oslo?"))) == 1
    patient.page.reload()
    expect(patient.messages("bot")).to_have_count(4)
    assert patient.reads() == read


def test_unsent_messages_survive_a_reload_before_and_after_a_conversation_has_begun(
    patient: Patient, frontdesk: RunningFrontdesk
):
    """They are kept in this browser with their ids, and nothing is before the first message."""
    assert patient.page.evaluate(STORED) == "[]"
    with without_answers(patient.page):
        write(patient, "is PRP safe in Bergen?", "does PRP hurt in Bergen?")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        patient.page.reload()
        expect(patient.messages("patient")).to_have_count(2)
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        expect(patient.page.get_by_test_id("unsent")).to_be_visible()
    expect(patient.messages("bot")).to_have_count(2)
    first = conversations(frontdesk, "does PRP hurt in Bergen?")
    assert len(first) == 1
    assert conversations(frontdesk, "is PRP safe in Bergen?") == first

    with without_answers(patient.page):
        write(patient, "what is PRP in Bergen?")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")
        patient.page.reload()
        expect(patient.messages("patient").filter(has_text="what is PRP in Bergen?")).to_have_count(1)

    expect(patient.messages("bot")).to_have_count(3)
    assert conversations(frontdesk, "what is PRP in Bergen?") == first
    assert patient.page.evaluate(STORED) == '["frontdesk.conversation"]'


def test_a_message_whose_answer_was_lost_is_sent_once(patient: Patient, frontdesk: RunningFrontdesk):
    """It arrived, and the page could not know."""
    patient.page.route_web_socket("**", lambda line: line.close())
    with with_lost_answers(patient.page, "**/messages"):
        write(patient, "is PRP safe in Tromso?")
        expect(patient.messages("patient").last).to_have_attribute("data-state", "held")

    expect(patient.messages("bot")).to_have_count(1)
    assert len(conversations(frontdesk, "is PRP safe in Tromso?")) == 1


def test_danger_written_offline_shows_the_number_at_once(patient: Patient):
    """Beside any message that cannot be sent, since the browser knows nothing of danger; told politely, once."""
    patient.page.context.set_offline(True)
    write(patient, EMERGENCY)

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
    write(patient, EMERGENCY)
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
    write(patient, "is PRP safe in Bodo?", "does PRP hurt in Bodo?")
    expect(patient.messages("patient").first).to_have_attribute("data-state", "held")

    patient.messages("patient").first.get_by_test_id("discard").click()
    expect(patient.messages("patient")).to_have_count(1)
    expect(patient.page.locator("#status")).to_have_text("The message was discarded.")
    patient.page.context.set_offline(False)

    expect(patient.messages("bot")).to_have_count(1)
    assert conversations(frontdesk, "is PRP safe in Bodo?") == []
    assert len(conversations(frontdesk, "does PRP hurt in Bodo?")) == 1


def test_starting_over_discards_what_was_not_sent_and_says_so(patient: Patient, frontdesk: RunningFrontdesk):
    """Nothing of it turns up in the next conversation."""
    patient.page.context.set_offline(True)
    write(patient, "is PRP safe in Narvik?")
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
    assert conversations(frontdesk, "is PRP safe in Narvik?") == []
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

    write(patient, EMERGENCY)
    patient.page.clock.run_for(1_100)

    expect(patient.page.get_by_test_id("unsent")).to_contain_text("If this is an emergency, call 911")
    held.let_go()
    expect(patient.page.get_by_test_id("care-card")).to_be_visible()


def test_a_clock_that_is_put_back_changes_no_order(patient: Patient):
    """Nor does a reload after it."""
    with without_answers(patient.page):
        write(patient, "is PRP safe in Lund?")
        patient.page.clock.set_fixed_time("2020-01-01")
        write(patient, "does PRP hurt in Lund?")
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
    write(patient, QUESTION)
    expect(patient.page.get_by_test_id("unsent")).to_contain_text("kept until you close this page")

    patient.page.context.set_offline(False)

    expect(patient.messages("bot")).to_have_count(1)
    expect(patient.messages("patient")).to_have_count(1)
    patient.says("and PRP?")
    expect(patient.messages("bot")).to_have_count(2)


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_unsent_fits_and_can_be_reached(width: int, new_window: NewWindow, tmp_path: Path):
    """Also beside a very long word."""
    patient = Patient(new_window(width=width, height=640, expected=LOST))
    patient.opens_chat()
    patient.says(QUESTION)
    patient.page.context.set_offline(True)
    write(patient, "Donaudampfschifffahrtsgesellschaftskapitän" * 4, EMERGENCY)
    expect(patient.page.get_by_test_id("unsent")).to_be_visible()
    picture(patient.page, tmp_path, f"unsent-{width}")

    wide, window = patient.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window
    # The numbers are in view without scrolling: neither below the window nor behind the box for writing.
    number = patient.page.get_by_test_id("unsent").get_by_role("link", name="911").bounding_box()
    box = patient.page.locator(".composer-bar").bounding_box()
    assert number is not None
    assert box is not None
    assert number["y"] + number["height"] <= box["y"]

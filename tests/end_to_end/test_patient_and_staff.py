"""The main job, with real processes and real browsers: a patient asks, and what is not known reaches a person."""

from __future__ import annotations

import sqlite3

from playwright.sync_api import Route, WebSocketRoute, expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.people import Patient, Staff, is_in_view
from tests.end_to_end.running import RunningFrontdesk
from tests.factories import EMERGENCY, URGENT

QUESTION = "How many prolotherapy sessions will I need?"


def test_up_uses_the_databases_it_is_given(frontdesk: RunningFrontdesk, patient: Patient):
    """The conversation is in one, Rasa's memory of it in the other, and nothing in the project's own `var/`."""
    patient.says(QUESTION)

    with sqlite3.connect(frontdesk.database) as store:
        assert store.execute("SELECT count(*) FROM messages WHERE text = ?", (QUESTION,)).fetchone()[0] >= 1
    with sqlite3.connect(frontdesk.tracker) as memory:
        assert memory.execute("SELECT count(*) FROM trackers").fetchone()[0] >= 1
    store.close()
    memory.close()
    assert not list((frontdesk.project / "var").glob("*.db"))


def test_patient_reads_an_answer_and_opens_its_sources(patient: Patient):
    """The sources are closed until they are asked for, and a number in the text leads to its source."""
    answer = patient.says(QUESTION)
    expect(answer).to_have_attribute("data-kind", "answer")
    sources = answer.get_by_test_id("sources")
    expect(sources.locator("ol")).not_to_be_visible()

    sources.locator("summary").click()

    expect(sources.locator("li").first).to_contain_text("Kind:")
    expect(sources.locator(".review-line")).to_contain_text("version 1")
    expect(answer.get_by_test_id("sample-badge")).to_be_visible()
    sources.locator("summary").click()
    answer.get_by_role("button", name="Source 1").first.click()
    expect(sources.locator("li").first).to_be_focused()


def test_choices_lead_on(patient: Patient):
    """A suggestion asks, a choice answers what was asked back, a related question goes on."""
    asked = patient.says("what is injected?")
    expect(asked).to_have_attribute("data-kind", "clarify")
    asked.get_by_test_id("option").filter(has_text="PRP").click()
    expect(patient.messages("bot")).to_have_count(2)
    expect(patient.messages("bot").last).to_contain_text("platelet")
    expect(asked.get_by_test_id("option").first).to_be_disabled()

    patient.messages("bot").last.get_by_test_id("related").first.click()
    expect(patient.messages("bot")).to_have_count(3)
    expect(patient.messages("bot").last).to_have_attribute("data-kind", "answer")


def test_choices_work_though_the_reply_came_first(patient: Patient):
    """A line that opens while the first message is handled brings the reply, and nothing of the message before it."""

    def slowly(route: Route) -> None:
        response = route.fetch()
        expect(patient.messages("bot")).to_have_count(1)
        route.fulfill(response=response)

    def without_own_messages(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        server.on_message(lambda frame: '"patient"' in frame or line.send(frame))

    patient.page.route_web_socket("**", without_own_messages)
    patient.page.route("**/messages", slowly)
    asked = patient.says("what is injected?")
    # The line was quicker: the answer to the message may still be on its way.
    patient.page.unroute_all(behavior="wait")

    asked.get_by_test_id("option").filter(has_text="PRP").click()

    expect(patient.messages("bot").last).to_contain_text("platelet")


def test_suggestion_asks_its_question(patient: Patient):
    """The chips of an empty chat are questions that have an answer, and they go once one is asked."""
    chips = patient.page.get_by_test_id("suggestion")
    title = chips.first.inner_text()

    chips.first.click()

    expect(patient.messages("patient")).to_contain_text(title)
    expect(patient.messages("bot").last).to_have_attribute("data-kind", "answer")
    expect(chips.first).not_to_be_visible()


def test_each_choice_is_offered_once(patient: Patient):
    """What the server offers and what the page adds are not the same button twice."""
    declined = patient.says("what is the weather tomorrow")
    buttons = declined.get_by_role("group", name="Choices").get_by_role("button").all_inner_texts()

    assert len(buttons) == len(set(buttons)), buttons


def test_patient_and_staff_talk_and_the_bot_is_silent_meanwhile(patient: Patient, staff: Staff):
    """From the first question to the bot's return, live in both windows; a reload loses nothing."""
    patient.says("Does PRP hurt when it is given?")
    patient.says("I want to talk to a person, this is Robin")
    expect(patient.page.get_by_test_id("contact-form")).to_be_visible()
    staff.opens_ticket("this is Robin")
    staff.takes()
    expect(patient.page.locator("#who-answers")).to_contain_text("from the clinic is answering")

    staff.replies("Hello, this is the front desk. How can I help?")
    expect(patient.messages("staff").last).to_contain_text("How can I help?")
    before = patient.messages("bot").count()
    patient.writes("Is PRP safe?")
    expect(staff.page.get_by_test_id("message").last).to_contain_text("Is PRP safe?")
    assert patient.messages("bot").count() == before

    staff.resolves()
    expect(patient.page.locator("#who-answers")).to_have_text("Automated assistant")
    answer = patient.says("and prolotherapy?")
    expect(answer).to_have_attribute("data-kind", "answer")

    read = patient.reads()
    count = patient.messages().count()
    patient.page.reload()
    expect(patient.messages()).to_have_count(count)
    expect(patient.messages("staff").last).to_contain_text("How can I help?")
    expect(patient.messages().last).to_have_attribute("data-kind", "answer")
    assert patient.reads() == read


def test_danger_in_the_contact_form_gets_its_card(patient: Patient):
    """The page sends it although it is no phone number: the server looks for danger first."""
    patient.page.get_by_test_id("talk-to-person").click()
    form = patient.page.get_by_test_id("contact-form")
    form.get_by_label("Phone").fill("I have chest pain and cannot breathe")
    form.get_by_test_id("contact-send").click()
    expect(patient.page.get_by_test_id("care-card")).to_be_visible()


def test_the_rest_of_a_long_answer_waits_behind_more(patient: Patient):
    """One press, by mouse or key, and it is there, in steps if it is long; a source opens from there too."""
    answer = patient.says("How many PRP sessions will I need?")
    more = answer.get_by_test_id("more")
    last = answer.locator(".detail").last
    expect(answer.locator(".short-answer")).to_be_visible()
    expect(last).to_be_hidden()

    more.locator("summary").focus()
    patient.page.keyboard.press("Enter")
    for step in more.get_by_test_id("show-more").all():
        step.click()

    expect(last).to_be_visible()
    last.get_by_role("button").last.click()
    expect(answer.get_by_test_id("sources").locator("ol")).to_be_visible()


def test_contact_details_reach_staff(patient: Patient, staff: Staff):
    """What the patient writes in the form stands beside the conversation."""
    patient.page.get_by_test_id("talk-to-person").click()
    form = patient.page.get_by_test_id("contact-form")
    form.get_by_label("Name").fill("Lou Bergmann")
    form.get_by_label("Phone").fill("555-0199")
    form.get_by_test_id("contact-send").click()
    expect(form).to_have_count(0)
    expect(patient.messages("bot").last).to_contain_text("Our staff now have your contact details")

    staff.opens_ticket("Lou Bergmann")

    expect(staff.page.get_by_role("complementary", name="Patient and ticket")).to_contain_text("555-0199")
    staff.resolves()


def test_contact_details_written_in_the_chat_are_not_asked_for_again(patient: Patient):
    """The form goes once staff know how to reach the patient."""
    patient.page.get_by_test_id("talk-to-person").click()
    expect(patient.page.get_by_test_id("contact-form")).to_be_visible()

    patient.says("my number is 555-0199")

    expect(patient.messages("bot").last).to_contain_text("Our staff now have your contact details")
    expect(patient.page.get_by_test_id("contact-form")).to_have_count(0)


def test_new_ticket_shows_up_in_the_inbox_by_itself(patient: Patient, new_window: NewWindow, staff: Staff):
    """Staff need not reload; a red flag stands first. Only those about one cello are shown: a page holds so many."""
    other = Patient(new_window())
    other.opens_chat()
    for one in (patient, other):
        one.says("Are there lockers for Ottilie's cello?")
    other.page.get_by_test_id("talk-to-person").click()
    expect(other.page.get_by_test_id("request")).to_be_visible()
    staff.page.goto("/staff/tickets?q=Ottilie")
    rows = staff.page.get_by_test_id("ticket-row")
    expect(rows).to_have_count(1)

    patient.says(EMERGENCY)

    expect(rows).to_have_count(2)
    expect(rows.first).to_have_attribute("data-urgency", "emergency")


def test_card_is_in_view_on_a_small_phone_and_is_announced(new_window: NewWindow):
    """After a long conversation too: what to do and the button that dials need no scrolling."""
    patient = Patient(new_window(width=320, height=640))
    patient.opens_chat()
    patient.says(QUESTION)

    for text, heading, number in ((EMERGENCY, "Call 911 now", "911"), (URGENT, "clinic", "5550142")):
        card = patient.says(text).get_by_test_id("care-card")
        expect(card.get_by_role("heading").first).to_contain_text(heading)
        call = card.get_by_role("link").first
        expect(call).to_have_attribute("href", f"tel:{number}")
        assert is_in_view(card.get_by_role("heading").first)
        assert is_in_view(call)
        announcer = patient.page.get_by_test_id("announcer")
        expect(announcer).to_have_attribute("aria-live", "assertive")
        expect(announcer).to_contain_text(heading)


def test_markup_is_shown_as_it_was_typed(patient: Patient, staff: Staff):
    """Neither in the patient's window nor in staff's does it become part of the page."""
    markup = '<img src=x onerror="document.title=1"><b>Is PRP safe?</b>'
    patient.says(markup)
    expect(patient.messages("patient").last.locator(".text")).to_have_text(markup)
    patient.says(f"{markup} {URGENT}")

    staff.opens_ticket("<b>Is PRP safe?</b>")

    expect(staff.page.get_by_test_id("message").first).to_contain_text(markup)
    for page in (patient.page, staff.page):
        assert page.locator("img").count() == 0
        assert page.title() != "1"
    staff.resolves()

"""The wish for a person on the page: how staff can reach the patient, where it stands, and taking it back."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.end_to_end.people import Patient, Staff, is_in_view


def _asks_for_person(patient: Patient) -> Locator:
    """Press the button; give the form below what is said to it."""
    patient.page.get_by_test_id("talk-to-person").click()
    form = patient.page.get_by_test_id("contact-form")
    expect(form).to_be_visible()
    return form


def test_what_is_said_to_contact_details_stays_in_view_with_when_staff_reply(patient: Patient):
    """Also on a low phone, where the form filled the window before it went."""
    patient.page.set_viewport_size({"width": 320, "height": 568})
    form = _asks_for_person(patient)
    form.get_by_label("Phone").fill("312 555 0199")

    form.get_by_test_id("contact-send").click()

    said = patient.messages("bot").last
    expect(said).to_contain_text("Our staff now have your contact details: (312) 555-0199. They will reply by")
    expect(form).to_have_count(0)
    assert is_in_view(said.locator(".text"))
    patient.page.reload()
    expect(said).to_be_visible()
    expect(form).to_have_count(0)


def test_a_name_alone_keeps_the_form(patient: Patient):
    """Nobody can be reached by a name."""
    form = _asks_for_person(patient)
    form.get_by_label("Name").fill("Kim")

    form.get_by_test_id("contact-send").click()

    expect(patient.messages("bot").last).to_contain_text("leave a phone number or an email address too")
    expect(form).to_be_visible()


def test_a_form_that_is_being_filled_in_keeps_its_words_and_the_cursor(patient: Patient, staff: Staff):
    """It moves below what is said meanwhile."""
    form = _asks_for_person(patient)
    form.get_by_label("Name").fill("Ada Halfway")

    patient.page.get_by_test_id("talk-to-person").click()

    expect(patient.messages("bot").last).to_contain_text("need not ask again")
    expect(patient.messages("bot").last.get_by_test_id("contact-form")).to_be_visible()
    expect(form.get_by_label("Name")).to_have_value("Ada Halfway")


def test_details_that_are_left_while_staff_answer_are_confirmed_too(patient: Patient, staff: Staff):
    """The assistant is silent then, the page is not."""
    patient.says("Hello, this is Nia Confirmed, is PRP safe?")
    form = _asks_for_person(patient)
    staff.opens_ticket("Nia Confirmed")
    staff.takes()
    expect(patient.page.locator("#who-answers")).to_contain_text("is answering")
    form.get_by_label("Phone").fill("312 555 0199")

    form.get_by_test_id("contact-send").click()

    expect(patient.page.get_by_text("Our staff now have your contact details.")).to_be_visible()
    expect(form).to_have_count(0)


def test_asked_once_more_the_page_says_where_it_stands(patient: Patient):
    """When staff reply, in the bar and below; not how many wait, and nothing twice."""
    _asks_for_person(patient)
    expect(patient.page.get_by_test_id("request")).to_contain_text("They reply here by")
    before = patient.messages("bot").count()

    patient.page.get_by_test_id("talk-to-person").click()

    expect(patient.messages("bot")).to_have_count(before + 1)
    read = patient.reads()
    assert len(read) == len(set(read)) + 1, read  # "Talk to a person", which the patient says twice
    assert "need not ask again" in read[-1].replace("\n", " ")
    assert not any("waiting before you" in text for text in read)


def test_withdrawing_is_asked_once_and_can_be_undone(patient: Patient, staff: Staff):
    """By keyboard: Escape keeps the request; afterwards one press brings the same ticket back."""
    patient.says("Hello, this is Uma Undone, is PRP safe?")
    form = _asks_for_person(patient)
    page = patient.page
    page.get_by_test_id("go-on").press("Enter")
    expect(page.get_by_test_id("request")).to_contain_text("Tell our staff that you no longer need them?")
    expect(page.get_by_test_id("go-on-sure")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("request")).to_contain_text("They reply here by")
    expect(page.get_by_test_id("go-on")).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("request")).to_be_hidden()
    expect(form).to_have_count(0)
    undo = page.get_by_role("button", name="I still need a person")
    assert is_in_view(undo)
    undo.click()
    expect(page.get_by_test_id("request")).to_contain_text("They reply here by")
    expect(form).to_be_visible()
    staff.page.goto("/staff/tickets?q=Uma+Undone")
    expect(staff.page.get_by_test_id("ticket-row")).to_have_count(1)


def test_two_tabs_agree_on_the_request(patient: Patient):
    """What is left or taken back in one is so in the other."""
    other = Patient(patient.page.context.new_page())
    other.opens_chat()
    form = _asks_for_person(patient)
    expect(other.page.get_by_test_id("contact-form")).to_be_visible()
    form.get_by_label("Phone").fill("312 555 0199")
    form.get_by_test_id("contact-send").click()
    expect(other.messages("bot").last).to_contain_text("Our staff now have your contact details")
    expect(other.page.get_by_test_id("contact-form")).to_have_count(0)

    other.page.get_by_test_id("go-on").click()
    other.page.get_by_test_id("go-on-sure").click()

    expect(patient.page.get_by_test_id("request")).to_be_hidden()
    expect(patient.page.get_by_role("button", name="I still need a person")).to_be_visible()

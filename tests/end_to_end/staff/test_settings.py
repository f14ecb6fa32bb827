"""Stories of whoever runs the clinic's desk: what is told to patients, one's own account, and work kept from loss."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from playwright.sync_api import Page, expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk

NEW_PASSWORD = "three words and four"


def _saves_clinic(page: Page) -> None:
    page.get_by_test_id("save-clinic").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Saved")


def test_what_an_administrator_changes_patients_are_told_at_once_and_undone_no_more(staff: Staff, patient: Patient):
    """The answer is looked up in another process, which is not told of the change."""
    page = staff.page
    page.get_by_role("link", name="Clinic", exact=True).click()
    page.get_by_label("Parking").fill("Park on the roof, level four.")
    page.get_by_label("Sunday, opens").fill("10:00")
    page.get_by_label("Sunday, closes").fill("11:30")
    _saves_clinic(page)

    expect(patient.says("Where can I park?")).to_contain_text("Park on the roof, level four.")
    expect(patient.says("What are your opening hours?")).to_contain_text("Sunday 10 am to 11:30 am")

    for label in ("Parking", "Opening hours"):
        change = page.get_by_test_id("clinic-change").filter(has_text=label).filter(has=page.get_by_test_id("undo"))
        change.get_by_test_id("undo").first.click()
        expect(page.get_by_test_id("notice")).to_contain_text("Saved")
    patient.starts_over()
    expect(patient.says("Where can I park?")).to_contain_text("Free parking in front of the building.")


def test_the_first_sign_in_shows_what_is_to_be_done_and_leads_to_it(staff: Staff):
    """The line is there without being looked for, and its list leads on."""
    page = staff.page
    expect(page.get_by_test_id("golive-line")).to_contain_text("Before patients use it")

    page.get_by_test_id("golive-line").get_by_role("link").click()

    expect(page.get_by_test_id("progress")).to_contain_text("points are done")
    expect(page.get_by_role("link", name="Set-up")).to_have_attribute("aria-current", "page")
    page.get_by_test_id("point").filter(has_text="samples").get_by_role("link").click()
    expect(page).to_have_url("/staff/knowledge?state=sample")


def test_an_invited_person_is_signed_in_changes_the_password_and_ends_the_other_sign_in(
    staff: Staff, new_window: NewWindow
):
    """The link signs in; the old password is asked for; whoever is signed in elsewhere is no more."""
    page = staff.page
    page.goto("/staff/people")
    page.get_by_label("Name").fill("Rio")
    page.get_by_label("Email").fill("rio@example.org")
    page.get_by_test_id("invite").click()
    link = page.get_by_label("One-time link").input_value().partition("/staff/")[2]
    refused = "the server responded with a status of 422"
    here = new_window(expected=(refused,))
    here.goto(f"/staff/{link}")
    here.get_by_label("New password").fill("the first four words")
    here.get_by_test_id("join").click()
    expect(here).to_have_url("/staff/tickets")
    elsewhere = Staff(new_window(), email="rio@example.org", password="the first four words")
    elsewhere.signs_in()

    here.goto("/staff/account")
    expect(here.get_by_test_id("sign-ins").get_by_role("listitem")).to_have_count(2)
    for old, new in (("not my password", NEW_PASSWORD), ("the first four words", NEW_PASSWORD)):
        here.get_by_label("Password that you have now").fill(old)
        here.get_by_label("New password").fill(new)
        here.get_by_test_id("change-password").click()
        if old == "not my password":
            expect(here.get_by_test_id("password-error")).to_contain_text("not the password that you have now")

    expect(here.get_by_test_id("notice")).to_contain_text("Your password is changed")
    expect(here.get_by_test_id("sign-ins").get_by_role("listitem")).to_have_count(1)
    elsewhere.page.goto("/staff/account")
    expect(elsewhere.page).to_have_url("/staff/sign-in?next=/staff/account")


def test_shutting_somebody_out_is_asked_back_and_can_be_undone(staff: Staff):
    """The first click only says what would happen."""
    page = staff.page
    page.goto("/staff/people")
    page.get_by_label("Name").fill("Sol")
    page.get_by_label("Email").fill("sol@example.org")
    page.get_by_test_id("invite").click()
    sol = page.get_by_test_id("person").filter(has_text="sol@example.org")

    sol.get_by_test_id("shut-out").click()
    expect(sol).not_to_contain_text("Let in again")
    sol.get_by_test_id("shut-out-now").click()
    expect(sol).to_contain_text("Shut out")
    sol.get_by_test_id("let-in").click()

    expect(sol.get_by_test_id("shut-out")).to_be_visible()


def test_what_was_written_when_the_session_ended_is_back_after_signing_in(staff: Staff, frontdesk: RunningFrontdesk):
    """On the page it was written on, not in the inbox; and saving it then works."""
    page = staff.page
    page.goto("/staff/texts")
    page.get_by_label("Shortcut").fill("directions")
    page.get_by_label("Text").fill("From the station, take the second street on the left.")
    expect(page.locator("form[data-sealed]")).to_have_count(1)
    with closing(sqlite3.connect(frontdesk.database)) as connection, connection:
        connection.execute("DELETE FROM sign_ins")

    page.get_by_test_id("keep-text").click()
    expect(page.get_by_test_id("kept")).to_contain_text("Your session has ended")
    page.get_by_label("Email").fill(frontdesk.email)
    page.get_by_label("Password").fill(frontdesk.password)
    page.get_by_test_id("sign-in").click()

    expect(page).to_have_url("/staff/texts")
    expect(page.get_by_test_id("form-kept")).to_be_visible()
    expect(page.get_by_label("Shortcut")).to_have_value("directions")
    page.get_by_test_id("keep-text").click()
    expect(page.get_by_test_id("text").filter(has_text="/directions")).to_contain_text("second street on the left")
    expect(page.get_by_label("Text")).to_have_value("")


def test_an_answer_that_was_written_when_the_session_ended_is_back_too(staff: Staff, frontdesk: RunningFrontdesk):
    """With the paragraphs that were added and the sources that were ticked."""
    page = staff.page
    page.goto("/staff/knowledge/answers/prp.cost/edit")
    paragraphs = page.locator("[data-paragraph]")
    expect(page.locator("#add-paragraph")).to_be_visible()
    before = paragraphs.count()
    page.locator("#add-paragraph").click()
    page.locator(f"textarea[name=paragraph-{before}]").fill("Ask for the price in writing.")
    expect(page.locator("form[data-sealed]")).to_have_count(1)
    with closing(sqlite3.connect(frontdesk.database)) as connection, connection:
        connection.execute("DELETE FROM sign_ins")

    page.get_by_test_id("save").click()
    # The script of the sign-in page has to be there: it knows which page the form was on.
    page.wait_for_url("**/sign-in?next=*answers*")
    page.get_by_label("Email").fill(frontdesk.email)
    page.get_by_label("Password").fill(frontdesk.password)
    page.get_by_test_id("sign-in").click()

    expect(page).to_have_url("/staff/knowledge/answers/prp.cost/edit")
    expect(page.locator(f"textarea[name=paragraph-{before}]")).to_have_value("Ask for the price in writing.")
    page.evaluate("addEventListener('beforeunload', event => event.stopImmediatePropagation(), {capture: true})")

"""A clinic changes an answer: a writer drafts it, a clinician approves it in another browser, a patient reads it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.db.engine import Database
from bot.staff.sign_in import StaffAccounts
from bot.vocabulary import Role
from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk

PASSWORD = "correct horse battery"
ANSWER = "/staff/knowledge/answers/prp.session_count"
QUESTION = "How many PRP sessions will I need?"
NEW_WORDS = "We plan the number of PRP visits with you, one visit at a time."


@pytest.fixture(scope="module")
def accounts(started: RunningFrontdesk) -> dict[str, str]:
    """Make accounts of a writer and two clinicians; give their addresses by name."""
    people = {"Wren": Role.WRITER, "Dr. Lee": Role.CLINICIAN, "Dr. Ode": Role.CLINICIAN}
    database = Database(f"sqlite:///{started.database}")
    emails = {name: f"{name.removeprefix('Dr. ').lower()}@clinic.example" for name in people}
    for name, role in people.items():
        StaffAccounts(database).add(email=emails[name], name=name, role=role, password=PASSWORD)
    database.close()
    return emails


@pytest.fixture
def page_of(new_window: NewWindow, accounts: dict[str, str]):
    """Give a way to sit people down, each at a browser of their own."""

    def sit(name: str, **window: Any) -> Page:
        someone = Staff(new_window(**window), email=accounts[name], password=PASSWORD)
        someone.signs_in()
        return someone.page

    return sit


def _edit(page: Page, words: str) -> None:
    page.goto(f"{ANSWER}/edit")
    page.get_by_test_id("short").fill(words)
    expect(page.get_by_test_id("preview-bubble")).to_contain_text(words)


def test_an_approved_change_is_read_by_a_patient_a_second_later(patient: Patient, page_of, new_window: NewWindow):
    """The old version is in the history, and nobody approves their own words."""
    writer, clinician = page_of("Wren"), page_of("Dr. Lee")
    before = patient.says(QUESTION)
    expect(before).to_have_attribute("data-kind", "answer")
    old_words = before.locator(".short-answer").inner_text()
    _edit(writer, NEW_WORDS)
    expect(writer.get_by_test_id("grade")).to_contain_text("Reading grade")
    writer.get_by_test_id("save-and-submit").click()
    expect(writer.get_by_test_id("waiting")).to_contain_text("Waits for approval")
    expect(writer.get_by_test_id("approve")).to_have_count(0)

    clinician.goto(ANSWER)
    expect(clinician.get_by_test_id("question-changes")).to_contain_text("gets the new words")
    clinician.get_by_test_id("approve").click()
    expect(clinician.get_by_test_id("served")).to_contain_text("Approved by Dr. Lee")

    another = Patient(new_window())
    another.opens_chat()
    now = another.says(QUESTION)
    expect(now).to_contain_text(NEW_WORDS)
    now.get_by_test_id("sources").locator("summary").click()
    expect(now.locator(".review-line")).to_contain_text("Reviewed by Dr. Lee")
    clinician.get_by_test_id("history").get_by_role("link", name=re.compile("Version 1$")).click()
    expect(clinician.locator("main")).to_contain_text(old_words.strip()[:40])


def test_a_self_approval_is_refused(page_of):
    """A clinician's own change waits for another one."""
    clinician = page_of("Dr. Lee")
    _edit(clinician, "You and your care team plan the visits.")
    clinician.get_by_test_id("save-and-submit").click()

    expect(clinician.get_by_test_id("own-change")).to_contain_text("another person must approve it")
    expect(clinician.get_by_test_id("approve")).to_have_count(0)
    other = page_of("Dr. Ode")
    other.goto(ANSWER)
    expect(other.get_by_test_id("approve")).to_be_enabled()


def test_two_who_edit_at_once_lose_nothing(page_of):
    """The second sees the first one's change and still has their own words."""
    first, second = page_of("Wren"), page_of("Dr. Lee", expected=("409 (Conflict)",))
    _edit(first, "These are the words of Wren.")
    _edit(second, "These are the words of Doctor Lee.")
    first.get_by_test_id("save").click()
    expect(first.get_by_test_id("waiting")).to_be_visible()

    second.get_by_test_id("save").click()

    expect(second.get_by_test_id("conflict")).to_contain_text("Wren saved version")
    expect(second.get_by_test_id("short")).to_have_value("These are the words of Doctor Lee.")
    second.get_by_test_id("save").click()
    expect(second.get_by_test_id("waiting")).to_contain_text("Doctor Lee")
    expect(second.get_by_test_id("history")).to_contain_text("written by Wren")


def test_a_question_is_tried_on_a_draft(page_of):
    """Understood as a patient's would be."""
    writer = page_of("Wren")
    _edit(writer, "These are new words.")

    writer.get_by_test_id("try-question").fill(QUESTION)
    writer.get_by_test_id("try").click()

    expect(writer.get_by_test_id("try-result")).to_contain_text("this draft, prp.session_count")


def test_a_claim_is_told_beside_its_paragraph(page_of):
    """While it is being typed."""
    writer = page_of("Wren")
    writer.goto(f"{ANSWER}/edit")

    writer.get_by_test_id("short").fill("PRP will cure your knee.")

    expect(writer.locator('[data-remarks="paragraph-0"] .bars').first).to_contain_text("cure")
    expect(writer.get_by_test_id("preview")).to_contain_text("Cannot be approved as it stands")


def test_thumbs_reach_the_queue(patient: Patient, page_of):
    """With the reason, under the answer that was given."""
    answer = patient.says("What are the side effects of PRP?")
    answer.get_by_test_id("not-helpful").click()
    answer.get_by_test_id("reason").filter(has_text="Hard to understand").click()
    expect(answer.locator(".feedback-said")).to_contain_text("The clinic will look at it")

    staff = page_of("Wren")
    staff.goto("/staff/knowledge/feedback")

    expect(staff.get_by_test_id("feedback").filter(has_text="prp.side_effects")).to_contain_text("Hard to understand")


@pytest.mark.parametrize(
    "path", ["", "/coverage", "/care", "/feedback", "/learning", "/answers/prp.effectiveness/edit"]
)
def test_no_page_is_wider_than_a_phone(page_of, path: str):
    """At 320 pixels only the grid scrolls sideways, inside its own frame."""
    page = page_of("Wren", width=320, height=640)

    page.goto(f"/staff/knowledge{path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320

"""Three browsers at once, a patient's and two of staff: nobody is lost, nobody is talked over, nothing comes twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.db.engine import Database
from bot.staff.sign_in import StaffAccounts
from bot.vocabulary import Role
from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk
from tests.factories import EMERGENCY

BEN = "ben@clinic.example"
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="package")
def bens_account(started: RunningFrontdesk) -> None:
    """Give the clinic a second staff member."""
    database = Database(f"sqlite:///{started.database}")
    StaffAccounts(database).add(email=BEN, name="Ben", role=Role.AGENT, password=PASSWORD)
    database.close()


@pytest.fixture
def ben(new_window: NewWindow, bens_account: None) -> Staff:
    """Give the second staff member, signed in."""
    someone = Staff(new_window(), email=BEN, password=PASSWORD)
    someone.signs_in()
    return someone


def asks_for_person(patient: Patient, name: str) -> None:
    """Write who one is, and press the button."""
    patient.says(f"Hello there, my name is {name}, is PRP safe?")
    patient.page.get_by_test_id("talk-to-person").click()
    expect(patient.page.get_by_test_id("request")).to_contain_text("Our staff have your request")


def press(page: Page, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def test_two_who_take_at_once_give_one_owner(
    patient: Patient, bens_account: None, chromium: Browser, frontdesk: RunningFrontdesk
):
    """The other one reads who was first; the patient sees one person join, and both lists agree."""
    # Not from `new_window`: the browser reports the refusal as an error, which it is.
    ben = Staff(chromium.new_page(base_url=frontdesk.address), email=BEN, password=PASSWORD)
    ana = Staff(chromium.new_page(base_url=frontdesk.address), email=frontdesk.email, password=frontdesk.password)
    asks_for_person(patient, "Robin Two")
    for someone in (ana, ben):
        someone.signs_in()
        someone.opens_ticket("Robin Two")

    # Both clicks leave before either answer comes.
    for someone in (ana, ben):
        someone.page.evaluate("setTimeout(() => document.querySelector('[data-testid=take]').click(), 500)")

    joined = patient.page.locator(".system-line").filter(has_text="has joined this chat")
    expect(joined).to_have_count(1)
    owner = joined.inner_text().split(" from ")[0]
    loser = next(someone for someone in (ana, ben) if someone.name != owner)
    expect(loser.page.get_by_test_id("live")).to_have_text(f"{owner} has taken this ticket.")
    for someone in (ana, ben):
        expect(someone.page.get_by_test_id("ticket-status")).to_have_text(f"With {owner}")
        someone.page.close()


def test_staff_see_each_other_and_everybody_sees_typing(patient: Patient, staff: Staff, ben: Staff):
    """Who else looks, who types, and whose turn it is."""
    asks_for_person(patient, "Kim Typing")
    for someone in (staff, ben):
        someone.opens_ticket("Kim Typing")
    expect(staff.page.get_by_test_id("looking")).to_have_text("Ben is looking at this too")
    staff.takes()

    staff.page.get_by_test_id("reply").press_sequentially("Hel")
    expect(patient.page.get_by_test_id("typing")).to_contain_text("is typing")
    expect(ben.page.get_by_test_id("typing")).to_contain_text("is typing")
    patient.page.get_by_test_id("composer").press_sequentially("I ")
    expect(staff.page.get_by_test_id("typing")).to_have_text("The patient is typing")
    ben.page.goto("/staff/tickets")
    expect(staff.page.get_by_test_id("looking")).to_have_text("")


def test_a_reply_while_the_patient_is_away_is_there_when_they_come_back(patient: Patient, staff: Staff):
    """A lost connection on the patient's side, then a reload: each message once, in order."""
    asks_for_person(patient, "Lee Away")
    staff.opens_ticket("Lee Away")
    staff.takes()
    expect(patient.page.locator("#who-answers")).to_contain_text("is answering")

    patient.page.context.set_offline(True)
    staff.replies("First, while you were away.")
    staff.replies("Second, while you were away.")
    patient.page.context.set_offline(False)

    expect(patient.messages("staff")).to_have_count(2)
    patient.page.reload()
    expect(patient.messages("staff")).to_have_count(2)
    assert [text for text in patient.reads() if "while you were away" in text] == [
        "First, while you were away.",
        "Second, while you were away.",
    ]


def test_a_reply_that_staff_send_over_a_broken_connection_comes_once(
    patient: Patient, chromium: Browser, frontdesk: RunningFrontdesk
):
    """The page keeps the text and says so; sent again it arrives, once."""
    # Not from `new_window`: the browser reports the broken connection as an error, which it is.
    staff = Staff(chromium.new_page(base_url=frontdesk.address), email=frontdesk.email, password=frontdesk.password)
    staff.signs_in()
    asks_for_person(patient, "Max Broken")
    staff.opens_ticket("Max Broken")
    staff.takes()
    box = staff.page.get_by_test_id("reply")
    box.fill("Are you there?")

    # The reply reaches the server, but its answer does not reach the page.
    staff.page.route("**/replies", lambda route: (route.fetch(), route.abort()))
    staff.page.get_by_test_id("send-reply").click()
    expect(staff.page.locator("#reply-error")).to_contain_text("Not sent")
    expect(box).to_have_value("Are you there?")
    staff.page.unroute("**/replies")
    staff.page.get_by_test_id("send-reply").click()

    expect(box).to_have_value("")
    expect(patient.messages("staff")).to_have_count(1)
    staff.page.reload()
    expect(staff.page.locator('[data-author="staff"]')).to_have_count(1)
    staff.page.close()


def test_a_reply_changed_after_a_broken_connection_is_a_reply_of_its_own(
    patient: Patient, chromium: Browser, frontdesk: RunningFrontdesk
):
    """The first one has arrived, which the page could not know; neither is lost."""
    # Not from `new_window`: the browser reports the broken connection as an error, which it is.
    staff = Staff(chromium.new_page(base_url=frontdesk.address), email=frontdesk.email, password=frontdesk.password)
    staff.signs_in()
    asks_for_person(patient, "Uwe Changed")
    staff.opens_ticket("Uwe Changed")
    staff.takes()
    box = staff.page.get_by_test_id("reply")
    box.fill("Are you there?")
    staff.page.route("**/replies", lambda route: (route.fetch(), route.abort()))
    staff.page.get_by_test_id("send-reply").click()
    expect(staff.page.locator("#reply-error")).to_contain_text("Not sent")
    staff.page.unroute("**/replies")

    box.fill("Are you still there?")
    staff.page.get_by_test_id("send-reply").click()

    expect(box).to_have_value("")
    expect(patient.messages("staff")).to_have_count(2)
    assert [text for text in patient.reads() if "there?" in text] == ["Are you there?", "Are you still there?"]
    staff.page.close()


def test_the_patient_goes_on_with_the_assistant(patient: Patient, staff: Staff):
    """Even while staff answer; then the bot does."""
    asks_for_person(patient, "Jo Cancel")
    staff.opens_ticket("Jo Cancel")
    staff.takes()
    expect(patient.page.get_by_test_id("request")).to_contain_text("You are writing with")

    patient.page.get_by_test_id("go-on").click()
    patient.page.get_by_test_id("go-on-sure").click()

    expect(patient.page.get_by_test_id("request")).to_be_hidden()
    expect(staff.page.get_by_test_id("ticket-status")).to_contain_text("The patient went on with the assistant")
    answer = patient.says("Does prolotherapy hurt?")
    expect(answer).to_have_attribute("data-kind", "answer")


def test_what_may_be_serious_cannot_be_called_off(patient: Patient):
    """There is no button for it."""
    patient.says(EMERGENCY)

    expect(patient.page.get_by_test_id("request")).to_be_visible()
    expect(patient.page.get_by_test_id("go-on")).to_be_hidden()


def test_the_patient_says_whether_staff_helped(patient: Patient, staff: Staff):
    """One question, one tap; and a way back to staff."""
    asks_for_person(patient, "Ira Rated")
    staff.opens_ticket("Ira Rated")
    staff.takes()
    staff.page.get_by_test_id("resolve").click()
    staff.page.get_by_label("Visit booked").check()
    staff.page.get_by_label("Ask the patient whether this helped").check()
    staff.page.get_by_test_id("confirm-resolve").click()

    patient.page.get_by_test_id("staff-helped").click()

    expect(patient.page.get_by_text("Thank you for telling us.")).to_be_visible()
    staff.page.reload()
    expect(staff.page.get_by_test_id("ticket-status")).to_have_text("Resolved by Front desk: Visit booked")
    expect(staff.page.get_by_text("Yes, says the patient").last).to_be_attached()
    patient.page.get_by_role("button", name="I still need a person").click()
    expect(patient.page.get_by_test_id("request")).to_be_visible()


def test_a_ticket_is_worked_on_by_keyboard_alone(patient: Patient, staff: Staff):
    """From the list to the end: open, take, note, reply with a text put in, resolve."""
    asks_for_person(patient, "Pat Keys")
    page = staff.page
    page.goto("/staff/tickets?q=Pat+Keys")
    expect(page.get_by_test_id("ticket-row")).to_have_count(1)

    press(page, "?")
    expect(page.get_by_role("dialog")).to_be_visible()
    press(page, "Escape", "j", "Enter")
    expect(page.get_by_test_id("write-note")).to_be_visible()
    press(page, "t")
    expect(page.get_by_test_id("take")).to_have_count(0)
    press(page, "n")
    page.keyboard.type("Rang twice, no answer.")
    press(page, "Control+Enter")
    expect(page.get_by_test_id("note")).to_contain_text("Rang twice")
    press(page, "Escape", "r")
    page.keyboard.type("/prp side")
    expect(page.get_by_test_id("canned").first).to_be_visible()
    press(page, "Enter", "Control+Enter")
    expect(patient.messages("staff")).to_have_count(1)
    press(page, "Escape", "e")
    expect(page.get_by_test_id("confirm-resolve")).to_be_visible()
    page.get_by_test_id("confirm-resolve").press("Enter")
    expect(page.get_by_test_id("ticket-status")).to_contain_text("Resolved")


def test_a_new_ticket_is_counted_in_the_tab_and_urgent_stands_first(patient: Patient, staff: Staff):
    """Without a reload, on whatever page of the console."""
    staff.page.goto("/staff/tickets?status=mine")
    before = staff.page.title()

    patient.says(EMERGENCY)

    expect(staff.page).not_to_have_title(before)
    staff.page.goto("/staff/tickets")
    expect(staff.page.get_by_test_id("ticket-row").first).to_have_attribute("data-urgency", "emergency")

"""A page of the console that stands open when the session ends shows no patient any more."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk

ASKED = "does my pelican knee need rest"


def test_pages_that_stand_open_take_patients_off_when_the_session_ends(
    new_window: NewWindow, frontdesk: RunningFrontdesk, patient: Patient
) -> None:
    """Signed out in another tab: the ticket, the list and a conversation go; what was being written stays."""
    patient.says(ASKED)
    patient.page.get_by_test_id("talk-to-person").click()
    staff = Staff(new_window(), email=frontdesk.email, password=frontdesk.password)
    staff.signs_in()
    staff.opens_ticket("pelican")
    staff.page.get_by_test_id("reply").fill("Dear Zoe, half a reply")
    (conversation,) = frontdesk.conversations_with(ASKED)
    reading, leaving = staff.page.context.new_page(), staff.page.context.new_page()
    reading.goto(f"/staff/conversations/{conversation}")
    expect(reading.get_by_text("pelican").first).to_be_visible()
    leaving.goto("/staff/account")

    leaving.get_by_role("button", name="Sign out", exact=True).click()

    for page in (staff.page, reading):
        expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
        assert "pelican" not in page.content()
    expect(staff.page.get_by_test_id("reply")).to_have_value("Dear Zoe, half a reply")
    assert leaving.evaluate("Object.keys(sessionStorage)") == []

"""A connection that stays open and says nothing any more: noticed within half a minute, told, and got around."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.web.live import PING_SECONDS
from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.network import LOST, HeldRequests, SilentSockets
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk

TWO_ARE_MISSING = int(2.6 * PING_SECONDS * 1000)


@pytest.fixture
def patient(new_window: NewWindow) -> Patient:
    """Give a patient whose browser's clock can be put forward."""
    someone = Patient(new_window(expected=LOST))
    someone.page.clock.install()
    return someone


def test_the_chat_notices_a_silent_connection_and_gets_what_was_said_meanwhile(patient: Patient, staff: Staff):
    """A new one is opened, and what the old one swallowed is fetched."""
    sockets = SilentSockets(patient.page)
    patient.opens_chat()
    patient.says("is PRP safe for a miner?")
    patient.page.get_by_test_id("talk-to-person").click()
    expect(patient.page.get_by_test_id("request")).to_be_visible()
    sockets.fall_silent()
    staff.opens_ticket("for a miner")
    staff.takes()
    staff.replies("Hello, can you hear me?")
    expect(patient.messages("staff")).to_have_count(0)

    patient.page.clock.run_for(TWO_ARE_MISSING)

    expect(patient.messages("staff")).to_have_count(1)
    patient.page.clock.run_for(5_000)
    staff.replies("And now?")
    expect(patient.messages("staff")).to_have_count(2)
    assert sockets.opened == 2
    staff.resolves()


def test_the_chat_says_that_the_connection_is_lost(patient: Patient):
    """And that it is back, once something comes again."""
    sockets = SilentSockets(patient.page)
    patient.opens_chat()
    patient.says("is PRP safe?")
    sockets.fall_silent()
    held = HeldRequests(patient.page, lambda request: request.method == "GET")
    expect(patient.page.get_by_test_id("connection")).to_be_hidden()

    patient.page.clock.run_for(TWO_ARE_MISSING)
    expect(patient.page.get_by_test_id("connection")).to_contain_text("The connection to the clinic is lost")

    held.let_go()
    expect(patient.page.get_by_test_id("connection")).to_be_hidden()


def test_a_quiet_connection_on_which_pings_arrive_is_kept(patient: Patient):
    """Nobody says anything for a minute, and nothing is torn down for it."""
    sockets = SilentSockets(patient.page)
    patient.opens_chat()
    patient.says("is PRP safe?")
    sockets.fall_silent()

    for _ in range(6):
        patient.page.clock.run_for(PING_SECONDS * 1000)
        sockets.ping()

    assert sockets.opened == 1
    expect(patient.page.get_by_test_id("connection")).to_be_hidden()


def test_the_console_notices_a_silent_connection_and_says_so(
    new_window: NewWindow, frontdesk: RunningFrontdesk, patient: Patient
):
    """It is brought up to date all the same, and says when all is well."""
    staff = Staff(new_window(expected=LOST), email=frontdesk.email, password=frontdesk.password)
    staff.page.clock.install()
    sockets = SilentSockets(staff.page)
    staff.signs_in()
    sockets.wait_for_first()
    # A page holds so many tickets, and other tests have opened some.
    before = sockets.opened
    staff.page.goto("/staff/tickets?q=sailor")
    sockets.wait_for_more(than=before)
    rows = staff.page.get_by_test_id("ticket-row")
    sockets.fall_silent()
    sockets.refused = True
    patient.opens_chat()
    patient.says("is PRP safe for a sailor?")
    patient.page.get_by_test_id("talk-to-person").click()
    expect(patient.page.get_by_test_id("request")).to_be_visible()
    expect(rows).to_have_count(0)

    staff.page.clock.run_for(TWO_ARE_MISSING)

    expect(rows).to_have_count(1)
    expect(staff.page.get_by_test_id("live")).to_contain_text("The live connection is lost")
    sockets.refused = False
    staff.page.clock.run_for(20_000)
    expect(staff.page.get_by_test_id("live")).to_have_text("")

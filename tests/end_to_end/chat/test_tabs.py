"""Several tabs of one browser: one conversation, begun once, gone on with in each, and left in all."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.network import LOST, WITHOUT_LOCKS, HeldRequests
from tests.end_to_end.people import Patient
from tests.end_to_end.running import RunningFrontdesk

QUESTION = "How many prolotherapy sessions will I need?"
REMEMBERED = "JSON.parse(localStorage.getItem('frontdesk.conversation') ?? 'null')?.conversation_id ?? null"


@pytest.fixture
def patient(roaming_patient: Patient) -> Patient:
    """Give the patient of this file."""
    return roaming_patient


def another_tab(patient: Patient) -> Patient:
    """Open a second tab of the same browser."""
    other = Patient(patient.page.context.new_page())
    other.page.goto("/")
    expect(other.page.get_by_test_id("composer")).to_be_visible()
    return other


def count(frontdesk: RunningFrontdesk, table: str) -> int:
    """Give how many rows a table has."""
    with closing(sqlite3.connect(frontdesk.database)) as store:
        return int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "no locks"])
def test_two_tabs_opened_before_the_first_message_share_one_conversation(
    locks: bool, new_window: NewWindow, frontdesk: RunningFrontdesk
):
    """The second shows what was said in the first, and goes on in it."""
    first = Patient(new_window(expected=LOST))
    if not locks:
        first.page.context.add_init_script(WITHOUT_LOCKS)
    first.opens_chat()
    second = another_tab(first)
    before = count(frontdesk, "conversations")

    first.says(QUESTION)
    expect(second.messages("bot")).to_have_count(1)
    second.says("is PRP safe?")
    for tab in (first, second):
        expect(tab.messages("bot")).to_have_count(2)

    assert count(frontdesk, "conversations") == before + 1
    assert first.reads() == second.reads()


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "no locks"])
def test_two_tabs_that_begin_at_once_share_one_conversation(locks: bool, new_window: NewWindow):
    """Both send before either knows of the other's; one of them drops the line it was about to open."""
    first = Patient(new_window(expected=(*LOST, "closed before the connection is established")))
    if not locks:
        first.page.context.add_init_script(WITHOUT_LOCKS)
    first.opens_chat()
    second = another_tab(first)
    held = [HeldRequests(tab.page, lambda request: request.url.endswith("/conversations")) for tab in (first, second)]
    first.writes_in_vain("is PRP safe?")
    second.writes_in_vain("does PRP hurt?")
    expect(first.messages("patient")).not_to_have_count(0)

    for requests in held:
        requests.let_go()

    for tab in (first, second):
        expect(tab.messages("bot")).to_have_count(2)
        expect(tab.messages("patient")).to_have_count(2)
    assert sorted(first.reads()) == sorted(second.reads())
    assert first.page.evaluate(REMEMBERED) == second.page.evaluate(REMEMBERED)


def test_what_one_tab_could_not_send_another_sends_and_both_show(patient: Patient):
    """Also when the first tab is closed."""
    patient.says(QUESTION)
    other = another_tab(patient)
    patient.page.context.set_offline(True)
    patient.writes_in_vain("is PRP safe in Ghent?")
    expect(other.messages("patient").filter(has_text="Ghent")).to_have_attribute("data-state", "held")
    patient.page.close()

    other.page.context.set_offline(False)

    expect(other.messages("bot")).to_have_count(2)
    expect(other.messages("patient").last).to_have_attribute("data-state", "sent")


def test_what_another_tab_wrote_is_shown_once_however_late_it_can_be_read(patient: Patient):
    """It has come in by the live line, and then what the other tab had kept of it is opened."""
    patient.page.context.add_init_script("delete window.BroadcastChannel")
    patient.says(QUESTION)
    other = another_tab(patient)
    other.page.route_web_socket("**", lambda _line: None)
    other.page.reload()
    expect(other.messages("bot")).to_have_count(1)
    keys = HeldRequests(patient.page, lambda request: request.url.endswith("/page-key"), "**/page-key")
    answers: list[tuple[Route, APIResponse]] = []
    other.page.route("**/messages*", lambda route: answers.append((route, route.fetch())))

    other.writes_in_vain("is PRP safe?")
    expect(patient.messages("bot")).to_have_count(2)
    with patient.page.expect_response("**/page-key"):
        keys.let_go()

    patient.page.wait_for_timeout(300)
    expect(patient.messages("patient")).to_have_count(2)
    for route, answer in answers:
        route.fulfill(response=answer)
    expect(other.messages("patient").last).to_have_attribute("data-state", "sent")
    assert patient.reads() == other.reads()


def test_starting_over_in_one_tab_is_starting_over_in_all(patient: Patient):
    """Whoever does it on a shared computer expects the words to be gone."""
    patient.says(QUESTION)
    other = another_tab(patient)
    expect(other.messages("bot")).to_have_count(1)

    patient.starts_over()
    expect(other.messages()).to_have_count(0)
    other.says("is PRP safe?")

    expect(patient.messages("bot")).to_have_count(1)
    assert patient.reads() == other.reads()

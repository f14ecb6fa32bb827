"""What staff do beside answering one ticket, in real browsers: looking through conversations, sorting, judging."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.chat_tester import ChatTester
from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.inspector import Inspector
from tests.end_to_end.people import Staff
from tests.end_to_end.running import RunningFrontdesk
from tests.factories import EMERGENCY

NOT_UNDERSTOOD = "blue or green whichever"
PHONE = 600
"""Pixels; on a narrower screen no keyboard is to be expected."""
LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitän Meyer"

each_width = pytest.mark.parametrize("width", [320, 390, 1280])


@pytest.fixture
def inspector(tmp_path: Path) -> Iterator[Inspector]:
    """Give somebody who looks closely; what was found fails the test at its end."""
    looking = Inspector(tmp_path)
    yield looking
    assert looking.problems == []


@pytest.fixture
def chats(frontdesk: RunningFrontdesk) -> Iterator[httpx.Client]:
    """Give a client with which patients write."""
    with httpx.Client(base_url=frontdesk.address, trust_env=False, timeout=30.0) as client:
        yield client


def asks_for_person(chats: httpx.Client, text: str) -> tuple[ChatTester, int]:
    """Let a patient write and ask for a person; give their ticket."""
    chat = ChatTester(chats, chats)
    chat.patient_says(text)
    return chat, int(chat.patient_asks_for_person()[0]["reply"]["ticket"])


def row(page: Page, ticket: int) -> str:
    """Give the place of a ticket's row in the list."""
    del page
    return f'[data-testid="ticket-row"][data-ticket-id="{ticket}"]'


def test_the_unanswered_question_is_three_clicks_away(staff: Staff, chats: httpx.Client):
    """From the inbox: conversations, what was not answered today, the conversation; and it can be made a ticket."""
    chat = ChatTester(chats, chats)
    chat.patient_says(NOT_UNDERSTOOD)
    page = staff.page

    page.get_by_role("link", name="Conversations").click()
    page.get_by_test_id("quick").filter(has_text="Not answered today").click()
    page.get_by_test_id("conversations").locator("li").filter(has_text=NOT_UNDERSTOOD).first.get_by_test_id(
        "open-conversation"
    ).click()

    expect(page.get_by_test_id("message").filter(has_text=NOT_UNDERSTOOD).first).to_be_in_viewport()
    # By the clinic's clock.
    expect(page.get_by_test_id("message").locator("time").first).to_contain_text(re.compile(r"\d (AM|PM)$"))
    page.get_by_test_id("make-ticket").click()
    expect(page).to_have_url(re.compile(r"/staff/tickets/\d+$"))
    expect(page.get_by_test_id("message").filter(has_text=NOT_UNDERSTOOD).first).to_be_visible()


def test_words_are_found_and_stand_in_no_address(staff: Staff, chats: httpx.Client):
    """Searched by a form: what was looked for is in no history, and the audit log says that it was."""
    chat = ChatTester(chats, chats)
    chat.patient_says("My cousin Quillwort keeps bees, does PRP hurt?")
    page = staff.page
    page.goto("/staff/conversations")

    page.get_by_test_id("words").fill("QUILLWORT keeps")
    page.get_by_test_id("look").click()

    expect(page.get_by_test_id("found")).to_contain_text("1 conversation")
    assert "uillwort" not in page.url.lower()
    page.goto("/staff/audit")
    expect(page.get_by_text("Searched the conversations").first).to_be_attached()
    expect(page.get_by_text("uillwort")).to_have_count(0)


def test_several_tickets_are_labelled_given_and_resolved(staff: Staff, chats: httpx.Client):
    """Labelled at once with a way back; what patients hear of is asked first; what did not work is told."""
    first, one = asks_for_person(chats, "Is there parking at the clinic for a van?")
    _second, two = asks_for_person(chats, "Is there parking at the clinic for a bus?")
    page = staff.page
    page.goto("/staff/tickets?status=open&q=parking+at+the+clinic")

    def tick_both() -> None:
        for ticket in (one, two):
            page.locator(f'[data-testid="tick"][value="{ticket}"]').check()
        expect(page.locator("#several-count")).to_have_text("2 ticked")

    page.get_by_test_id("several").click()
    expect(page.get_by_test_id("several-put-on")).to_be_disabled()
    tick_both()
    page.get_by_test_id("several-label").fill("parking")
    page.get_by_test_id("several-put-on").click()
    expect(page.get_by_test_id("several-told")).to_contain_text("2 tickets labelled")
    page.get_by_test_id("undo-several").click()
    expect(page.get_by_test_id("several-told")).to_contain_text("2 tickets without the label")
    page.get_by_test_id("undo-several").click()
    page.get_by_test_id("back-to-inbox").click()
    expect(page.locator(row(page, one)).get_by_test_id("row-label")).to_contain_text("parking")

    page.goto("/staff/tickets?status=open&label=parking")
    page.get_by_test_id("several").click()
    tick_both()
    # Nobody is chosen because their name stands first.
    page.get_by_test_id("several-give").click()
    expect(page.locator("#several-assign:invalid")).to_be_focused()
    page.get_by_test_id("several-assign").select_option(label=staff.name)
    page.get_by_test_id("several-give").click()
    page.get_by_test_id("confirm-several").click()
    expect(page.get_by_test_id("several-told")).to_contain_text(f"2 tickets given to {staff.name}")
    page.get_by_test_id("undo-several").click()
    expect(page.get_by_test_id("several-told")).to_contain_text(f"2 tickets as before: no longer {staff.name}")

    page.goto("/staff/tickets?status=open&label=parking")
    page.get_by_test_id("several").click()
    tick_both()
    page.get_by_test_id("several-resolve").click()
    expect(page.get_by_test_id("several-rows")).to_contain_text("for a van")
    # Meanwhile one of them writes.
    first.patient_says("Hello, is somebody there?")
    page.get_by_test_id("confirm-several").click()
    expect(page.get_by_test_id("several-told")).to_contain_text("1 ticket resolved")
    expect(page.get_by_test_id("several-failed")).to_contain_text("has written since")
    page.get_by_test_id("undo-several").click()
    expect(page.get_by_test_id("several-told")).to_contain_text("1 ticket open again")
    staff.page.goto(f"/staff/tickets/{two}")
    expect(page.get_by_test_id("ticket-status")).to_contain_text("Nobody has taken it")


def test_ticks_survive_news_in_the_list(staff: Staff, chats: httpx.Client):
    """The list brings itself up to date under somebody's hands."""
    _chat, one = asks_for_person(chats, "Do you have a lift in the building?")
    page = staff.page
    page.goto("/staff/tickets?status=open&q=building")
    expect(page.get_by_test_id("select-page")).to_be_attached()
    box = page.locator(f'[data-testid="tick"][value="{one}"]')
    box.check()

    _other, two = asks_for_person(chats, "Do you have stairs in the building?")

    expect(page.locator(row(page, two))).to_be_attached()
    expect(box).to_be_checked()


def test_after_a_reply_the_ticket_stays_where_it_was(staff: Staff, chats: httpx.Client):
    """It is no longer of this view; its row keeps its place among the others all the same."""
    tickets = [asks_for_person(chats, f"Does the number {n} bus stop at your clinic?")[1] for n in (4, 5, 6)]
    page = staff.page
    page.goto(f"/staff/tickets/{tickets[1]}?status=open&q=bus+stop")
    expect(page.get_by_test_id("write-note")).to_be_visible()
    rows = page.get_by_test_id("ticket-row")

    def order() -> list[str]:
        ours = {str(ticket) for ticket in tickets}
        return [number for each in rows.all() if (number := each.get_attribute("data-ticket-id") or "") in ours]

    before = order()
    staff.replies("The number 5 stops at our door.")
    expect(page.locator(row(page, tickets[1]))).to_contain_text(staff.name)

    assert order() == before


def test_a_view_is_saved_and_removed(staff: Staff, chats: httpx.Client):
    """With its filters and its count, for all colleagues or for oneself."""
    asks_for_person(chats, "Can I bring my dog to the clinic?")
    page = staff.page
    page.goto("/staff/tickets?status=open&reason=asked_for_person")
    page.get_by_test_id("save-view").click()
    page.get_by_test_id("view-name").fill("Wants a person")
    page.get_by_test_id("view-shared").check()
    page.get_by_test_id("keep-view").click()

    page.goto("/staff/tickets")
    page.get_by_test_id("saved-view").filter(has_text="Wants a person").click()
    expect(page.get_by_test_id("filter-reason")).to_have_value("asked_for_person")
    page.get_by_test_id("remove-view").click()
    expect(page.get_by_test_id("saved-view")).to_have_count(0)
    expect(page.get_by_test_id("filter-reason")).to_have_value("asked_for_person")


def test_labels_of_one_ticket(staff: Staff, chats: httpx.Client):
    """Put on from the menu and taken off at the title, without leaving the page."""
    _chat, ticket = asks_for_person(chats, "Is the waiting room quiet?")
    page = staff.page
    page.goto(f"/staff/tickets/{ticket}")
    expect(page.get_by_test_id("write-note")).to_be_visible()

    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("label-text").fill("call back")
    page.get_by_test_id("label-on").click()
    expect(page.get_by_test_id("label")).to_have_text("call back")
    page.get_by_test_id("label-off").click()
    expect(page.get_by_test_id("label")).to_have_count(0)


def test_a_danger_is_judged_and_reaches_the_clinicians(staff: Staff, chats: httpx.Client):
    """On the message itself, taken back as easily; the list of clinicians has it with what was shown."""
    chat = ChatTester(chats, chats)
    chat.patient_says(EMERGENCY)
    chat.patient_says("It was in a film that I watched.")
    page = staff.page
    page.goto("/staff/tickets?status=open")
    page.get_by_test_id("ticket-row").filter(has=page.get_by_test_id("sign")).first.click()
    expect(page.get_by_test_id("write-note")).to_be_visible()
    message = page.locator('[data-testid="message"][data-author="patient"]').filter(has_text=EMERGENCY).first

    message.get_by_test_id("judge").click()
    message.get_by_test_id("no-danger").click()
    expect(message.get_by_test_id("judged")).to_contain_text("This was no danger")
    message.get_by_test_id("judge").click()
    expect(message.get_by_test_id("no-danger")).to_have_count(0)
    message.get_by_test_id("take-back").click()
    expect(message.get_by_test_id("judged")).to_have_count(0)
    message.get_by_test_id("judge").click()
    message.get_by_test_id("missed").click()
    expect(message.get_by_test_id("judged")).to_contain_text("A danger was missed")

    page.goto("/staff/safety")
    page.get_by_test_id("judged-link").click()
    record = page.get_by_test_id("judged-record").filter(has_text=EMERGENCY)
    expect(record).to_have_count(1)
    expect(record).to_contain_text("Emergency card")


def test_shortcut_keys_are_off_or_with_alt_wherever_one_signs_in(
    staff: Staff, chats: httpx.Client, new_window: NewWindow, frontdesk: RunningFrontdesk
):
    """WCAG 2.1.4; the choice is the account's, not the browser's."""
    _chat, ticket = asks_for_person(chats, "Do you open on Saturdays in summer?")
    page = staff.page
    page.goto(f"/staff/tickets/{ticket}")
    note, reply = page.locator("#note"), page.locator("#reply")

    def choose(what: str) -> None:
        page.locator("#help-button").click()
        page.get_by_test_id(f"keys-{what}").check()
        page.get_by_test_id("keep-keys").click()
        expect(page.get_by_test_id("keys-said")).to_have_text("Kept.")
        page.keyboard.press("Escape")

    choose("off")
    page.locator("body").click(position={"x": 1, "y": 1})
    for key in ("n", "Alt+n"):
        page.keyboard.press(key)
        expect(note).not_to_be_focused()
    choose("with_alt")
    page.keyboard.press("n")
    expect(note).not_to_be_focused()
    page.keyboard.press("Alt+n")
    expect(note).to_be_focused()

    other = Staff(new_window(), email=frontdesk.email, password=frontdesk.password)
    other.signs_in()
    expect(other.page.locator("#help-dialog")).to_have_attribute("data-shortcut-keys", "with_alt")
    page.keyboard.press("Escape")
    choose("plain")
    page.keyboard.press("r")
    expect(reply).to_be_focused()


@pytest.fixture
def waiting(chats: httpx.Client) -> tuple[ChatTester, int]:
    """Give a patient with a ticket, whose address somebody with a danger has left too."""
    danger = ChatTester(chats, chats)
    danger.patient_says(EMERGENCY)
    danger.patient_leaves_contact(name=LONG_NAME, email="meyer@example.org")
    chat, ticket = asks_for_person(chats, "Is a Donaudampfschifffahrtsgesellschaft covered?")
    chat.patient_leaves_contact(email="meyer@example.org")
    return chat, ticket


@pytest.fixture
def somebody(width: int, new_window: NewWindow, frontdesk: RunningFrontdesk) -> Page:
    """Give the window of a staff member who is signed in."""
    staff = Staff(new_window(width=width, height=800), email=frontdesk.email, password=frontdesk.password)
    staff.signs_in()
    return staff.page


@each_width
def test_looks_of_the_inbox(width: int, somebody: Page, waiting: tuple[ChatTester, int], inspector: Inspector):
    """Labels, judging, saved views and several at once: nothing overflows, and axe finds nothing."""
    _chat, ticket = waiting
    page = somebody
    page.goto(f"/staff/tickets/{ticket}")
    expect(page.get_by_test_id("write-note")).to_be_visible()
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("label-text").fill("billing question of the insurance")
    inspector.inspect(page, "ticket-menu")
    page.get_by_test_id("label-on").click()
    expect(page.get_by_test_id("label")).to_be_visible()
    page.get_by_test_id("judge").first.click()
    inspector.inspect(page, "ticket-judge")
    page.get_by_test_id("missed").first.click()
    expect(page.get_by_test_id("judged").first).to_be_visible()
    inspector.inspect(page, "ticket-judged")
    if width > PHONE:
        page.locator("#help-button").click()
        inspector.inspect(page, "keys")
        page.keyboard.press("Escape")

    page.goto("/staff/tickets?status=open&reason=asked_for_person")
    page.get_by_test_id("save-view").click()
    inspector.inspect(page, "save-view")
    page.get_by_test_id("save-view").click()
    page.get_by_test_id("several").click()
    page.get_by_test_id("tick").first.check()
    inspector.inspect(page, "several")
    page.get_by_test_id("several-assign").select_option(index=1)
    page.get_by_test_id("several-give").click()
    inspector.inspect(page, "several-asked")
    page.get_by_test_id("leave-several").click()
    page.get_by_test_id("several").click()
    page.locator(f'[data-testid="tick"][value="{ticket}"]').check()
    page.get_by_test_id("several-label").fill("billing")
    page.get_by_test_id("several-put-on").click()
    expect(page.get_by_test_id("several-told")).to_be_visible()
    inspector.inspect(page, "several-told")
    page.goto("/staff/tickets?status=open")
    inspector.inspect(page, "list")


@each_width
def test_looks_of_conversations(width: int, somebody: Page, waiting: tuple[ChatTester, int], inspector: Inspector):
    """All conversations, none, one, a patient with all that is theirs, and what staff judged."""
    del width
    chat, _ticket = waiting
    page = somebody
    page.goto("/staff/conversations")
    inspector.inspect(page, "conversations")
    page.goto("/staff/conversations?since=2020-01-01&until=2020-01-02")
    expect(page.get_by_test_id("nothing-found")).to_be_visible()
    inspector.inspect(page, "conversations-empty")
    page.goto(f"/staff/conversations/{chat.conversation_id}")
    page.get_by_test_id("judge").first.click()
    page.get_by_test_id("missed").first.click()
    expect(page.get_by_test_id("judged").first).to_be_visible()
    inspector.inspect(page, "conversation")
    page.get_by_test_id("patient-page").click()
    expect(page.get_by_test_id("perhaps")).to_be_visible()
    # By the clinic's clock, as everywhere.
    expect(page.get_by_test_id("message").locator("time").first).to_contain_text(re.compile(r"\d (AM|PM)$"))
    inspector.inspect(page, "patient")
    page.goto("/staff/safety/judged")
    inspector.inspect(page, "judged")

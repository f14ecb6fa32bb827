"""What a newcomer meets in a browser: what can be done stays in view, and large letters are not cut on a phone."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.people import Staff, is_in_view
from tests.end_to_end.running import RunningFrontdesk
from tests.end_to_end.staff.test_desk import asks_for_person, chats

__all__ = ["chats"]

IN_LARGE_LETTERS = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("html { font-size: 200% !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
CUT = """() => Array.from(document.querySelectorAll(".staff-name, .people li *"))
    .filter((one) => !one.closest(".visually-hidden") && one.getClientRects().length)
    .filter((one) => one.getBoundingClientRect().right > innerWidth - 8
        || (one.matches(".staff-name") && one.scrollWidth > one.clientWidth + 1))
    .map((one) => one.outerHTML.slice(0, 80))"""


def test_what_can_be_done_with_ticked_tickets_stays_in_view(staff: Staff, chats: httpx.Client) -> None:
    """Whoever ticks first, and then asks what for, sees it beside the last tick."""
    tickets = [asks_for_person(chats, f"Is there parking for van number {number}?")[1] for number in range(7)]
    page = staff.page
    page.goto("/staff/tickets?status=open")
    tools = page.get_by_test_id("several")
    expect(page.locator(".several-hint")).to_be_hidden()

    ticks = page.get_by_test_id("tick")
    ticks.last.check()
    expect(page.locator("#several-count")).to_have_text("1 ticked")
    expect(page.locator(".several-hint")).to_be_visible()
    # Further down than the place in the list where it stands while nothing is ticked.
    assert page.locator("#ticket-pane").evaluate("pane => (pane.scrollTop = pane.scrollHeight, pane.scrollTop)") > 300

    assert is_in_view(tools)
    tools.click()
    assert is_in_view(page.get_by_test_id("several-put-on"))
    ticks.last.uncheck()
    expect(page.locator(".several-hint")).to_be_hidden()
    assert len(tickets) == 7


def test_nothing_of_people_is_cut_in_large_letters_on_a_phone(
    new_window: NewWindow, frontdesk: RunningFrontdesk
) -> None:
    """At twice the size a name takes a line of its own, and fields end where the page does."""
    page: Page = new_window(width=320, height=800)
    Staff(page, email=frontdesk.email, password=frontdesk.password).signs_in()
    page.goto("/staff/people")

    page.evaluate(IN_LARGE_LETTERS)

    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

"""A visitor of the clinic's website asks in the corner of its pages what they would ask on our own page."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.end_to_end.conftest import ARGUMENTS, browser_program
from tests.end_to_end.widget.conftest import NewVisitor
from tests.end_to_end.widget.visitor import Visitor
from tests.end_to_end.widget.website import RunningEdge, Website

QUESTION = "How much is it?"


def test_a_visitor_asks_and_is_answered(visitor: Visitor):
    """The same chat, opened by a button."""
    visitor.opens_chat()
    expect(visitor.composer).to_be_focused()

    visitor.says(QUESTION)

    expect(visitor.messages("bot").last).to_contain_text(f"You said: {QUESTION}")


def test_nothing_is_stored_or_loaded_before_it_is_wanted(visitor: Visitor):
    """A page costs its visitors a script and a button; whoever opens the chat and writes nothing leaves no trace."""
    assert visitor.page.locator("frontdesk-widget iframe").count() == 0

    visitor.opens_chat()
    assert visitor.stored() == {}
    assert visitor.page.context.storage_state() == {"cookies": [], "origins": []}
    visitor.opens("/other")
    expect(visitor.panel).to_be_hidden()

    visitor.opens_chat()
    visitor.says(QUESTION)
    assert set(visitor.stored()) == {"frontdesk.widget", "frontdesk.widget.open"}


def test_it_stays_open_across_pages_and_a_reload(visitor: Visitor):
    """With what was said in it, and without taking the keyboard from the page."""
    visitor.opens_chat()
    visitor.says(QUESTION)

    visitor.page.get_by_role("link", name="Another page").click()
    expect(visitor.own_words).to_have_text([QUESTION])
    assert visitor.page.evaluate("document.activeElement === document.body")
    visitor.page.reload()
    expect(visitor.own_words).to_have_text([QUESTION])

    visitor.launcher.click()
    visitor.opens("/")
    expect(visitor.panel).to_be_hidden()


def test_tabs_are_one_conversation(visitor: Visitor):
    """Begun in one, gone on with in another, left in both."""
    other = visitor.another_tab()
    other.opens("/other")
    other.opens_chat()
    visitor.opens_chat()

    visitor.says(QUESTION)
    expect(other.own_words).to_have_text([QUESTION])
    other.says("And how long?")
    expect(visitor.messages("bot")).to_have_count(2)

    other.chat.get_by_test_id("start-over").click()
    other.chat.get_by_test_id("confirm-start-over").click()
    expect(visitor.messages("patient")).to_have_count(0)
    expect(other.messages("patient")).to_have_count(0)
    assert visitor.stored() == {}


def test_the_conversation_is_handed_to_the_website_only_where_the_frame_cannot_keep_it(new_visitor: NewVisitor):
    """Scripts of the website could read it there."""
    for same_site in (False, True):
        visitor = new_visitor(same_site=same_site)
        visitor.opens("/")
        visitor.opens_chat()
        visitor.says(QUESTION)
        assert ("token" in visitor.stored()["frontdesk.widget"]) is not same_site


def test_where_cookies_of_other_sites_are_allowed_the_frame_keeps_the_conversation(
    chromium: Browser, website: Website, edge: RunningEdge, tmp_path: Path
):
    """On another site too. That browsers keep it apart for each website, Playwright turns off."""
    allowed = {"profile": {"block_third_party_cookies": False, "cookie_controls_mode": 0}}
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(allowed), encoding="utf-8")
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=browser_program(), args=ARGUMENTS, base_url=website.of_another_site
    )
    visitor = Visitor(context.pages[0], hosts={edge.address, *website.origins})
    visitor.opens("/")
    visitor.opens_chat()
    visitor.says(QUESTION)
    assert "token" not in visitor.stored()["frontdesk.widget"]

    visitor.opens("/other")
    expect(visitor.own_words).to_have_text([QUESTION])
    context.close()
    assert visitor.problems == []

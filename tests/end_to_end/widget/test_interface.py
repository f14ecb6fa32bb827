"""`window.Frontdesk`: what a website can do with the widget, and what it is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.end_to_end.widget.conftest import NewVisitor
from tests.end_to_end.widget.visitor import Visitor
from tests.end_to_end.widget.website import RunningEdge, Website

QUESTION = "How much is it?"
LISTENING = """<script>
window.told = [];
(window.Frontdesk = window.Frontdesk || []).push((frontdesk) => {
  for (const name of ["open", "close", "unread", "message", "conversation", "left"]) {
    frontdesk.on(name, (detail) => told.push([name, detail]));
  }
});
</script>"""


@pytest.fixture
def visitor(new_visitor: NewVisitor, website: Website, edge: RunningEdge) -> Visitor:
    """Give a visitor of a website that listens, from before the script is there."""
    website.has("/listening", head=LISTENING, script=edge.script)
    someone = new_visitor()
    someone.opens("/listening")
    return someone


def told(visitor: Visitor) -> list[Any]:
    """Give what the website was told so far."""
    found: list[Any] = visitor.page.evaluate("told")
    return found


def test_it_opens_and_closes_and_tells_so_without_words(visitor: Visitor):
    """What patients write is nothing for a website's own scripts."""
    visitor.page.evaluate("Frontdesk.open()")
    visitor.says(QUESTION)
    visitor.page.evaluate("Frontdesk.close()")

    expect(visitor.panel).to_be_hidden()
    assert told(visitor) == [
        ["open", {}],
        ["conversation", {}],
        ["message", {"from": "patient"}],
        ["message", {"from": "clinic"}],
        ["close", {}],
    ]
    assert visitor.page.evaluate("Frontdesk.isOpen") is False


def test_a_listener_can_stop_and_one_that_is_none_is_refused(visitor: Visitor):
    """`on` gives what ends it."""
    visitor.page.evaluate("window.stop_listening = Frontdesk.on('open', () => told.push('again')); stop_listening()")
    visitor.page.evaluate("Frontdesk.open()")

    assert told(visitor) == [["open", {}]]
    assert "no function" in visitor.page.evaluate("try { Frontdesk.on('open') } catch (error) { error.message }")


def test_ready_runs_at_once_when_it_is(visitor: Visitor):
    """And `frontdesk:ready` is told on the window, for scripts that cannot know which comes first."""
    assert visitor.page.evaluate(
        "new Promise((resolve) => Frontdesk.ready((frontdesk) => resolve(frontdesk === Frontdesk)))"
    )


def badge(visitor: Visitor) -> Locator:
    """Give the number on the button."""
    return visitor.page.locator("frontdesk-widget .badge")


@pytest.mark.parametrize("same_site", [False, True], ids=["storage refused", "storage kept"])
def test_what_comes_while_it_is_closed_is_counted(
    same_site: bool, new_visitor: NewVisitor, website: Website, edge: RunningEdge
):
    """On the button, for eyes and screen readers, on the next page too, until it is read: in whichever tab."""
    website.has("/listening", head=LISTENING, script=edge.script)
    visitor = new_visitor(same_site=same_site)
    visitor.opens("/listening")
    visitor.opens_chat()
    visitor.says(QUESTION)
    visitor.launcher.click()

    conversation = next(conversation for conversation, heard in edge.rasa.heard.items() if heard == [QUESTION])
    edge.rasa.heard.clear()
    edge.says(conversation, "One more thing.", "And another.")

    expect(visitor.launcher).to_have_attribute("aria-label", "Ask us a question. New messages: 2")
    expect(badge(visitor)).to_have_text("2")
    expect(visitor.page.locator("frontdesk-widget [role=status]").last).to_have_text("New messages: 2")
    visitor.opens("/other")
    expect(badge(visitor)).to_have_text("2")
    visitor.page.goto("about:blank")
    edge.says(conversation, "While they were away.")
    visitor.opens("/listening")
    expect(badge(visitor)).to_have_text("3")
    other = visitor.another_tab()
    other.opens("/other")
    expect(badge(other)).to_have_text("3")

    visitor.opens_chat()
    expect(badge(visitor)).to_be_hidden()
    expect(badge(other)).to_be_hidden()
    assert told(visitor)[-1] == ["unread", {"count": 0}]
    visitor.launcher.click()
    visitor.opens("/other")
    expect(visitor.messages("bot")).to_have_count(4)
    expect(badge(visitor)).to_be_hidden()


def test_a_page_that_was_put_aside_is_as_the_one_left_last(visitor: Visitor):
    """Back to an earlier page, which the browser has kept as it was."""
    visitor.opens_chat()
    visitor.says(QUESTION)
    came_back = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"

    visitor.page.evaluate(f"sessionStorage.removeItem('frontdesk.widget.open'); {came_back}")
    expect(visitor.panel).to_be_hidden()
    visitor.page.evaluate(f"sessionStorage.setItem('frontdesk.widget.open', '1'); {came_back}")
    expect(visitor.own_words).to_be_visible()


@pytest.mark.parametrize(
    ("tag", "language", "direction", "label"),
    [
        ("es-MX", "es", "ltr", "Háganos una pregunta"),
        ("ar", "ar", "rtl", "اطرح علينا سؤالاً"),
        ("xx", "en", "ltr", "Ask us a question"),
    ],
)
def test_it_speaks_the_language_it_is_told(tag: str, language: str, direction: str, label: str, visitor: Visitor):
    """One that nobody has translated it into gets English; what is read from the right stands on the left."""
    titles = {"es": "Chat con Cedar Grove", "ar": "محادثة مع Cedar Grove", "en": "Chat with Cedar Grove"}
    visitor.opens_chat()
    visitor.page.evaluate("tag => Frontdesk.setLanguage(tag)", tag)
    expect(visitor.panel).to_have_attribute("aria-label", re.compile(titles[language]))
    expect(visitor.page.locator("frontdesk-widget iframe")).to_have_attribute("title", re.compile(titles[language]))
    visitor.page.evaluate("Frontdesk.close()")

    expect(visitor.launcher).to_have_attribute("aria-label", label)
    expect(visitor.page.locator("frontdesk-widget .widget")).to_have_attribute("lang", language)
    expect(visitor.chat.locator("html")).to_have_attribute("dir", direction)
    box = visitor.launcher.bounding_box()
    assert box is not None
    assert (box["x"] < 100) is (direction == "rtl")


def test_it_speaks_the_language_of_the_page(new_visitor: NewVisitor, website: Website, edge: RunningEdge):
    """Unless the script's element says another."""
    website.has("/es", script=edge.script, language="es")
    website.has("/de", script=edge.script.replace("async", 'async data-lang="de"'), language="es")
    visitor = new_visitor()
    visitor.opens("/es")
    expect(visitor.launcher).to_have_attribute("aria-label", "Háganos una pregunta")
    visitor.opens("/de")
    expect(visitor.launcher).to_have_attribute("aria-label", "Stellen Sie uns eine Frage")


def test_it_can_stand_on_the_other_side(new_visitor: NewVisitor, website: Website, edge: RunningEdge):
    """Where a website has a button of its own in the corner."""
    website.has("/start", script=edge.script.replace("async", 'async data-side="start"'))
    visitor = new_visitor()
    visitor.opens("/start")
    visitor.opens_chat()

    for part in (visitor.launcher, visitor.panel):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] == 20


def test_destroyed_it_leaves_nothing_behind(visitor: Visitor):
    """No element, no name, no style; what was kept of the conversation stays for another time."""
    visitor.opens_chat()
    visitor.says(QUESTION)
    visitor.page.evaluate("window.kept = Frontdesk; Frontdesk.destroy(); kept.open(); kept.destroy()")

    assert visitor.page.locator("frontdesk-widget").count() == 0
    assert visitor.page.evaluate("'Frontdesk' in window") is False
    assert visitor.page.evaluate("document.documentElement.style.overflow") == ""
    visitor.opens("/other")
    expect(visitor.own_words).to_have_text([QUESTION])

"""The widget by keyboard alone, on a desk and on a phone's screen."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.end_to_end.widget.conftest import NewVisitor
from tests.end_to_end.widget.visitor import Visitor

IN_CHAT = (
    "document.activeElement?.matches('frontdesk-widget') && document.activeElement.shadowRoot.activeElement?.localName"
)


def focused(visitor: Visitor) -> str | None:
    """Give what of the widget has the keyboard: "button", "iframe", or nothing."""
    found: str | None = visitor.page.evaluate(IN_CHAT) or None
    return found


def goes_round(visitor: Visitor, key: str) -> set[str | None]:
    """Press a key many times and give all that had the keyboard; nothing else may have it for longer than a moment."""
    seen: set[str | None] = set()
    for _ in range(25):
        visitor.page.keyboard.press(key)
        seen.add(visitor.page.wait_for_function(IN_CHAT).json_value())
    return seen


def test_it_is_opened_used_and_closed_by_keyboard(new_visitor: NewVisitor):
    """Enter opens it with the cursor in the message box; Escape, there or on the button, closes it."""
    visitor = new_visitor()
    visitor.opens("/")
    for _ in range(3):
        visitor.page.keyboard.press("Tab")
    expect(visitor.launcher).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.composer).to_be_focused()

    visitor.page.keyboard.type("How much is it?")
    visitor.page.keyboard.press("Enter")
    expect(visitor.messages("bot").last).to_contain_text("You said")
    visitor.page.keyboard.press("Escape")

    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()
    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")


def test_escape_in_a_dialog_of_the_chat_closes_the_dialog_alone(new_visitor: NewVisitor):
    """One thing at a time."""
    visitor = new_visitor()
    visitor.opens("/")
    visitor.opens_chat()
    visitor.says("How much is it?")
    visitor.chat.get_by_test_id("start-over").click()
    expect(visitor.chat.get_by_role("button", name="Keep this conversation")).to_be_focused()

    visitor.page.keyboard.press("Escape")

    expect(visitor.chat.get_by_role("dialog")).to_be_hidden()
    expect(visitor.composer).to_be_visible()


def test_an_open_chat_keeps_the_keyboard_until_it_is_closed(new_visitor: NewVisitor):
    """Both ways round; on a desk the button is part of the round."""
    visitor = new_visitor()
    visitor.opens("/")
    visitor.opens_chat()
    expect(visitor.composer).to_be_focused()

    assert goes_round(visitor, "Tab") == {"iframe", "button"}
    assert goes_round(visitor, "Shift+Tab") == {"iframe", "button"}


def test_on_a_phone_the_chat_is_the_whole_screen_and_keeps_the_keyboard(new_visitor: NewVisitor):
    """It says that it is modal, the page behind does not scroll, and both are taken back."""
    visitor = new_visitor(width=390, height=844, touch=True)
    visitor.opens("/")
    visitor.opens_chat()
    expect(visitor.panel).to_have_attribute("aria-modal", "true")
    assert visitor.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert visitor.page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    expect(visitor.launcher).to_be_hidden()
    # The keyboard of the phone stays away until it is asked for.
    expect(visitor.chat.get_by_role("heading", name="Cedar Grove Joint Clinic")).to_be_focused()

    assert goes_round(visitor, "Tab") == {"iframe"}
    assert goes_round(visitor, "Shift+Tab") == {"iframe"}

    visitor.chat.get_by_test_id("close-chat").click()
    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()
    assert visitor.page.evaluate("document.documentElement.style.overflow") == ""


def test_the_keyboard_goes_back_to_where_it_was(new_visitor: NewVisitor):
    """To the website's own button that opened the chat."""
    visitor = new_visitor()
    visitor.opens("/")
    visitor.page.evaluate("document.getElementById('mine').addEventListener('click', () => Frontdesk.open())")
    visitor.page.get_by_role("button", name="Ask from here").click()
    expect(visitor.composer).to_be_focused()

    visitor.page.keyboard.press("Escape")

    expect(visitor.page.get_by_role("button", name="Ask from here")).to_be_focused()


def test_from_the_page_the_keyboard_comes_into_a_chat_that_stands_open(new_visitor: NewVisitor):
    """After a reload it is where the page begins, and comes to the chat behind the page's last link."""
    visitor = new_visitor()
    visitor.opens("/")
    visitor.opens_chat()
    visitor.says("How much is it?")
    visitor.page.reload()
    expect(visitor.own_words).to_have_count(1)
    assert focused(visitor) is None

    visitor.page.get_by_role("button", name="Ask from here").focus()
    visitor.page.keyboard.press("Tab")

    assert focused(visitor) == "iframe"

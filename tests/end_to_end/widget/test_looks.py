"""The widget looked at: by axe and for its place on every screen, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.end_to_end.inspector import ALL_RULES, OF_COLOURS, run_axe
from tests.end_to_end.widget.conftest import NewVisitor
from tests.end_to_end.widget.visitor import Visitor

SCREENS = [(320, 640), (390, 844), (1280, 800), (844, 390)]

each_screen = pytest.mark.parametrize(
    ("width", "height"), SCREENS, ids=["small phone", "phone", "desk", "phone on its side"]
)


def problems(visitor: Visitor) -> list[str]:
    """Give what axe finds on the page, the widget and the chat in it, light and dark, and what does not fit."""
    found = []
    widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    for scheme, rules in (("light", ALL_RULES), ("dark", OF_COLOURS)):
        visitor.page.emulate_media(color_scheme=scheme)
        # The frame by itself: axe does not look into those of other origins.
        for where in (visitor.page, *visitor.page.frames[1:]):
            if "embed" in where.url or where is visitor.page:
                found += [f"{scheme}: {problem}" for problem in run_axe(where, rules)]
            needed, there = where.evaluate(widths)
            if needed > there:
                found.append(f"{needed} px wide in {there} px")
    visitor.page.emulate_media(color_scheme="light")
    return found


@each_screen
def test_axe_finds_nothing(width: int, height: int, new_visitor: NewVisitor):
    """Closed, open, in Arabic, and where the chat cannot be shown."""
    visitor = new_visitor(width=width, height=height, expected=("net::ERR", "postMessage"))
    visitor.opens("/")
    assert problems(visitor) == []

    visitor.opens_chat()
    visitor.says("How much is it?")
    assert problems(visitor) == []
    visitor.page.evaluate("Frontdesk.setLanguage('ar')")
    assert problems(visitor) == []

    visitor.page.context.clear_cookies()
    visitor.page.route("**/embed", lambda route: route.abort())
    visitor.page.clock.install()
    visitor.opens("/other") if width > 480 and height > 480 else visitor.page.goto("/other")
    visitor.page.clock.fast_forward(11_000)
    expect(visitor.panel).to_contain_text("911")
    assert problems(visitor) == []


def test_where_motion_is_not_wanted_nothing_moves(new_visitor: NewVisitor):
    """And elsewhere for at most 200 milliseconds."""
    duration = "node => getComputedStyle(node).transitionDuration.split(', ').map(parseFloat)"
    for motion in (True, False):
        visitor = new_visitor(motion=motion)
        visitor.opens("/")
        visitor.opens_chat()
        lasting = max(visitor.panel.evaluate(duration))
        assert (0 < lasting <= 0.2) if motion else lasting == 0


def test_it_does_not_show_on_paper(new_visitor: NewVisitor):
    """Whoever prints directions wants no button on them."""
    visitor = new_visitor()
    visitor.opens("/")
    visitor.page.emulate_media(media="print")
    expect(visitor.launcher).to_be_hidden()

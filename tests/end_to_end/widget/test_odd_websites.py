"""Websites as they are: hostile styles, strict policies, errors of their own, pages that rewrite themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.settings import ROOT
from tests.end_to_end.widget.conftest import NewVisitor
from tests.end_to_end.widget.website import RunningEdge, Website
from tests.factories import EMERGENCY

QUESTION = "How much is it?"
HOSTILE_STYLES = """<style>
html { font-size: 3px !important; line-height: 4 !important }
*, *::before, *::after { all: unset !important; display: none !important; position: static !important;
  visibility: hidden !important; opacity: 0 !important; transform: scale(0.1) rotate(90deg) !important;
  z-index: -1 !important; pointer-events: none !important; color: red !important; background: lime !important }
html, body, head { display: block !important; visibility: visible !important; opacity: 1 !important;
  transform: none !important }
frontdesk-widget, iframe, button, div { width: 1px !important; height: 1px !important; clip-path: circle(0) !important;
  filter: blur(9px) !important; inset: auto auto 900px 900px !important; animation: none !important }
body { transform: scale(0.5) !important; filter: invert(1) !important; overflow: hidden !important }
</style>"""
THROWING = """<script>
onerror = () => { throw new Error("theirs: in onerror") };
addEventListener("message", () => { throw new Error("theirs: on a message") });
addEventListener("error", () => { throw new Error("theirs: on an error") });
addEventListener("frontdesk:ready", () => { throw new Error("theirs: on ready") });
document.addEventListener("focusin", () => { throw new Error("theirs: on focus") }, true);
Array.prototype.toJSON = function () { return "theirs" };
Array.prototype.theirs = "theirs";
window.element = window.icon = window.Widget = "theirs";
window.Frontdesk = [() => { throw new Error("theirs: in the queue") }, (frontdesk) => frontdesk.on("open", () => {
  throw new Error("theirs: on open") })];
setInterval(() => { throw new Error("theirs: now and then") }, 50);
throw new Error("theirs: at once");
</script>"""
TAG_MANAGER = """<script nonce=r4nd0m>
const script = document.createElement("script");
script.src = "{edge}/widget.js";
document.head.append(script);
</script>"""


def test_a_stylesheet_that_hides_and_moves_everything_does_not_reach_it(
    new_visitor: NewVisitor, website: Website, edge: RunningEdge
):
    """It looks and stands as on a plain page."""
    plain, hostile = new_visitor(), new_visitor()
    website.has("/hostile", script=edge.script, head=HOSTILE_STYLES)
    plain.opens("/")
    hostile.opens("/hostile")

    assert hostile.launcher.bounding_box() == plain.launcher.bounding_box()
    for visitor in (plain, hostile):
        visitor.opens_chat()
        visitor.says(QUESTION)
    assert hostile.panel.bounding_box() == plain.panel.bounding_box()
    looks = "node => { const s = getComputedStyle(node); return [s.opacity, s.color, s.backgroundColor, s.fontSize] }"
    for part in ("launcher", "panel"):
        assert getattr(hostile, part).evaluate(looks) == getattr(plain, part).evaluate(looks)


def test_a_website_that_throws_errors_keeps_them_to_itself(
    new_visitor: NewVisitor, website: Website, edge: RunningEdge
):
    """They are all reported as its own, and the chat works."""
    website.has("/throwing", script=edge.script, head=THROWING)
    visitor = new_visitor(expected=("theirs",))
    visitor.opens("/throwing")

    visitor.opens_chat()
    visitor.says(QUESTION)
    visitor.launcher.click()

    expect(visitor.panel).to_be_hidden()
    assert visitor.page.evaluate("typeof Frontdesk.open") == "function"


@pytest.mark.parametrize(
    ("policy", "script"),
    [
        ("script-src {edge}; frame-src {edge}", "<script async src={edge}/widget.js></script>"),
        (
            "script-src 'nonce-r4nd0m' 'strict-dynamic'; frame-src {edge}; require-trusted-types-for 'script'",
            "<script async nonce=r4nd0m src={edge}/widget.js></script>",
        ),
        (
            "script-src 'nonce-r4nd0m' 'strict-dynamic'; frame-src {edge}",
            TAG_MANAGER,
        ),
    ],
    ids=["hosts", "nonce", "tag manager"],
)
def test_it_works_under_a_strict_policy(
    policy: str, script: str, new_visitor: NewVisitor, website: Website, edge: RunningEdge
):
    """The recipes of docs/widget.md: nothing else has to be allowed, no style, picture, font or request."""
    strict = f"default-src 'none'; base-uri 'none'; form-action 'none'; {policy.replace('{edge}', edge.address)}"
    website.has("/strict", script=script.replace("{edge}", edge.address), policy=strict)
    visitor = new_visitor()
    visitor.opens("/strict")

    visitor.opens_chat()
    visitor.says(QUESTION)

    # The round button has its colors, which a refused style would have taken.
    assert visitor.launcher.evaluate("node => getComputedStyle(node).borderRadius") == "50%"


def test_the_policies_stand_in_the_docs():
    """What is tested is what clinics are told to write."""
    text = (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
    assert "script-src https://chat.cedargrove.example; frame-src https://chat.cedargrove.example" in text
    assert "script-src 'nonce-r4nd0m' 'strict-dynamic'; frame-src https://chat.cedargrove.example" in text


def test_a_page_whose_policy_lets_no_frame_in_says_how_else_to_reach_the_clinic(
    new_visitor: NewVisitor, website: Website, edge: RunningEdge
):
    """A clinic's developer sees it at once; until it is mended, patients have a number and a link."""
    policy = f"default-src 'none'; script-src {edge.address}"
    website.has("/strict", script=edge.script, policy=policy)
    visitor = new_visitor(expected=("Content Security Policy", "postMessage"))
    visitor.opens("/strict")
    visitor.page.clock.install()
    visitor.launcher.click()
    expect(visitor.panel).to_contain_text("Opening the chat")

    visitor.page.clock.fast_forward(11_000)

    expect(visitor.panel).to_contain_text("In an emergency, call 911")
    expect(visitor.panel.get_by_role("link", name="Open the chat")).to_have_attribute("href", f"{edge.address}/")
    visitor.panel.get_by_role("button", name="Close the chat").click()
    expect(visitor.panel).to_be_hidden()


def test_a_chat_that_did_not_come_is_tried_again_when_it_is_opened_again(new_visitor: NewVisitor):
    """Frontdesk may have been started anew meanwhile; the numbers to call stay in view until then."""
    visitor = new_visitor(expected=("net::ERR", "postMessage"))
    visitor.page.route("**/embed", lambda route: route.abort())
    visitor.opens("/")
    visitor.page.clock.install()
    visitor.launcher.click()
    visitor.page.clock.fast_forward(11_000)
    expect(visitor.panel).to_contain_text("In an emergency, call 911")
    visitor.launcher.click()

    visitor.page.unroute("**/embed")
    visitor.launcher.click()

    expect(visitor.composer).to_be_visible()
    expect(visitor.panel.get_by_role("alert")).to_be_hidden()


def test_danger_is_met_in_the_panel_as_on_our_page(new_visitor: NewVisitor):
    """On a small phone, too: what to do and the number are in view."""
    visitor = new_visitor(width=320, height=640, touch=True)
    visitor.opens("/")
    visitor.opens_chat()
    visitor.says(EMERGENCY)

    call = visitor.chat.get_by_role("link", name="Call 911").last
    expect(call).to_be_in_viewport()


def test_a_website_that_is_not_listed_gets_no_launcher(
    new_visitor: NewVisitor, websites: tuple[Website, Website], edge: RunningEdge
):
    """And its visitors no error; whoever built it reads why. Around the script it gets an empty frame."""
    stranger = websites[1]
    frame = f'<iframe src="{edge.address}/embed"></iframe>'
    stranger.has("/", script=edge.script, body=frame)
    visitor = new_visitor(expected=("is not listed under widget in clinic.yml", "frame-ancestors"))
    with visitor.page.expect_console_message(lambda message: "is not listed" in message.text):
        visitor.page.goto(f"{stranger.of_another_site}/")

    expect(visitor.page.locator("iframe")).to_be_visible()
    assert visitor.page.locator("frontdesk-widget").count() == 0
    assert visitor.page.frame_locator("iframe").get_by_test_id("composer").count() == 0


def test_a_page_that_puts_another_body_in_place_keeps_the_chat(new_visitor: NewVisitor):
    """As websites do that change pages without loading them; and a script that is there twice starts one widget."""
    visitor = new_visitor()
    visitor.opens("/")
    visitor.opens_chat()
    visitor.says(QUESTION)

    visitor.page.evaluate(
        """() => {
            const again = document.createElement("script");
            again.src = document.querySelector("script").src;
            document.head.append(again);
            document.body = document.createElement("body");
            return new Promise((resolve) => again.addEventListener("load", resolve));
        }"""
    )

    expect(visitor.own_words).to_have_text([QUESTION])
    assert visitor.page.locator("frontdesk-widget").count() == 1

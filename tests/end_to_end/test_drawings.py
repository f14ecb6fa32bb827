"""The drawings in answers: whole in their box, and drawn in the page's own colors, dark, forced and on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from bot.knowledge.files.entries import DRAWING_NAMES
from bot.settings import ROOT

STATIC = ROOT / "bot" / "web" / "static"
PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<style>{css}</style><body>{symbols}<main class="bubble">{drawings}</main></body></html>"""
OUTSIDE = """name => {
    const svg = document.getElementById(`shown-${name}`);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    return [...svg.querySelectorAll("path, circle, text")].filter(part => {
        const style = getComputedStyle(part);
        const edge = style.stroke === "none" ? 0 : parseFloat(style.strokeWidth) / 2;
        const box = part.getBBox();
        return box.x - edge < 0 || box.y - edge < 0
            || box.x + box.width + edge > width || box.y + box.height + edge > height;
    }).map(part => part.textContent.trim() || part.getAttribute("d") || part.tagName);
}"""
COLORS = """name => [...document.getElementById(`shown-${name}`).querySelectorAll("path, circle, text")]
    .flatMap(part => [getComputedStyle(part).fill, getComputedStyle(part).stroke])
    .filter(color => color !== "none")"""


def shown(page: Page) -> None:
    """Put every drawing on a page with the chat's stylesheets, each part of it within reach of a script."""
    css = "".join(
        (STATIC / "css" / name).read_text(encoding="utf-8")
        for name in ("tokens.css", "base.css", "chat/answers.css", "chat/paper.css", "chat/forced_colors.css")
    )
    symbols = (STATIC / "img" / "drawings.svg").read_text(encoding="utf-8")
    drawings = "".join(f'<figure class="drawn" data-name="{name}"></figure>' for name in DRAWING_NAMES)
    page.set_content(PAGE.format(css=css, symbols=symbols.replace("<svg ", "<svg hidden ", 1), drawings=drawings))
    page.evaluate("""() => document.querySelectorAll("figure").forEach(figure => {
        const symbol = document.getElementById(figure.dataset.name);
        const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        svg.id = `shown-${figure.dataset.name}`;
        svg.setAttribute("class", "drawing");
        svg.setAttribute("viewBox", symbol.getAttribute("viewBox"));
        svg.append(...[...symbol.childNodes].map(node => node.cloneNode(true)));
        figure.append(svg);
    })""")


@pytest.mark.parametrize("width", [320, 1280])
def test_no_drawing_is_cut_off(chromium: Browser, width: int):
    """Neither a line nor a word of it."""
    page = chromium.new_page(viewport={"width": width, "height": 800})
    shown(page)

    outside = {name: page.evaluate(OUTSIDE, name) for name in DRAWING_NAMES}
    sizes = {name: page.locator(f"#shown-{name}").bounding_box() for name in DRAWING_NAMES}
    page.close()

    # The bones of a joint go on beyond the picture: they are open at its edge on purpose.
    outside["needle_in_joint"] = [part for part in outside["needle_in_joint"] if not part.startswith("M92")]
    assert {name: parts for name, parts in outside.items() if parts} == {}
    assert all(box is not None and 200 < box["width"] <= width for box in sizes.values())


@pytest.mark.parametrize(
    "look",
    [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}, {"media": "print", "color_scheme": "dark"}],
    ids=str,
)
def test_a_drawing_takes_the_color_of_the_text(chromium: Browser, look: dict[str, str]):
    """Whatever that is: what is drawn in a color of its own is lost on some ground."""
    page = chromium.new_page()
    page.emulate_media(**look)  # type: ignore[arg-type]
    shown(page)

    text = page.locator("figure").first.evaluate("part => getComputedStyle(part).color")
    colors = {color for name in DRAWING_NAMES for color in page.evaluate(COLORS, name)}
    kept_whole = page.locator("figure").first.evaluate("part => getComputedStyle(part).breakInside")
    page.close()

    assert colors == {text}
    assert kept_whole == ("avoid" if look.get("media") == "print" else "auto")

"""Reading the chat in every way: links, sources by keyboard, long answers, big letters, system colors, paper, ear."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.inspector import Inspector
from tests.end_to_end.people import Patient
from tests.end_to_end.running import RunningFrontdesk
from tests.factories import EMERGENCY

CONDITIONS = "What conditions does PRP treat?"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
TWICE_THE_SIZE = "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; })"
HOLDS_A_FILE = """([type, words]) => {
    const data = new DataTransfer();
    data.items.add(new File(["secret"], "knee.png", { type: "image/png" }));
    if (words) data.setData("text/plain", words);
    const target = document.querySelector("[data-testid=composer]");
    const options = { bubbles: true, cancelable: true };
    const event = type === "paste"
        ? new ClipboardEvent(type, { ...options, clipboardData: data })
        : new DragEvent(type, { ...options, dataTransfer: data });
    return target.dispatchEvent(event);
}"""


def test_numbers_and_addresses_are_links(patient: Patient, frontdesk: RunningFrontdesk):
    """A number dials, an address leads to a map by way of our own page; prices, years and shares stay text."""
    asked: list[str] = []
    patient.page.on("request", lambda request: asked.append(request.url))
    answer = patient.says("What is your address?")
    for fold in answer.get_by_test_id("more").locator("summary").all():
        fold.click()

    expect(answer.get_by_role("link", name="555-0142")).to_have_attribute("href", "tel:5550142")
    expect(answer.get_by_role("link", name="hello@cedargrove.example")).to_have_attribute(
        "href", "mailto:hello@cedargrove.example"
    )
    place = answer.get_by_role("link", name="12 Orchard Lane, Cedar Grove")
    expect(place).to_have_attribute("href", "/map")
    expect(place).to_have_attribute("rel", "noopener noreferrer")
    expect(place).to_have_attribute("target", "_blank")
    assert not [url for url in asked if not url.startswith(frontdesk.address)]
    moved = patient.page.request.get("/map", max_redirects=0)
    assert moved.headers["location"] == (
        "https://www.openstreetmap.org/search?query=12%20Orchard%20Lane%2C%20Cedar%20Grove"
    )


def test_only_what_can_be_called_is_a_number(patient: Patient):
    """Read by the page's own script, of texts as answers and staff write them."""
    texts = {
        "Call 555-0142, in an emergency 911.": ["555-0142", "911"],
        "Ring (312) 555-0111 or +44 20 7946 0018 today": ["(312) 555-0111", "+44 20 7946 0018"],
        "In 2014-2016 it was $911 or 9,911 for 911 of 15,021 people, 98.8 % or 988%": ["911"],
        "Doses of 100-200, 312.555 and 2026-11-21 10:00": [],
        "More: https://clinic.example/a?b=1. Or /privacy, or and/or": ["https://clinic.example/a?b=1", "/privacy"],
    }
    script = """async (texts) => {
        const { LinkedText } = await import("/static/js/chat/linked_text.js");
        const links = new LinkedText({ phones: ["555-0142", "911", "988"], address: "", map: "" });
        const shown = (part) => part.firstChild.data;
        return texts.map((text) => links.of(text).filter((part) => typeof part !== "string").map(shown));
    }"""

    assert patient.page.evaluate(script, list(texts)) == list(texts.values())


def test_privacy_in_an_answer_is_a_link(patient: Patient):
    """To the page itself, beside the chat."""
    answer = patient.says("Is this confidential?")
    link = answer.get_by_role("link", name="/privacy")

    with patient.page.context.expect_page() as opened:
        link.click()

    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Your privacy in this chat")


def test_sources_are_one_tab_stop_and_say_who_and_when(patient: Patient):
    """Tab goes past them, the arrow keys from one to the next; each opens over https beside the chat."""
    page = patient.page
    answer = patient.says(CONDITIONS)
    expect(answer.locator('.cite[tabindex="0"]')).to_have_count(1)
    sources = answer.get_by_test_id("sources")
    sources.locator("summary").press("Enter")
    links = sources.get_by_role("link")
    assert links.count() > 5
    for link in links.all():
        assert str(link.get_attribute("href")).startswith("https://")
        assert link.get_attribute("target") == "_blank"

    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(links.last).to_be_focused()
    page.keyboard.press("Tab")
    assert not sources.evaluate("sources => sources.contains(document.activeElement)")
    facts = sources.locator(".source-facts").all_inner_texts()
    assert any("AusDoc, on a Cochrane review, 2021" in fact for fact in facts)
    expect(answer.locator(".cite").first).to_have_attribute(
        "aria-label", "Source 1: A clinic's web page, no date given"
    )


def test_a_long_answer_comes_in_steps_and_by_subject(patient: Patient):
    """No wall behind "More": a few paragraphs, then what is about one condition under its name."""
    answer = patient.says(CONDITIONS)
    more = answer.get_by_test_id("more")
    more.locator("summary").first.click()

    subjects = more.get_by_test_id("subject")
    assert subjects.count() > 10
    expect(subjects.first).to_contain_text("Knee arthritis")
    words = " ".join(text for text in more.locator(":scope > .detail").all_inner_texts()).split()
    assert len(words) < 160
    last = more.locator(".step .detail").last
    expect(last).to_be_hidden()
    more.get_by_test_id("show-more").click()
    expect(last).to_be_visible()
    expect(more.locator(".step .detail").first).to_be_focused()
    meniscus = subjects.filter(has_text="Meniscus tears")
    expect(meniscus.locator(".detail")).to_be_hidden()
    meniscus.locator("summary").press("Enter")
    expect(meniscus.locator(".detail")).to_contain_text("For a torn meniscus")


def test_on_paper_all_of_an_answer_stands_and_nothing_to_press(patient: Patient):
    """Opened for the printer, folded again afterwards."""
    answer = patient.says(CONDITIONS)
    page = patient.page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    for detail in answer.locator(".detail").all():
        expect(detail).to_be_visible()
    expect(answer.locator(".source-title").last).to_be_visible()
    for pressed in ("composer", "talk-to-person", "helpful", "related"):
        expect(page.get_by_test_id(pressed).first).to_be_hidden()

    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(answer.locator(".detail").last).to_be_hidden()


def _free_height(page: Page) -> float:
    """Give how much of the window neither the header nor the box covers."""
    return float(
        page.evaluate(
            """() => {
                const covered = [...document.querySelectorAll(".chat-header, .composer-bar")]
                    .filter((part) => getComputedStyle(part).position === "sticky")
                    .reduce((sum, part) => sum + part.getBoundingClientRect().height, 0);
                return innerHeight - covered;
            }"""
        )
    )


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844)])
def test_big_letters_leave_the_room_to_the_messages(width: int, height: int, new_window: NewWindow, tmp_path: Path):
    """At twice the size, with a request and its question: two thirds for reading, nothing wider than the phone."""
    page = new_window(width=width, height=height)
    page.add_init_script(TWICE_THE_SIZE)
    patient = Patient(page)
    inspector = Inspector(tmp_path)
    patient.opens_chat()
    inspector.inspect(page, "empty")
    patient.says(CONDITIONS)
    inspector.inspect(page, "answer")
    page.get_by_test_id("talk-to-person").click()
    expect(page.get_by_test_id("contact-form")).to_be_visible()
    inspector.inspect(page, "form")
    page.get_by_test_id("go-on").click()
    inspector.inspect(page, "withdrawing")
    patient.says(EMERGENCY)
    inspector.inspect(page, "card")

    assert inspector.problems == []
    assert _free_height(page) > height * 0.55
    expect(page.get_by_test_id("small-print").get_by_role("link", name="911")).to_be_in_viewport()


def _edge(part: Locator) -> float:
    """Give how thick the edge around a part is drawn."""
    return float(part.evaluate("part => parseFloat(getComputedStyle(part).borderBlockStartWidth)"))


def test_in_the_systems_colors_edges_tell_what_color_told(
    chromium: Browser, frontdesk: RunningFrontdesk, tmp_path: Path
):
    """Chips, choices, cards, whose words they are, and where the keyboard is."""
    context = chromium.new_context(
        base_url=frontdesk.address, forced_colors="active", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    patient = Patient(page)
    inspector = Inspector(tmp_path)
    patient.opens_chat()
    assert _edge(page.get_by_test_id("suggestion").first) >= 1
    page.get_by_test_id("suggestion").first.focus()
    outline = page.get_by_test_id("suggestion").first.evaluate("chip => getComputedStyle(chip).outlineStyle")
    assert outline == "solid"
    inspector.inspect(page, "empty")
    patient.says("How many prolotherapy sessions will I need?")
    assert _edge(page.locator(".cite").first) >= 1
    card = patient.says(EMERGENCY).get_by_test_id("care-card")
    assert _edge(card) >= 4
    assert _edge(card.locator(".call").first) >= 3
    assert _edge(patient.messages("patient").last.locator(".bubble")) >= 2
    inspector.inspect(page, "card")
    context.close()
    assert inspector.problems == []


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_gets_a_calm_word_and_goes_nowhere(patient: Patient, way: str):
    """Nothing of it is sent, and the browser does not open it in the place of the chat."""
    sent: list[str] = []
    patient.page.on("request", lambda request: sent.append(request.method))

    goes_on = patient.page.evaluate(HOLDS_A_FILE, [way, ""])

    note = patient.page.get_by_test_id("composer-note")
    expect(note).to_contain_text("We cannot see pictures, sound or other files here. Please tell us in words")
    assert not goes_on
    assert "POST" not in sent
    patient.page.get_by_test_id("composer").press_sequentially("My knee")
    expect(note).to_be_empty()


def test_words_that_bring_a_picture_of_themselves_along_are_taken(patient: Patient):
    """As text programs copy them."""
    assert patient.page.evaluate(HOLDS_A_FILE, ["paste", "My knee hurts"])
    expect(patient.page.get_by_test_id("composer-note")).to_be_empty()


def test_both_of_two_answers_are_read_out(patient: Patient):
    """Each as it comes, in short: who speaks, and what; the conversation itself is no live region."""
    patient.says("How much is PRP? And does prolotherapy hurt?")

    said = patient.page.get_by_test_id("said").locator("p")
    answers = patient.messages("bot")
    expect(said).to_have_count(answers.count())
    assert answers.count() > 1
    for answer, words in zip(answers.all(), said.all(), strict=True):
        expect(words).to_contain_text("Automated assistant: ")
        expect(words).to_contain_text(answer.locator(".short-answer").inner_text().split("\n")[0][:40])
    expect(patient.page.get_by_role("log")).to_have_attribute("aria-live", "off")


@pytest.mark.parametrize("words", [LONG_WORD, "هل العلاج مؤلم؟ " * 8, "https://clinic.example/" + "x" * 200])
def test_no_word_is_wider_than_a_small_phone(new_window: NewWindow, words: str):
    """Long ones break; those from right to left stand as they are written."""
    patient = Patient(new_window(width=320, height=568))
    patient.opens_chat()

    own = patient.writes(words.strip())

    box = own.locator(".bubble").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert patient.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if words.startswith("هل"):
        assert own.locator(".text").evaluate("text => getComputedStyle(text).direction") == "rtl"


def test_the_page_says_its_language_and_direction(patient: Patient):
    """So that it is read out and hyphenated as what it is."""
    expect(patient.page.locator("html")).to_have_attribute("lang", "en")
    assert patient.page.evaluate("getComputedStyle(document.documentElement).direction") == "ltr"


def test_the_choices_of_an_answer_are_buttons(patient: Patient):
    """Else "pick one" would have nothing to pick."""
    answer = patient.says("What treatments do you offer?")

    answer.get_by_test_id("option").filter(has_text="PRP").click()

    expect(patient.messages("bot").last).to_contain_text("platelet")

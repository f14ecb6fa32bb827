"""Every page on a phone and on a desk, in light and dark: nothing overflows, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.chat_tester import ChatTester
from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.inspector import Inspector
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk
from tests.factories import EMERGENCY, URGENT

LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitän Meyer"
A4_WIDTH = 718
"""In pixels, between the margins that a browser leaves."""
each_width = pytest.mark.parametrize("width", [320, 1280], ids=["phone", "desk"])


@pytest.fixture
def inspector(tmp_path: Path) -> Iterator[Inspector]:
    """Give somebody who looks closely; what was found fails the test at its end."""
    looking = Inspector(tmp_path)
    yield looking
    assert looking.problems == []


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A ticket that waits for staff, and how one of them signs in."""

    ticket: int
    email: str
    password: str


@pytest.fixture(scope="package")
def waiting(started: RunningFrontdesk) -> Waiting:
    """Let several patients reach staff; give the ticket of the one with the long name."""
    with httpx.Client(base_url=started.address, trust_env=False, timeout=30.0) as patient:
        for text in (URGENT, EMERGENCY):
            ChatTester(patient, patient).patient_says(text)
        chat = ChatTester(patient, patient)
        chat.patient_says("How many prolotherapy sessions will I need, and does it hurt?")
        chat.patient_says("What is PRP?")
        ticket = chat.patient_asks_for_person()[0]["reply"]["ticket"]
        chat.patient_leaves_contact(name=LONG_NAME, email="meyer@example.org")
    return Waiting(ticket=ticket, email=started.email, password=started.password)


@each_width
def test_chat_in_every_state(width: int, new_window: NewWindow, inspector: Inspector):
    """Empty, with an answer and its sources, asking back, declining, with a card, and with the form for contact."""
    patient = Patient(new_window(width=width, height=800))
    page = patient.page
    patient.opens_chat()
    inspector.inspect(page, "chat-empty")

    answer = patient.says("How many prolotherapy sessions will I need?")
    answer.get_by_test_id("sources").locator("summary").click()
    inspector.inspect(page, "chat-answer")

    patient.says("what is injected?")
    inspector.inspect(page, "chat-clarify")

    patient.says("what is the weather tomorrow")
    inspector.inspect(page, "chat-declined")

    patient.says("Which is better, PRP or prolotherapy?")
    inspector.inspect(page, "chat-comparison")

    recovery = patient.says("How long is recovery after PRP?")
    expect(recovery.get_by_role("heading", name="Recovery by day and week").first).to_be_visible()
    expect(recovery.locator(".timeline > li").first).to_contain_text("First 3 days: ")
    drawing = recovery.get_by_role("img", name="A line over days, weeks and months.")
    # The symbol comes in a file of its own, which may take a moment.
    symbol = drawing.locator("use").element_handle()
    page.wait_for_function("used => used.getBBox().width > 0", arg=symbol)
    inspector.inspect(page, "chat-timeline")

    patient.says(EMERGENCY)
    inspector.inspect(page, "chat-emergency")

    patient.says(URGENT)
    inspector.inspect(page, "chat-urgent")

    page.get_by_test_id("talk-to-person").click()
    expect(patient.messages("bot").last).to_contain_text("Do not wait for a reply here.")
    # In an emergency nothing but the call is asked of a patient.
    expect(page.locator(".contact-form")).to_have_count(0)
    inspector.inspect(page, "chat-escalated-in-danger")

    other = Patient(new_window(width=width, height=800))
    other.opens_chat()
    other.page.get_by_test_id("talk-to-person").click()
    expect(other.page.locator(".contact-form")).to_be_visible()
    inspector.inspect(other.page, "chat-escalated")


@each_width
def test_staff_pages(width: int, new_window: NewWindow, waiting: Waiting, inspector: Inspector):
    """Sign-in, the list, an empty view, a ticket, and the question before resolving."""
    staff = Staff(new_window(width=width, height=800), email=waiting.email, password=waiting.password)
    page = staff.page
    page.goto("/staff/sign-in")
    inspector.inspect(page, "sign-in")
    staff.signs_in()
    inspector.inspect(page, "inbox")

    page.goto("/staff/tickets?status=snoozed")
    expect(page.get_by_text("No snoozed tickets")).to_be_attached()
    inspector.inspect(page, "inbox-empty")

    page.goto(f"/staff/tickets/{waiting.ticket}")
    expect(page.get_by_test_id("message").first).to_be_visible()
    inspector.inspect(page, "ticket")

    page.get_by_test_id("more").locator("summary").click()
    inspector.inspect(page, "ticket-more")
    page.keyboard.press("Escape")
    page.get_by_test_id("write-note").click()
    page.get_by_test_id("note-text").fill("For @Front desk to see")
    page.get_by_test_id("send-note").click()
    expect(page.get_by_test_id("note").last).to_be_visible()
    inspector.inspect(page, "ticket-note")
    page.locator("#write-reply").click()
    page.get_by_test_id("reply").press_sequentially("/prp side")
    expect(page.get_by_test_id("canned").first).to_be_visible()
    inspector.inspect(page, "ticket-canned")
    page.keyboard.press("Escape")
    page.get_by_test_id("reply").fill("PRP will definitely cure your knee.")
    page.get_by_test_id("send-reply").click()
    expect(page.get_by_test_id("claims")).to_be_visible()
    inspector.inspect(page, "ticket-claims")

    page.get_by_test_id("resolve").click()
    expect(page.get_by_test_id("confirm-resolve")).to_be_visible()
    inspector.inspect(page, "ticket-resolve")


@each_width
def test_pages_of_administrators(width: int, new_window: NewWindow, waiting: Waiting, inspector: Inspector):
    """People with an invitation, what is to be done, the clinic, the account, the audit log, texts, a one-time link."""
    staff = Staff(new_window(width=width, height=800), email=waiting.email, password=waiting.password)
    page = staff.page
    staff.signs_in()
    page.goto("/staff/people")
    page.get_by_label("Name").fill(LONG_NAME)
    page.get_by_label("Email").fill(f"meyer-{width}@example.org")
    page.get_by_test_id("invite").click()
    expect(page.get_by_test_id("new-link")).to_be_visible()
    page.get_by_test_id("shut-out").first.click()
    inspector.inspect(page, "people")
    link = page.get_by_label("One-time link").input_value().partition("/staff/")[2]

    for name in ("golive", "clinic", "account", "audit", "texts", link):
        page.goto(f"/staff/{name}")
        inspector.inspect(page, name.partition("/")[0])


@each_width
def test_clinic_page_with_mistakes_and_history(
    width: int, new_window: NewWindow, waiting: Waiting, inspector: Inspector
):
    """A mistake beside its field, with the way to it on top; then a change with its Undo."""
    window = new_window(width=width, height=800, expected=("status of 422",))
    staff = Staff(window, email=waiting.email, password=waiting.password)
    page = staff.page
    staff.signs_in()
    page.goto("/staff/clinic")
    page.get_by_label("Phone").fill("call us")
    page.get_by_test_id("save-clinic").click()
    expect(page.get_by_test_id("field-error")).to_contain_text("cannot be called")
    inspector.inspect(page, "clinic-mistake")

    page.get_by_label("Phone").fill("555-0142")
    insurers = f"{LONG_NAME}, {width}"
    page.get_by_label("Insurers").fill(insurers)
    # The page of the mistake has no notice; its history may show an earlier change, which has an Undo as well.
    page.get_by_test_id("save-clinic").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Saved")
    inspector.inspect(page, "clinic-history")
    page.get_by_test_id("undo").first.click()
    expect(page.get_by_label("Insurers")).not_to_have_value(insurers)
    expect(page.get_by_test_id("notice")).to_contain_text("Saved")


@each_width
def test_figures(width: int, new_window: NewWindow, waiting: Waiting, inspector: Inspector):
    """Charts with their tables, folded but for paper; a number that leads on; and days without patients."""
    staff = Staff(new_window(width=width, height=800), email=waiting.email, password=waiting.password)
    page = staff.page
    staff.signs_in()
    page.get_by_role("link", name="Figures").click()
    expect(page.get_by_test_id("summary")).to_contain_text("In 30 days")
    for chart in page.get_by_test_id("chart").all():
        assert chart.evaluate(
            "chart => [...chart.children].every(part => part.getBoundingClientRect().width <= innerWidth)"
        )
    passed_on = page.locator('[data-slug="passed_on"]')
    expect(passed_on.get_by_role("table")).to_be_hidden()
    inspector.inspect(page, "figures")

    page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    page.emulate_media(media="print")
    expect(page.get_by_test_id("show-days")).to_be_hidden()
    expect(page.get_by_test_id("chart").first).to_be_visible()
    expect(passed_on.get_by_role("table")).to_be_visible()
    inspector.inspect(page, "figures-print")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": width, "height": 800})

    passed_on.get_by_test_id("all-numbers").click()
    inspector.inspect(page, "figures-unfolded")
    page.get_by_role("link", name="Tickets of Asked for a person").click()
    expect(page.get_by_test_id("ticket-row").first).to_be_visible()
    page.goto("/staff/figures/chats")
    expect(page.get_by_test_id("chats")).to_be_visible()
    inspector.inspect(page, "figures-chats")
    page.goto("/staff/figures?since=2020-01-01&until=2020-01-07")
    expect(page.get_by_test_id("no-figures")).to_be_visible()
    inspector.inspect(page, "figures-empty")


@each_width
def test_pages_on_answers(width: int, new_window: NewWindow, waiting: Waiting, inspector: Inspector):
    """The list, the grid, what needs care, feedback, learning, an answer with its versions, and the editor."""
    staff = Staff(new_window(width=width, height=800), email=waiting.email, password=waiting.password)
    page = staff.page
    staff.signs_in()
    page.get_by_role("link", name="Answers").click()
    inspector.inspect(page, "answers")
    one = "answers/prp.session_count"
    for name in ("coverage", "care", "feedback", "learning", one, f"{one}/edit", f"{one}/versions/1"):
        page.goto(f"/staff/knowledge/{name}")
        inspector.inspect(page, f"answers-{name.replace('/', '-')}")


def test_at_twice_the_size_everything_can_still_be_used(new_window: NewWindow, waiting: Waiting, inspector: Inspector):
    """A window of 1280 pixels at 200 % shows as much as one of 640."""
    staff = Staff(new_window(width=640, height=400), email=waiting.email, password=waiting.password)
    page = staff.page
    staff.signs_in()
    inspector.inspect(page, "inbox-200")
    page.goto(f"/staff/tickets/{waiting.ticket}")
    expect(page.get_by_test_id("write-note")).to_be_visible()
    inspector.inspect(page, "ticket-200")
    for name in ("people", "account", "audit", "texts", "golive", "clinic"):
        page.goto(f"/staff/{name}")
        inspector.inspect(page, f"{name}-200")


@each_width
def test_error_pages(width: int, chromium, frontdesk: RunningFrontdesk, inspector: Inspector):
    """A page that is not there, and a sign-in that fails, say what to do; their status is an error, as it should be."""
    page = chromium.new_page(
        base_url=frontdesk.address,
        viewport={"width": width, "height": 800},
    )

    missing = page.goto("/nothing-here")
    assert missing is not None
    assert missing.status == 404
    inspector.inspect(page, "error")

    page.goto("/staff/sign-in")
    page.get_by_label("Email").fill("nobody@clinic.example")
    page.get_by_label("Password").fill("not the password")
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("sign-in-error")).to_be_visible()
    inspector.inspect(page, "sign-in-error")
    page.close()

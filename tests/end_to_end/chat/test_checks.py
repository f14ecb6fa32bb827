"""The check below an answer, the quiet button below a card, and the clinicians' list, in a real browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from playwright.sync_api import expect

from bot.bootstrap import build_services, read_triage
from bot.cli.processes.running import free_port
from bot.reply import Option, Reply
from bot.settings import Settings
from bot.vocabulary import ReplyKind, Role
from bot.web.app import create_app
from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.inspector import Inspector
from tests.end_to_end.people import Patient, Staff, is_in_view
from tests.end_to_end.test_pages import each_width
from tests.factories import DOUBTED, EMERGENCY, MAYBE_ASKED, MAYBE_EMERGENCY, MAYBE_URGENT
from tests.fakes import FakeRasa, TriageInDoubt

ANSWER = Reply(
    kind=ReplyKind.SMALLTALK,
    text="It depends on the joint and on how many visits you need. Our staff can tell you what yours will cost.",
)
LONG = Reply(kind=ReplyKind.SMALLTALK, text=f"{ANSWER.text} " * 12)
CHOICES = Reply(
    kind=ReplyKind.CLARIFY,
    text="Did you mean one of these?",
    options=(Option(title="Does PRP hurt?", topic="pain_during", intent="ask_pain_during"),),
)
CRISIS = "lol my wallet is gonna die"
PASSWORD = "correct horse battery"


@dataclass(frozen=True, kw_only=True)
class EdgeInDoubt:
    """A real edge with a look for danger that is not sure of two messages, and who works there."""

    address: str
    email: str
    password: str


@pytest.fixture
def frontdesk(settings: Settings) -> Iterator[EdgeInDoubt]:
    """Serve it, around a stand-in for Rasa."""
    rules = read_triage(settings)
    rasa = FakeRasa(lambda text: [{MAYBE_ASKED: CHOICES, MAYBE_URGENT: LONG}.get(text, ANSWER)])
    services = build_services(settings, rasa=cast("Any", rasa), triage=TriageInDoubt(rules, DOUBTED))
    services.staff.add(email="cat@clinic.example", name="Cat", role=Role.CLINICIAN, password=PASSWORD)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(services), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield EdgeInDoubt(address=f"http://127.0.0.1:{port}", email="cat@clinic.example", password=PASSWORD)
    server.should_exit = True
    thread.join()


def test_yes_to_a_check_is_the_card(patient: Patient):
    """The check is last, below the answer, and in view; afterwards it is a quiet line."""
    check = patient.says(MAYBE_EMERGENCY)
    expect(check).to_have_attribute("data-kind", "safety_check")
    assert patient.messages("bot").last.get_attribute("data-id") == check.get_attribute("data-id")
    assert is_in_view(check.get_by_role("button", name="Yes, now"))

    check.get_by_role("button", name="Yes, now").click()

    card = patient.page.get_by_test_id("care-card")
    expect(card).to_have_attribute("data-level", "emergency")
    assert is_in_view(card.get_by_role("link").first)
    expect(patient.page.get_by_test_id("announcer")).to_contain_text("Call 911 now")
    expect(check.get_by_role("button", name="Yes, now")).to_be_hidden()
    patient.page.reload()
    expect(patient.page.get_by_test_id("care-card")).to_have_count(1)


def test_a_check_is_seen_at_once_below_an_answer_that_fills_the_window(patient: Patient):
    """On a phone the answer alone may be taller; a danger does not wait for somebody to scroll."""
    patient.page.set_viewport_size({"width": 390, "height": 640})
    check = patient.says(MAYBE_URGENT)

    expect(check).to_have_attribute("data-kind", "safety_check")
    assert is_in_view(check.get_by_role("button", name="Yes, now"))


def test_no_to_a_check_is_a_calm_line_and_it_is_not_asked_again(patient: Patient):
    """In words it is the same."""
    patient.says(MAYBE_URGENT).get_by_role("button", name="No", exact=True).click()
    expect(patient.messages("bot").last).to_contain_text("If this changes or gets worse")

    again = patient.says(MAYBE_URGENT)

    expect(again).to_contain_text(ANSWER.text)
    expect(patient.page.locator('[data-kind="safety_check"]')).to_have_count(1)
    expect(patient.page.get_by_test_id("care-card")).to_have_count(0)


def test_a_card_that_is_not_about_them_now_is_answered(patient: Patient):
    """Also from further up; the card stays, and staff read what was said."""
    patient.says(EMERGENCY)
    patient.says("how long does it take?")

    patient.page.get_by_test_id("not-now").click()

    expect(patient.messages("patient").last).to_contain_text("This is not about me now")
    expect(patient.messages("bot").last).to_contain_text(ANSWER.text)
    expect(patient.messages("bot").nth(-2)).to_contain_text("Our staff still have your message")
    expect(patient.page.get_by_test_id("care-card")).to_have_count(1)


def test_wanting_none_of_the_choices_leaves_the_check(patient: Patient):
    """They belong to what stands above it."""
    patient.says(MAYBE_ASKED)

    patient.page.get_by_test_id("option-none").click()

    expect(patient.page.get_by_role("button", name="Yes, now")).to_be_visible()
    expect(patient.page.get_by_role("button", name="Does PRP hurt?")).to_be_disabled()


def test_from_a_crisis_card_a_gentle_way_leads_back(patient: Patient, new_window: NewWindow, frontdesk: EdgeInDoubt):
    """The card shrinks and keeps its numbers, the bar goes, the question is answered, and staff read what was said."""
    card = patient.says(CRISIS)
    expect(patient.page.get_by_test_id("request")).to_contain_text("Do not wait for a reply here. Call 911 or 988.")

    patient.page.get_by_role("button", name="I am safe, this is not about me").click()

    expect(patient.messages("bot").last).to_contain_text(ANSWER.text)
    expect(patient.messages("bot").nth(-2)).to_contain_text("If you ever want someone to listen, call or text 988")
    expect(patient.page.get_by_test_id("request")).to_be_hidden()
    expect(card).to_contain_text("You told us that this is not about you now.")
    expect(card.get_by_role("link", name="Call 988")).to_be_visible()
    expect(card.get_by_text("What to do next")).to_be_hidden()
    expect(patient.page.get_by_test_id("not-now")).to_have_count(0)
    patient.page.reload()
    expect(card).to_contain_text("You told us that this is not about you now.")
    expect(patient.page.get_by_test_id("request")).to_be_hidden()
    staff = Staff(new_window(), email=frontdesk.email, password=frontdesk.password)
    staff.signs_in()
    staff.opens_ticket(CRISIS)
    expect(staff.page.get_by_test_id("said-not-now").first).to_be_attached()
    expect(staff.page.get_by_text("Emergency", exact=True).first).to_be_attached()


def test_after_the_way_back_a_real_cry_shows_the_whole_card(patient: Patient):
    """Only the one that was taken back is small; the bar is there again."""
    first = patient.says(CRISIS)
    patient.page.get_by_test_id("not-now").click()
    expect(patient.page.get_by_test_id("request")).to_be_hidden()

    again = patient.says("I want to kill myself")

    expect(again.get_by_text("What to do next")).to_be_visible()
    expect(first.get_by_text("What to do next")).to_be_hidden()
    expect(patient.page.get_by_test_id("announcer")).to_contain_text("Please call or text 988 now")
    expect(patient.page.get_by_test_id("request")).to_contain_text("911 or 988")


@each_width
def test_check_card_and_list_look_well(width: int, new_window: NewWindow, frontdesk: EdgeInDoubt, tmp_path: Path):
    """On a phone and on a desk, light and dark, empty and filled."""
    inspector = Inspector(tmp_path)
    staff = Staff(new_window(width=width, height=900), email=frontdesk.email, password=frontdesk.password)
    staff.signs_in()
    staff.page.goto("/staff/safety")
    inspector.inspect(staff.page, "safety-empty")
    patient = Patient(new_window(width=width, height=640))
    patient.opens_chat()
    patient.says(MAYBE_EMERGENCY)
    inspector.inspect(patient.page, "check")
    patient.says("yes")
    patient.page.get_by_test_id("not-now").scroll_into_view_if_needed()
    inspector.inspect(patient.page, "card")
    patient.page.get_by_test_id("not-now").click()
    expect(patient.messages("bot").last).to_contain_text("Our staff still have your message")
    inspector.inspect(patient.page, "card-taken-back")
    patient.says(MAYBE_URGENT).get_by_role("button", name="No", exact=True).click()
    expect(patient.messages("bot").last).to_contain_text("If this changes or gets worse")
    inspector.inspect(patient.page, "answered")
    other = Patient(new_window(width=width, height=640))
    other.opens_chat()
    other.says(MAYBE_URGENT)
    staff.page.reload()
    expect(staff.page.get_by_test_id("safety-record")).to_have_count(4)
    inspector.inspect(staff.page, "safety")
    staff.page.get_by_role("link", name="Conversation of").click()
    inspector.inspect(staff.page, "conversation")
    staff.page.goto("/staff/safety")
    staff.page.get_by_role("link", name="Ticket").first.click()
    expect(staff.page.get_by_test_id("said-not-now").first).to_be_attached()
    inspector.inspect(staff.page, "ticket")
    assert inspector.problems == []

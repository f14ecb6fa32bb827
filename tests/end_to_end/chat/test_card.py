"""The card on a patient's phone: what to do, the number and the reasons are in view at once, and read out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.people import Patient

CARDS = {
    "emergency": ("I can't breathe and my lips are swelling", "Call 911 now", "tel:911"),
    "urgent": ("my knee is hot and red and I have a fever", "Call the clinic today", "tel:5550142"),
    "crisis": ("I want to kill myself", "Please call or text 988 now", "tel:988"),
}
PHONES = [(320, 568), (390, 844)]


def _is_between_header_and_composer(part: Locator) -> bool:
    """Tell whether all of a part can be seen: neither scrolled away nor under what is fixed on the page."""
    return bool(
        part.evaluate(
            """part => {
                const box = part.getBoundingClientRect();
                const top = document.querySelector(".chat-header").getBoundingClientRect().bottom;
                const form = document.querySelector("[data-testid=composer]").closest("form");
                const bottom = form.getBoundingClientRect().top;
                return box.height > 0 && box.top >= top && box.bottom <= bottom;
            }"""
        )
    )


@pytest.mark.parametrize(("width", "height"), PHONES, ids=["iPhone SE", "iPhone 14"])
@pytest.mark.parametrize("level", CARDS)
def test_card_shows_action_number_and_reasons_without_scrolling(
    level: str, width: int, height: int, new_window: NewWindow
):
    """Also below a conversation that fills the screen; a screen reader says it at once."""
    text, heading, number = CARDS[level]
    patient = Patient(new_window(width=width, height=height))
    patient.opens_chat()
    patient.says("what is prp?")

    card = patient.says(text).get_by_test_id("care-card")

    expect(card.get_by_role("heading").first).to_contain_text(heading)
    call = card.get_by_role("link").first
    expect(call).to_have_attribute("href", number)
    assert _is_between_header_and_composer(card.get_by_role("heading").first)
    assert _is_between_header_and_composer(call)
    assert _is_between_header_and_composer(card.locator(".care-card-part").first)
    announcer = patient.page.get_by_test_id("announcer")
    expect(announcer).to_have_attribute("aria-live", "assertive")
    expect(announcer).to_contain_text(heading)


def test_conversation_goes_on_after_a_card_and_a_second_sign_shows_it_again(patient: Patient):
    """The card is no dead end, and stands where it was."""
    patient.says(CARDS["urgent"][0])
    answer = patient.says("How many prolotherapy sessions will I need?")
    expect(answer).to_have_attribute("data-kind", "answer")

    patient.says(CARDS["urgent"][0])

    expect(patient.page.get_by_test_id("care-card")).to_have_count(2)

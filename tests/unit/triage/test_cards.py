"""What the card says."""

from __future__ import annotations

import pytest

from bot.triage import Card, ClinicNumbers, Triage, card_for
from bot.triage.danger_model import Reading

NEVER = (
    "you have an",
    "don't worry",
    "do not worry",
    "probably",
    "wait for staff",
    "nothing serious",
    "take an aspirin",
)


def _card(triage: Triage, clinic: ClinicNumbers, text: str, *, emergency: float = 0.0) -> Card:
    """Make the card of what the floor hears in a text; the model is sure of a danger, and so sure of an emergency."""
    reading = Reading(danger=0.99, emergency=emergency, crisis=0.0, sign="")
    flag = triage.weigh(triage.floor.signs(text), reading)
    assert flag is not None
    return card_for(flag, clinic)


def test_emergency_card_opens_with_the_action(triage: Triage, clinic: ClinicNumbers) -> None:
    """The first words tell the patient to call, and the number is the clinic's setting."""
    card = _card(triage, clinic, "I can't breathe")

    assert card.heading == "Call 911 now"
    assert card.phone == "911"
    assert card.text.startswith("Call 911 now.")
    assert "trouble breathing" in card.text


def test_urgent_card_names_the_clinic_and_what_to_do_after_hours(triage: Triage, clinic: ClinicNumbers) -> None:
    """The same-day card has the clinic's number, its after-hours sentence and when to call 911."""
    card = _card(triage, clinic, "my knee is hot and red")

    assert card.heading == "Call the clinic today"
    assert card.phone == "555-0142"
    assert "A nurse answers." in card.text
    assert "call 911" in card.text


def test_crisis_card_offers_call_and_text(triage: Triage, clinic: ClinicNumbers) -> None:
    """Thoughts of self-harm get 988, by call or text."""
    card = _card(triage, clinic, "I want to kill myself")

    assert (card.level, card.phone, card.text_label) == ("crisis", "988", "Text 988")


def test_emergency_card_mentions_988_when_both(triage: Triage, clinic: ClinicNumbers) -> None:
    """An overdose with thoughts of self-harm calls 911 and names 988 too."""
    card = _card(triage, clinic, "I overdosed, I want to die")

    assert card.phone == "911"
    assert "988" in card.text


@pytest.mark.parametrize("text", ["I can't breathe", "my knee is hot and red", "I want to kill myself"])
def test_card_never_diagnoses_or_soothes(triage: Triage, clinic: ClinicNumbers, text: str) -> None:
    """No diagnosis, no reassurance, no unfilled placeholder."""
    shown = _card(triage, clinic, text).text

    assert "{" not in shown
    assert not any(words in shown.casefold() for words in NEVER)


@pytest.mark.parametrize(("emergency", "heading"), [(0.9, "Call 911 now"), (0.0, "Call the clinic today")])
def test_card_without_a_sign_gives_no_reason(
    triage: Triage, clinic: ClinicNumbers, emergency: float, heading: str
) -> None:
    """The action stands by itself where nothing tells which sign it is."""
    card = _card(triage, clinic, "it is like nothing I know", emergency=emergency)

    assert (card.heading, card.why) == (heading, ())
    assert "Why" not in card.text

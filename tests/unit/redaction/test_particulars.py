"""What holds for one patient alone is taken out of a reply that becomes an answer; what holds for everybody stays."""

from __future__ import annotations

import pytest

from bot.redaction.particulars import without_particulars
from bot.redaction.redactor import REDACTION, load_redactor
from bot.settings import ROOT


def _without(text: str) -> str:
    redactor = load_redactor(ROOT / REDACTION, "US")
    return without_particulars(redactor.redact(text), redactor.words)


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("Your appointment is on March 3rd at 10:30.", "Your appointment is on [date]."),
        ("It is due on Friday, 14 November.", "It is due on [date]."),
        ("You were seen on 2026-02-17, so wait until 3/10/2026.", "You were seen on [date], so wait until [date]."),
        ("She rings you tomorrow at 9 am. Eat before.", "She rings you [date]. Eat before."),
        ("The order number is 4471-982.", "The order number is [number]."),
        ("Your SSN ending 6789 is not needed.", "Your SSN ending [number] is not needed."),
        ("We got the scan for Zsofia Kerekes.", "We got the scan for [name]."),
        ("Hi Tom! Write to tom@x.example on May 5.", "Hi [name]! Write to [email] on [date]."),
    ],
)
def test_what_is_one_patients_is_taken_out(reply: str, kept: str):
    """And what it was is said in its place."""
    assert _without(reply) == kept


@pytest.mark.parametrize(
    "reply",
    [
        "We are open from 8:00 am to 5 pm, Monday to Friday.",
        "You may 2 hours later eat.",
        "Stem Cell Injections cost $1,250 to $2,000.",
        "Ice for 10 minutes, after 24-48 hours. The visit takes 30 to 45 minutes.",
        "We use 25-gauge needles.",
        "Blue Cross is accepted. COVID-19 tests are not needed.",
        "The study of 2019 had 1,204 people.",
        "Wash it at 30 degrees.",
    ],
)
def test_what_holds_for_everybody_stays(reply: str):
    """Times of opening, prices, spans of time, measures."""
    assert _without(reply) == reply

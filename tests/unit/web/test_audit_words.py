"""The audit log in words: every action has some, and details are said as people say them."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest

from bot.settings import ROOT
from bot.web.staff.audit.words import ACTIONS, SUBJECTS, action_words, details_words, subject_words

CHICAGO = ZoneInfo("America/Chicago")
NOT_NOTED = {
    "audit.csv",
    "clinic.yml",
    "answers.id",
    "ticket.urgent",
    "staff.codes_off",
    "staff.passkeys_changed",
    "danger.log",
    "answers.part",
    "message.created",
    "appointment.day",
    "appointment.time",
    "appointment.place",
}
"""Files, a column, an event, places in a planned text, and what is told by email under a name of its own."""


def _noted() -> set[str]:
    texts = (path.read_text() for folder in ("bot", "actions") for path in (ROOT / folder).rglob("*.py"))
    kinds = "|".join([*SUBJECTS, "sign_in"])
    return {name for text in texts for name in re.findall(rf'"((?:{kinds})\.[a-z_]+)"', text)} - NOT_NOTED


def test_every_action_that_the_code_notes_has_words():
    """A new one is not to be seen as a code."""
    noted = _noted()

    assert len(noted) > 40
    assert noted - set(ACTIONS) == set()


def test_an_action_of_an_older_frontdesk_is_readable_all_the_same():
    """Its name without dots."""
    assert action_words("ticket.sent_by_pigeon") == "Ticket: sent by pigeon"


@pytest.mark.parametrize(
    ("subject", "subject_id", "words"),
    [
        ("staff", "3", "Ana"),
        ("staff", "9", "Account 9"),
        ("staff", "unknown", "Nobody known"),
        ("ticket", "12", "Ticket 12"),
        ("clinic", "hours", "Opening hours"),
        ("canned_reply", "parking", "Text for replies: parking"),
    ],
)
def test_what_it_was_done_to_is_named(subject: str, subject_id: str, words: str):
    """People by their names."""
    assert subject_words(subject, subject_id, {"3": "Ana"}) == words


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"until": "2026-11-30T15:00:00+00:00"}, "until: Mon 30 Nov 2026, 09:00 CST"),
        ({"reason": "asked_for_person"}, "reason: Asked for a person"),
        ({"resolution": "no_answer_needed", "assignee": "Ana"}, "resolution: no answer needed, assignee: Ana"),
        ({"left": 9, "sent": True, "note": None}, "left: 9, sent: yes, note: none"),
    ],
)
def test_details_are_said_as_people_say_them(details: dict[str, object], words: str):
    """Times by the clinic's clock, and no codes."""
    assert details_words("ticket.opened", "1", details, CHICAGO) == words


def test_a_change_of_the_clinic_shows_both_values():
    """Of opening hours only the day that differs."""
    days = {"monday": "08:30-17:00", "tuesday": "08:30-17:00"}
    details = {"before": days, "after": {**days, "monday": "closed"}}

    assert details_words("clinic.changed", "hours", details, CHICAGO) == "Mon 8:30 am to 5 pm → Mon closed"

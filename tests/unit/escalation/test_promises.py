"""What patients are promised: a time from the clinic's calendar, said in plain words, with how many wait before."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from bot.escalation.danger import Danger
from bot.escalation.due.promises import Promises
from bot.responses import FixedResponses
from bot.settings import load_settings
from bot.vocabulary import ReplyKind, Urgency
from tests.factories import NEVER, a_clinic

OPEN = dt.datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("America/Chicago"))
CLOSED = dt.datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("America/Chicago"))
"""A Monday and the Sunday before."""


@pytest.fixture(scope="module")
def responses() -> FixedResponses:
    """Give the project's wordings."""
    return FixedResponses.from_file(load_settings({}).domain_path)


def _promises(responses: FixedResponses, **changes) -> Promises:
    return Promises(a_clinic(**changes), responses)


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        (Urgency.EMERGENCY, OPEN),
        (Urgency.URGENT, OPEN + dt.timedelta(minutes=5)),
        (Urgency.SOON, OPEN + dt.timedelta(minutes=15)),
        (Urgency.ROUTINE, OPEN + dt.timedelta(days=1)),
    ],
)
def test_each_urgency_has_its_target(responses: FixedResponses, urgency: Urgency, expected: dt.datetime):
    """Those of clinic.yml, unless it says otherwise."""
    assert _promises(responses).due(urgency, OPEN) == expected


def test_a_clinic_sets_its_own_targets(responses: FixedResponses):
    """A small practice answers when it can."""
    promises = _promises(responses, reply_targets={"soon": "2 business days"})

    assert promises.due(Urgency.SOON, OPEN) == OPEN + dt.timedelta(days=2)


def test_in_opening_hours_the_promise_names_a_time(responses: FixedResponses):
    """Which the patient can hold against the clock."""
    promise = _promises(responses).made(7, OPEN + dt.timedelta(minutes=15), waiting_before=0, danger=None, now=OPEN)

    assert (promise.kind, promise.ticket) == (ReplyKind.ESCALATED, 7)
    assert "Someone will reply here by 10:15 am today." in promise.text
    assert "waiting" not in promise.text
    assert "Test Clinic" in promise.text


@pytest.mark.parametrize(
    ("count", "words"), [(1, "One other patient is waiting"), (4, "4 other patients are waiting before you.")]
)
def test_who_waits_before_is_said(responses: FixedResponses, count: int, words: str):
    """A patient who knows that others wait waits more calmly."""
    assert words in _promises(responses).made(7, OPEN, waiting_before=count, danger=None, now=OPEN).text


def test_a_long_queue_is_not_counted_out(responses: FixedResponses):
    """A number beyond a handful says nothing but "give up"."""
    text = _promises(responses).made(7, OPEN, waiting_before=236, danger=None, now=OPEN).text

    assert "Several other patients are waiting before you." in text
    assert "236" not in text


SAME_DAY, EMERGENCY, CRISIS = Danger(emergency=False), Danger(emergency=True), Danger(emergency=True, crisis=True)
A_PROMISE = re.compile(
    r"\d ?(am|pm)|today,? by|tomorrow|will (reply|write|call|look)|waiting|while you wait|call you back"
)


@pytest.mark.parametrize("now", [OPEN, CLOSED])
@pytest.mark.parametrize(
    ("danger", "first"),
    [(SAME_DAY, "555-0100"), (EMERGENCY, "911"), (CRISIS, "911")],
    ids=["same day", "emergency", "crisis"],
)
def test_after_a_card_every_word_says_whom_to_call_and_promises_nothing(
    responses: FixedResponses, danger: Danger, first: str, now: dt.datetime
):
    """Whoever may be in danger must not sit and wait for a reply."""
    promises = _promises(responses, after_hours="Press 2 for the nurse.")
    by = now + dt.timedelta(minutes=15)
    told = [
        promises.made(7, by, waiting_before=236, danger=danger, now=now),
        promises.made(7, None, waiting_before=1, danger=danger, now=now),
        promises.call_back(7, by, danger=danger, now=now),
        promises.staff_silent(7, "Ana", by, danger=danger, now=now),
        promises.handed_back("Ana", danger=danger, now=now),
        promises.cancel_refused(danger, now),
    ]

    for reply in told:
        assert not A_PROMISE.search(reply.text), reply.text
        assert re.findall(r"\d{3}-\d{4}|911|988", reply.text)[0] == first
        assert "Do not wait for a reply here." in reply.text
        assert "  " not in reply.text
        assert ("988" in reply.text) is danger.crisis
        assert ("Press 2" in reply.text) is (danger is SAME_DAY and now is CLOSED)


def test_after_hours_the_promise_says_closed_and_whom_to_call(responses: FixedResponses):
    """When somebody is there again, and what to do if it cannot wait."""
    promises = _promises(responses, after_hours="Press 2 for the nurse.")

    text = promises.made(7, promises.due(Urgency.SOON, CLOSED), waiting_before=0, danger=None, now=CLOSED).text

    assert "closed now. They will reply here by 8:45 am tomorrow" in text
    for part in ("555-0100", "Press 2 for the nurse.", "call 911"):
        assert part in text


def test_a_clinic_that_does_not_open_promises_no_time(responses: FixedResponses):
    """Nothing is made up; the numbers to call stand there."""
    promises = _promises(responses, hours=NEVER)

    text = promises.made(7, promises.due(Urgency.SOON, OPEN), waiting_before=0, danger=None, now=OPEN).text

    assert "cannot say when it opens again" in text
    assert "555-0100" in text


def test_a_clinic_that_is_open_for_the_last_time_is_not_called_closed(responses: FixedResponses):
    """Nobody can say by when, but somebody is there."""
    days = (OPEN.date() + dt.timedelta(days=ahead) for ahead in range(1, 100))
    promises = _promises(responses, holidays=list(days), reply_targets={"soon": "1 business day"})

    text = promises.made(7, promises.due(Urgency.SOON, OPEN), waiting_before=0, danger=None, now=OPEN).text

    assert "I cannot say by when" in text
    assert "closed" not in text


def test_contact_details_are_asked_for_and_can_be_declined(responses: FixedResponses):
    """A patient who leaves the chat can still be reached."""
    reply = _promises(responses).contact_request()

    assert reply.text == responses.text("utter_ask_contact")
    assert [option.intent for option in reply.options] == ["deny"]

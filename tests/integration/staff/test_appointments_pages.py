"""The pages of appointments: added, changed, cancelled with undo, paused, and messages sent by hand."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.plans import store
from bot.staff.models import AuditEntry
from tests.chat_tester import ChatTester
from tests.integration.edge import error_message

DAY = (utc_now() + dt.timedelta(days=30)).date().isoformat()
FORM = {
    "name": "Zoe Quill",
    "phone": "312-555-0123",
    "treatment": "prp",
    "body_part": "left knee",
    "date": DAY,
    "time": "09:30",
    "language": "en",
}


@pytest.fixture
def desk(chat: ChatTester) -> ChatTester:
    """Give a staff member who is signed in."""
    chat.staff_signs_in()
    return chat


def _posts(desk: ChatTester, path: str, **form: str):
    return desk.staff.post(path, data={"csrf_token": desk._csrf_token, **form})


def _added(desk: ChatTester, **form: str) -> str:
    response = _posts(desk, "/staff/appointments", **{**FORM, **form})
    assert response.status_code == 200, response.text
    return response.url.path


def _steps(page: str) -> list[str]:
    return re.findall(r'data-status="(\w+)"', page)


def test_an_empty_book_says_how_to_fill_it(desk: ChatTester) -> None:
    """By hand, or from a file."""
    page = desk.staff.get("/staff/appointments").text

    assert "No appointments yet" in page
    assert "frontdesk appointments import" in page
    assert 'href="/staff/appointments" aria-current="page"' in page


def test_an_appointment_is_added_and_its_timeline_shown(desk: ChatTester) -> None:
    """With what each message says, and what is missing before one is sent."""
    address = _added(desk)

    page = desk.staff.get(address).text
    assert "Zoe Quill" in page
    assert "None: nothing is sent" in page
    assert set(_steps(page)) == {"waiting"}
    assert "Wear clothes that leave the left knee easy to reach." in page
    assert "Text STOP to end these messages." in page
    assert "Send it now" not in page
    listed = desk.staff.get("/staff/appointments").text
    assert "No consent" in listed
    assert address in listed


def test_a_form_that_cannot_be_taken_keeps_what_was_typed(desk: ChatTester) -> None:
    """And says what to write, at each field."""
    response = _posts(desk, "/staff/appointments", **{**FORM, "phone": "555-0123", "date": ""})

    assert response.status_code == 422
    assert "has no area code" in response.text
    assert "is no date" in response.text
    assert 'value="Zoe Quill"' in response.text
    assert "No appointments yet" in response.text


def test_consent_pause_cancel_and_undo(desk: ChatTester, services: Services) -> None:
    """Each is one press, stands in the audit log, and says what it means."""
    address = _added(desk)

    assert "Say how the patient agreed" in _posts(desk, f"{address}/consent").text
    agreed = _posts(desk, f"{address}/consent", channel="paper").text
    assert "Agreed on paper" in agreed
    assert 'data-testid="pause"' in agreed
    paused = _posts(desk, f"{address}/pause").text
    assert "Paused: nothing is sent until you go on." in paused
    assert 'data-testid="pause"' not in paused
    assert "Resumed" in _posts(desk, f"{address}/resume").text
    cancelled = _posts(desk, f"{address}/cancel").text
    assert "Undo" in cancelled
    assert set(_steps(cancelled)) == {"left_out"}
    restored = _posts(desk, f"{address}/restore").text
    assert set(_steps(restored)) == {"waiting"}
    moved = _posts(desk, f"{address}/change", **{**FORM, "time": "11:00"}).text
    assert "11 am" in moved
    assert "Noted" in _posts(desk, f"{address}/withdraw").text
    with services.database.read() as session:
        done = {
            entry.action
            for entry in session.query(AuditEntry)
            if entry.subject == "appointment" and entry.staff_name == "Ana"
        }
    assert done >= {
        *(f"appointment.{what}" for what in ("added", "seen", "paused", "resumed", "cancelled", "restored", "changed")),
        "consent.recorded",
        "consent.withdrawn",
    }


def test_a_message_is_sent_by_hand_once_and_a_missed_one_is_seen_to(desk: ChatTester, services: Services) -> None:
    """It stands in the patient's conversation."""
    soon = (utc_now() + dt.timedelta(days=2)).date().isoformat()
    address = _added(desk, date=soon)
    _posts(desk, f"{address}/consent", channel="phone")
    _added(desk, date=soon, time="10:15", phone="312-555-0177", name="Tom Quill")
    with services.database.read() as session:
        (row, *_others) = store.of_appointment(session, int(address.rpartition("/")[2]))

    sent = _posts(desk, f"{address}/messages/{row.id}/send")
    assert "On its way" in sent.text
    assert "/staff/conversations/" in sent.text
    again = _posts(desk, f"{address}/messages/{row.id}/send")
    assert again.status_code == 409
    assert "sent already" in again.text
    seen = _posts(desk, f"{address}/messages/{row.id}/seen")
    assert "was not missed" in seen.text


@pytest.mark.parametrize("path", ["/staff/appointments/99", "/staff/appointments/99?done=sent"])
def test_one_that_is_not_there_is_said_so(desk: ChatTester, path: str) -> None:
    """As is a form that is about it."""
    json = {"accept": "application/json"}

    error_message(desk.staff.get(path, headers=json), 404)
    error_message(
        desk.staff.post("/staff/appointments/99/cancel", data={"csrf_token": desk._csrf_token}, headers=json), 404
    )


def test_only_who_is_signed_in_sees_it(chat: ChatTester) -> None:
    """They are patients' names and numbers."""
    response = chat.staff.get("/staff/appointments", follow_redirects=False)

    assert response.status_code in {303, 401, 403}

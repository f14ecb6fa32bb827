"""A patient's words stay between the patient and the clinic: in no log, on no error page, in no metric."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.reply import Reply
from bot.settings import Settings
from tests import refusing
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, MARKER, METRICS, LockDatabase, TestClient

pytestmark = pytest.mark.usefixtures("short_wait")

HTML = {"accept": "text/html"}
WORDS = f"my name is {MARKER} and my knee hurts"

Logged = Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class Edge:
    """What a test can break."""

    rasa: FakeRasa
    settings: Settings
    lock: LockDatabase


@pytest.fixture
def edge(rasa: FakeRasa, settings: Settings, lock_database: LockDatabase) -> Edge:
    """Give what a test can break."""
    return Edge(rasa=rasa, settings=settings, lock=lock_database)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Logged:
    """Give a way to read all that was logged or printed so far, by us and by the libraries."""
    caplog.set_level(logging.INFO)
    # The browser of the tests logs the addresses it asks for; it is no part of the edge.
    caplog.set_level(logging.WARNING, "httpx")

    def read() -> str:
        printed = capfd.readouterr()
        return "\n".join([caplog.text, printed.out, printed.err, *(str(record.__dict__) for record in caplog.records)])

    return read


def refuse(settings: Settings, table: str, when: str) -> None:
    """Let the database refuse rows, naming the patient's words as a talkative one would."""
    refusing.refuse(settings.database_url, table, words=MARKER, when=when)


def rasa_down(edge: Edge) -> None:
    """Rasa is stopped."""
    edge.rasa.down = True


def rasa_breaks(edge: Edge) -> None:
    """A fault of the program, whose error quotes the patient."""

    def fail(text: str) -> list[Reply]:
        raise ValueError(text)

    edge.rasa.answer = fail


def database_locked(edge: Edge) -> None:
    """Another process holds the database."""
    edge.lock()


def message_refused(edge: Edge) -> None:
    """The patient's own message cannot be stored."""
    refuse(edge.settings, "messages", "NEW.author = 'patient'")


def reply_refused(edge: Edge) -> None:
    """The reply, which quotes the patient, cannot be stored."""
    refuse(edge.settings, "messages", "NEW.author = 'bot'")


def ticket_refused(edge: Edge) -> None:
    """No ticket can be stored, and Rasa is down too."""
    edge.rasa.down = True
    refuse(edge.settings, "tickets", "")


def nothing_wrong(edge: Edge) -> None:
    """An ordinary day."""


FAILURES = [nothing_wrong, rasa_down, rasa_breaks, database_locked, message_refused, reply_refused, ticket_refused]


@pytest.mark.parametrize("failure", FAILURES, ids=[failure.__name__ for failure in FAILURES])
def test_a_patients_words_are_in_no_log_and_no_error(
    chat: ChatTester, edge: Edge, logged: Logged, failure: Callable[[Edge], None]
) -> None:
    """Whatever fails, and whatever the failing part says about it."""
    failure(edge)

    responses = [
        chat.patient_sends({"text": WORDS, "client_message_id": "a"}),
        chat.patient_sends({"text": f"{DANGEROUS} {MARKER}", "client_message_id": "b"}),
        chat.patient_sends({"text": WORDS * 200}),
        chat.patient_sends({"text": [MARKER]}),
        chat.patient.post(f"{chat.path}/messages", content=f'{{"text": {MARKER}', headers=chat.bearer),
        chat.patient.post(f"{chat.path}/contact", json={"name": MARKER, "email": MARKER * 50}, headers=chat.bearer),
        chat.patient.post(f"{chat.path}/contact", json={"name": MARKER}, headers=chat.bearer),
        chat.patient.post(f"{chat.path}/escalations", json={}, headers=chat.bearer),
        chat.patient.get(f"/{MARKER}", headers=HTML),
    ]

    log = logged()
    assert MARKER not in log
    assert chat.token not in log
    assert all(MARKER not in response.text for response in responses if response.status_code >= 400)


def test_a_failure_is_logged_with_the_conversation_and_the_place(chat: ChatTester, edge: Edge, logged: Logged) -> None:
    """Whoever repairs it knows where to look."""
    edge.rasa.down = True
    chat.patient_says(WORDS)
    edge.rasa.down = False
    rasa_breaks(edge)
    chat.patient_sends({"text": WORDS, "client_message_id": "a"})

    log = logged()
    assert "rasa_unavailable" in log
    assert chat.conversation_id in log
    assert "ValueError" in log
    assert "turn.py:" in log


def test_a_staff_members_password_is_in_no_log_and_no_page(visitor: TestClient, logged: Logged) -> None:
    """Nor when it is wrong, or sent to the wrong place."""
    form = {"email": "ana@clinic.example", "password": MARKER, "csrf_token": "x"}

    responses = [
        visitor.post("/staff/sign-in", data=form),
        visitor.post("/staff/sign-in", json=form),
        visitor.post("/staff/sign-in", data={**form, "password": MARKER * 50}, headers=HTML),
        visitor.post("/staff/tickets", data=form, headers=HTML),
    ]

    assert MARKER not in logged()
    assert all(MARKER not in response.text for response in responses)


def test_metrics_hold_numbers_only(chat: ChatTester) -> None:
    """No words, no names, no ids of conversations."""
    chat.patient_says(WORDS)
    chat.patient_leaves_contact(name=MARKER)
    chat.patient_asks_for_person()

    metrics = chat.patient.get("/metrics", headers=METRICS).text
    transcript = chat.patient.get(f"{chat.path}/messages", headers=chat.bearer).json()["messages"]

    assert MARKER not in metrics
    assert chat.conversation_id not in metrics
    assert 'frontdesk_tickets{status="open"} 1' in metrics
    assert f"frontdesk_messages_total {len(transcript)}" in metrics


def test_nobody_can_read_a_chat_from_a_cache(chat: ChatTester) -> None:
    """Shared computers keep no conversation and no staff page."""
    chat.patient_asks_for_person()
    chat.staff_signs_in()

    for response in (
        chat.patient.get(f"{chat.path}/messages", headers=chat.bearer),
        chat.staff.get(f"/staff/tickets/{chat.ticket}"),
        chat.patient.get("/"),
    ):
        assert response.headers["cache-control"] == "no-store"

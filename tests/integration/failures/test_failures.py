"""What the edge does when something it needs is down: honest words, nothing lost, danger first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import pytest
from sqlalchemy.exc import OperationalError

import bot.messaging.retries
from bot.bootstrap import Services, build_services
from bot.conversations import store
from bot.rasa_client.client import RasaClient
from bot.reply import Reply
from bot.settings import Settings
from bot.vocabulary import Channel
from bot.web.app import create_app
from tests.chat_tester import JSON, ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import (
    DANGEROUS,
    MARKER,
    LockDatabase,
    TestClient,
    WebSocketDisconnect,
    error_message,
    frames,
)
from tests.refusing import allow, refuse

pytestmark = pytest.mark.usefixtures("short_wait")

HTML = {"accept": "text/html"}


@contextmanager
def refused_tickets(settings: Settings) -> Iterator[None]:
    """Let the database refuse new tickets, as it would with a full disk."""
    refuse(settings.database_url, "tickets")
    yield
    allow(settings.database_url, "tickets")


def eventually(check: Callable[[], object]) -> None:
    """Wait until something holds."""
    for _ in range(100):
        if check():
            return
        time.sleep(0.02)
    raise AssertionError("it never came true")


def test_with_rasa_down_the_patient_is_told_and_staff_get_a_ticket(chat: ChatTester, rasa: FakeRasa) -> None:
    """The message is stored, the words are honest, and a person is asked."""
    rasa.down = True

    unavailable, promise, _offer = chat.patient_says("how many sessions?")

    assert "not working right now" in unavailable["text"]
    assert unavailable["reply"]["kind"] == promise["reply"]["kind"] == "escalated"
    assert unavailable["reply"]["ticket"] == chat.ticket
    page = chat.staff_reads()
    assert "Assistant was down" in page
    assert "how many sessions?" in page
    chat.staff_replies("Usually several. Ana here.")
    assert chat.patient_sees_last() == "Usually several. Ana here."


def test_with_rasa_down_a_person_can_be_asked_for(chat: ChatTester, rasa: FakeRasa) -> None:
    """The button needs no Rasa."""
    rasa.down = True

    promise, _contact = chat.patient_asks_for_person()

    assert promise["reply"]["ticket"] == chat.ticket


def test_with_rasa_down_a_red_flag_gets_its_card(chat: ChatTester, rasa: FakeRasa) -> None:
    """Triage needs nobody."""
    rasa.down = True

    (card,) = chat.patient_says(DANGEROUS)

    assert card["reply"]["card"]["phone"] == "911"
    assert chat.ticket


def test_an_answer_of_nothing_counts_as_down(chat: ChatTester, rasa: FakeRasa) -> None:
    """That is what Rasa gives when its action server is stopped."""
    rasa.answer = lambda _text: []

    replies = chat.patient_says("how many sessions?")

    assert "not working right now" in replies[0]["text"]
    assert "Assistant was down" in chat.staff_reads()


def test_when_rasa_is_back_the_bot_answers_again(chat: ChatTester, rasa: FakeRasa) -> None:
    """Nobody has to restart anything."""
    rasa.down = True
    chat.patient_says("hello")
    rasa.down = False

    assert chat.patient_says("hello")[0]["text"] == "You said: hello"


def test_with_the_database_locked_a_message_is_refused_and_a_retry_loses_nothing(
    chat: ChatTester, lock_database: LockDatabase, rasa: FakeRasa
) -> None:
    """The error says that it was not saved; the same message sent again is answered, once."""
    body = {"text": "how many sessions?", "client_message_id": "a"}
    unlock = lock_database()

    refused = chat.patient_sends(body)
    unlock()
    again = chat.patient_sends(body)

    assert "could not be saved" in error_message(refused, 503)
    assert "call the clinic" in error_message(refused, 503)
    assert refused.json()["error"]["reply"] is None
    assert again.status_code == 200
    assert chat.patient_sees() == ["how many sessions?", "You said: how many sessions?"]
    assert rasa.heard[chat.conversation_id] == ["how many sessions?"]


def test_with_the_database_locked_a_red_flag_gets_its_card(chat: ChatTester, lock_database: LockDatabase) -> None:
    """The card comes with the error; the retry stores it and opens the ticket."""
    body = {"text": DANGEROUS, "client_message_id": "a"}
    unlock = lock_database()

    refused = chat.patient_sends(body)
    unlock()
    again = chat.patient_sends(body)

    error_message(refused, 503)
    assert refused.json()["error"]["reply"]["card"]["phone"] == "911"
    assert again.json()["messages"][1]["reply"]["kind"] == "emergency"
    assert chat.ticket


def test_a_database_locked_while_rasa_answers_loses_nothing(
    chat: ChatTester, lock_database: LockDatabase, rasa: FakeRasa
) -> None:
    """The message was stored before; the retry gives its reply."""
    unlocks = []
    rasa.before_answering = lambda: unlocks.append(lock_database())
    body = {"text": "how many sessions?", "client_message_id": "a"}

    error_message(chat.patient_sends(body), 503)
    unlocks[0]()
    rasa.before_answering = None
    again = chat.patient_sends(body)

    assert [message["text"] for message in again.json()["messages"]][1:] == ["You said: how many sessions?"]
    assert chat.patient_sees() == ["how many sessions?", "You said: how many sessions?"]


def test_with_the_database_locked_everything_else_answers_clearly(
    chat: ChatTester, lock_database: LockDatabase
) -> None:
    """Buttons, forms and pages too; what only reads goes on working."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    lock_database()

    for path, body in (("escalations", {}), ("contact", {"phone": "555-0199"})):
        error_message(chat.patient.post(f"{chat.path}/{path}", json=body, headers=chat.bearer), 503)
    error_message(chat.patient.post("/api/conversations"), 503)
    error_message(chat.staff_takes(ticket), 503)
    error_message(chat.staff_replies("Hello", ticket), 503)
    page = chat.staff.post(f"/staff/tickets/{ticket}/take", data={"csrf_token": chat._csrf_token}, headers=HTML)
    assert page.status_code == 503
    assert "Not available right now" in page.text
    assert len(chat.patient_sees()) == 3
    assert chat.staff.get("/staff/tickets").status_code == 200
    assert chat.patient.get("/").status_code == 200


def test_a_ticket_that_cannot_be_stored_is_not_promised(chat: ChatTester, settings: Settings) -> None:
    """The patient is told to try again or call; once it works, the next try is kept."""
    with refused_tickets(settings):
        response = chat.patient.post(f"{chat.path}/escalations", json={}, headers=chat.bearer)
        assert "call the clinic" in error_message(response, 503)

    assert chat.patient_asks_for_person()[0]["reply"]["ticket"] == chat.ticket


def test_with_rasa_and_tickets_down_a_message_is_kept(chat: ChatTester, settings: Settings, rasa: FakeRasa) -> None:
    """The retry is answered as if nothing had happened."""
    rasa.down = True
    body = {"text": "how many sessions?", "client_message_id": "a"}
    with refused_tickets(settings):
        error_message(chat.patient_sends(body), 503)

    rasa.down = False

    assert chat.patient_sends(body).json()["messages"][1]["text"] == "You said: how many sessions?"
    assert chat.patient_sees().count("how many sessions?") == 1


def test_a_red_flag_ticket_is_tried_again_until_it_is_stored(
    chat: ChatTester, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card is shown at once; the ticket follows when the store takes it."""
    monkeypatch.setattr(bot.messaging.retries, "RETRY_SECONDS", (0.05,))

    with refused_tickets(settings):
        (card,) = chat.patient_says(DANGEROUS)
        assert chat.staff_sees_tickets() == []

    assert card["reply"]["kind"] == "emergency"
    eventually(chat.staff_sees_tickets)


def test_what_nobody_foresaw_is_an_error_in_our_form(chat: ChatTester, rasa: FakeRasa) -> None:
    """The error repeats nothing, carries the security headers, and the next message is answered."""

    def fail(text: str) -> list[object]:
        raise ZeroDivisionError(text)

    answer, rasa.answer = rasa.answer, fail  # type: ignore[assignment]
    response = chat.patient_sends({"text": MARKER, "client_message_id": "a"})

    assert "went wrong on our side" in error_message(response, 500)
    assert MARKER not in response.text
    assert "default-src 'self'" in response.headers["content-security-policy"]
    rasa.answer = answer
    assert chat.patient_sends({"text": MARKER, "client_message_id": "a"}).json()["messages"][1]["text"]


def test_a_broken_database_closes_live_connections_to_come_back_later(
    chat: ChatTester, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page connects again by itself and catches up."""

    def broken() -> None:
        raise OperationalError("select 1", {}, Exception("disk I/O error"))

    monkeypatch.setattr(services.database, "read", broken)

    for path, headers in (
        (f"{chat.path}/live", {"token": chat.token}),
        ("/staff/live", {"origin": "http://testserver"}),
    ):
        chat.patient.cookies.set("frontdesk_staff", "x")
        with pytest.raises(WebSocketDisconnect) as refused, frames(chat.patient, path, **headers):
            pass
        assert refused.value.code == 1013
    error_message(chat.patient.get(f"{chat.path}/messages", headers=chat.bearer | JSON), 503)


def test_what_a_crash_left_unanswered_is_answered_at_the_next_start(settings: Settings, rasa: FakeRasa) -> None:
    """A message that was stored and never handled gets its reply without the patient doing anything."""
    services = build_services(settings, rasa=cast("RasaClient", rasa))
    conversation_id, token = asyncio.run(services.access.start_conversation(Channel.WEB_CHAT))
    with services.database.write() as session:
        store.add_inbound(session, conversation_id=conversation_id, text="hello?", client_message_id="a")

    with TestClient(create_app(services)) as visitor:
        path, bearer = f"/api/conversations/{conversation_id}/messages", {"authorization": f"Bearer {token}"}
        eventually(lambda: len(visitor.get(path, headers=bearer).json()["messages"]) == 2)
        again = visitor.post(path, headers=bearer, json={"text": "hello?", "client_message_id": "a"})

    assert [message["text"] for message in again.json()["messages"]] == ["hello?", "You said: hello?"]
    assert rasa.heard[conversation_id] == ["hello?"]


def test_a_message_that_cannot_be_answered_stands_in_no_others_way(settings: Settings, rasa: FakeRasa) -> None:
    """After a crash all others get their replies, those that came after it too."""
    services = build_services(settings, rasa=cast("RasaClient", rasa))
    answer = rasa.answer

    def fail(text: str) -> list[Reply]:
        if text == "one":
            raise ZeroDivisionError
        return answer(text)

    rasa.answer = fail
    tokens = []
    for text in ("one", "two"):
        conversation_id, token = asyncio.run(services.access.start_conversation(Channel.WEB_CHAT))
        with services.database.write() as session:
            store.add_inbound(session, conversation_id=conversation_id, text=text, client_message_id="a")
        tokens.append((f"/api/conversations/{conversation_id}/messages", token))

    with TestClient(create_app(services)) as visitor:
        path, token = tokens[1]
        eventually(lambda: len(visitor.get(path, headers={"x-conversation-token": token}).json()["messages"]) == 2)


def test_a_retry_during_recovery_is_answered_once(settings: Settings, rasa: FakeRasa) -> None:
    """The page sends its message again right after the restart: one reply all the same."""
    services = build_services(settings, rasa=cast("RasaClient", rasa))

    async def restart() -> list[str]:
        conversation_id, _token = await services.access.start_conversation(Channel.WEB_CHAT)
        with services.database.write() as session:
            store.add_inbound(session, conversation_id=conversation_id, text="hello?", client_message_id="a")
        await asyncio.gather(services.receive.recover(), services.receive.receive(conversation_id, "hello?", "a"))
        return rasa.heard[conversation_id]

    try:
        assert asyncio.run(restart()) == ["hello?"]
    finally:
        services.database.close()


def test_a_store_that_fails_at_the_start_does_not_stop_the_edge(
    settings: Settings, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recovery is tried again at the next start; meanwhile patients get answers."""
    services = build_services(settings, rasa=cast("RasaClient", rasa))

    async def fail() -> int:
        raise OperationalError("select", {}, Exception("disk I/O error"))

    monkeypatch.setattr(services.receive, "recover", fail)

    with TestClient(create_app(services)) as visitor:
        assert visitor.get("/health/live").status_code == 200

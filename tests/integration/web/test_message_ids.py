"""A client's ids: one message each, each author's apart, and never an old answer to new words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from bot.bootstrap import Services
from bot.staff.actor import FRONTDESK
from tests.chat_tester import JSON, ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import BEN, DANGEROUS, TestClient, error_message


def asks_for_person(chat: ChatTester, client_message_id: str | None) -> httpx.Response:
    """Press "Talk to a person" as the page does."""
    body = {} if client_message_id is None else {"client_message_id": client_message_id}
    return chat.patient.post(f"{chat.path}/escalations", json=body, headers=chat.bearer)


def staff_send(chat: ChatTester, text: str, client_message_id: str) -> httpx.Response:
    """Send the console's form under an id."""
    chat.staff_signs_in()
    data = {"csrf_token": chat._csrf_token, "text": text, "client_message_id": client_message_id}
    return chat.staff.post(f"/staff/tickets/{chat.ticket}/replies", data=data, headers=JSON)


def test_another_text_under_the_same_id_is_refused(chat: ChatTester, rasa: FakeRasa) -> None:
    """It used to get the first one's answer, and was lost."""
    chat.patient_says("hello", client_message_id="same")

    response = chat.patient_sends({"text": "something else", "client_message_id": "same"})

    assert "under an id of its own" in error_message(response, 409)
    assert response.json()["error"]["code"] == "id_reused"
    assert response.json()["error"]["reply"] is None
    assert chat.patient_sees() == ["hello", "You said: hello"]
    assert rasa.heard[chat.conversation_id] == ["hello"]


def test_danger_told_of_under_a_used_id_gets_its_card(chat: ChatTester) -> None:
    """Danger comes first, also in an error."""
    chat.patient_says("hello", client_message_id="same")

    response = chat.patient_sends({"text": DANGEROUS, "client_message_id": "same"})

    error_message(response, 409)
    assert response.json()["error"]["reply"]["kind"] == "emergency"
    assert response.json()["error"]["reply"]["card"]["call_label"]


def test_the_same_text_under_the_same_id_is_the_same_however_it_was_spaced(chat: ChatTester) -> None:
    """What is stored is compared, not what was typed around it."""
    first = chat.patient_sends({"text": "hello", "client_message_id": "same"})
    again = chat.patient_sends({"text": "  hello\r\n", "client_message_id": "same"})

    assert again.json() == first.json()


def test_asking_for_a_person_twice_under_one_id_is_asking_once(chat: ChatTester) -> None:
    """The connection was lost and the button was pressed again."""
    first = asks_for_person(chat, "press")
    again = asks_for_person(chat, "press")

    assert first.status_code == 200
    assert first.json()["messages"][0]["client_message_id"] == "press"
    assert again.json() == first.json()
    assert len(chat.patient_sees()) == len(first.json()["messages"])


def test_asking_for_a_person_twice_at_once_is_asking_once(chat: ChatTester) -> None:
    """Two tabs may send what was kept."""
    with ThreadPoolExecutor(4) as pool:
        results = [response.json() for response in pool.map(lambda _: asks_for_person(chat, "press"), range(4))]

    assert all(result == results[0] for result in results)


@pytest.mark.parametrize("sent", [{}, {"json": {}}, {"json": None}, {"json": {"client_message_id": None}}])
def test_asking_for_a_person_needs_no_id_and_no_body(chat: ChatTester, sent: dict[str, Any]) -> None:
    """Programs that were written before go on working."""
    response = chat.patient.post(f"{chat.path}/escalations", headers=chat.bearer, **sent)

    assert response.status_code == 200, response.text
    assert response.json()["messages"][0]["client_message_id"] is None


@pytest.mark.parametrize("bad", ["", "x" * 65, 5, ["a"]])
def test_a_bad_id_of_a_wish_for_a_person_is_refused(chat: ChatTester, bad: object) -> None:
    """As a message's would be."""
    response = chat.patient.post(f"{chat.path}/escalations", json={"client_message_id": bad}, headers=chat.bearer)

    assert "client_message_id" in error_message(response, 422)


def test_an_id_of_a_message_is_none_of_a_wish_for_a_person(chat: ChatTester) -> None:
    """It would be taken for done."""
    chat.patient_says("hello", client_message_id="same")

    response = asks_for_person(chat, "same")

    error_message(response, 409)
    assert response.json()["error"]["code"] == "id_reused"


def test_a_patients_id_does_not_stop_a_reply_of_the_console(chat: ChatTester) -> None:
    """Whatever a patient's program calls its messages, staff's words arrive."""
    chat.patient_says("hello", client_message_id="staff-1")
    chat.patient_asks_for_person()

    response = staff_send(chat, "Hello, this is Ana.", "1")

    assert response.status_code == 200, response.text
    assert chat.patient_sees_last() == "Hello, this is Ana."


def test_a_patients_id_does_not_stop_a_reply_of_another_desk(
    chat: ChatTester, services: Services, visitor: TestClient
) -> None:
    """The desk counts from one, and so may a patient's program."""
    ben = services.people.id_of(BEN)
    made = services.integrations.connect(
        name="Desk", staff_member_id=ben, webhook_url="https://d.example", by=FRONTDESK
    )
    chat.patient_says("hello", client_message_id="api-1")
    ticket = chat.patient_asks_for_person()[0]["reply"]["ticket"]

    response = visitor.post(
        f"/api/tickets/{ticket}/replies",
        json={"text": "Hello from the desk.", "client_message_id": "1"},
        headers={"authorization": f"bearer {made.token}"},
    )

    assert response.status_code == 200, response.text
    assert chat.patient_sees_last() == "Hello from the desk."


def test_staffs_id_does_not_answer_for_a_patients_message(chat: ChatTester, rasa: FakeRasa) -> None:
    """The other way round."""
    chat.patient_asks_for_person()
    staff_send(chat, "Hello, this is Ana.", "7")
    chat.staff_resolves()

    replies = chat.patient_says("does it hurt?", client_message_id="staff-7")

    assert replies[0]["text"] == "You said: does it hurt?"


def test_another_reply_of_staff_under_a_used_id_is_refused(chat: ChatTester) -> None:
    """Words that were changed after a lost connection are not dropped in silence."""
    chat.patient_asks_for_person()
    staff_send(chat, "First words.", "1")
    again = staff_send(chat, "First words.", "1")
    changed = staff_send(chat, "Other words.", "1")

    assert again.status_code == 200
    error_message(changed, 409)
    assert changed.json()["error"]["code"] == "id_reused"
    assert chat.patient_sees().count("First words.") == 1

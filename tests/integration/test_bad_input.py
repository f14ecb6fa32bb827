"""Whatever is thrown at the chat: it answers clearly, repeats nothing, and loses nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from tests.chat_tester import ChatTester
from tests.factories import EMERGENCY
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, MARKER, NewChat, TestClient, error_message
from tests.letter_forms import FORMS

JSON_TYPE = {"content-type": "application/json"}

AS_SENT = {
    "emoji only": "👍🏽👨‍👩‍👧‍👦🦵",
    "script": "<script>alert(1)</script>",
    "html": '<img src=x onerror="alert(1)"> <b>bold</b> &amp; &lt;',
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} {clinic.phone}",
    "sql": "'; DROP TABLE messages; -- \" OR 1=1",
    "right to left": "كم جلسة أحتاج؟",
    "direction override": "abc \u202egnp.exe",
    "combining": "Z̸̡͓a̷l̶g̵o̸",
    "many lines": "one\n\n\ntwo\tthree",
    "intent": '/ask_person{"treatment": "prp"}',
    "json": '{"text": "hello"}',
    "longest": "x" * 4000,
}


@pytest.mark.parametrize("text", AS_SENT.values(), ids=AS_SENT.keys())
def test_odd_text_is_stored_and_given_back_as_it_is(chat: ChatTester, text: str) -> None:
    """It comes back letter for letter, as JSON that no browser takes for a page."""
    response = chat.patient_sends({"text": text, "client_message_id": "a"})

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert chat.patient_sees()[0] == text


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("  knee \r\n hurts\r ", "knee \n hurts"),
        ("nul \x00 byte", "nul  byte"),
        ("\x1b[31mred\x07", "[31mred"),
        ("cut emoji \ud83d", "cut emoji ?"),
    ],
    ids=["line ends", "nul", "terminal", "half a character"],
)
def test_what_cannot_be_stored_is_cleaned(chat: ChatTester, sent: str, stored: str) -> None:
    """Control characters and half characters go; the rest stays."""
    content = json.dumps({"text": sent})

    response = chat.patient.post(f"{chat.path}/messages", content=content, headers=chat.bearer | JSON_TYPE)

    assert response.status_code == 200, response.text
    assert chat.patient_sees()[0] == stored


@pytest.mark.parametrize("text", ["", "   ", "\n\t\r\n", "\u00a0\u2003", "\x00\x00"])
def test_an_empty_message_is_refused(chat: ChatTester, rasa: FakeRasa, text: str) -> None:
    """The patient is asked for a question; nothing is stored, Rasa is not asked."""
    response = chat.patient_sends({"text": text, "client_message_id": "a"})

    assert error_message(response, 422) == "Your message is empty. Please write your question."
    assert chat.patient_sees() == []
    assert not rasa.heard


def test_a_message_of_100_kb_is_refused(chat: ChatTester) -> None:
    """The error says how long it is and how long it may be."""
    response = chat.patient_sends({"text": f"{MARKER} " * 8000, "client_message_id": "a"})

    message = error_message(response, 413)
    assert "4,000" in message
    assert "shorten" in message
    assert response.json()["error"]["code"] == "too_long"
    assert MARKER not in response.text
    assert response.json()["error"]["reply"] is None
    assert chat.patient_sees() == []


def test_a_dangerous_message_that_is_too_long_gets_its_card_all_the_same(chat: ChatTester) -> None:
    """Danger comes first, even in an error."""
    response = chat.patient_sends({"text": DANGEROUS + " and more" * 11_000, "client_message_id": "a"})

    error_message(response, 413)
    reply = response.json()["error"]["reply"]
    assert reply["kind"] == "emergency"
    assert reply["card"]["call_label"]


def test_a_body_of_2_mb_is_refused_before_it_is_read(chat: ChatTester) -> None:
    """Its announced length is enough."""
    response = chat.patient_sends({"text": "x" * 2_000_000})

    assert "shorten" in error_message(response, 413)


async def test_a_body_that_keeps_coming_is_refused(app: FastAPI) -> None:
    """A sender that does not announce the length is cut off at the limit."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(200):
            sent += 1
            yield b"x" * 10_000

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://edge.test") as client:
        made = (await client.post("/api/conversations")).json()
        path = f"/api/conversations/{made['conversation_id']}/messages"
        response = await client.post(
            path, content=endless(), headers=JSON_TYPE | {"authorization": f"Bearer {made['token']}"}
        )
        form = await client.post("/staff/sign-in", data={"email": "x" * 600_000})

    assert "shorten" in error_message(response, 413)
    assert sent < 60
    error_message(form, 413)


@pytest.mark.parametrize(
    "content",
    [
        f'{{"text": "{MARKER}',
        MARKER,
        "",
        f'{{"text": {MARKER}}}',
        f'{{"text": "{MARKER}",}}',
        '{"text": ' + "[" * 100_000,
        b'{"text": "\xff\xfe"}',
        "\x00",
    ],
    ids=["cut off", "bare", "empty", "no quotes", "comma", "deep", "not utf-8", "nul"],
)
def test_invalid_json_is_refused_without_being_repeated(chat: ChatTester, content: str | bytes) -> None:
    """The error is short and holds nothing of what was sent."""
    response = chat.patient.post(f"{chat.path}/messages", content=content, headers=chat.bearer | JSON_TYPE)

    assert response.status_code in {400, 422}
    error_message(response, response.status_code)
    assert MARKER not in response.text
    assert chat.patient_sees() == []


def test_json_cut_off_is_a_bad_request(chat: ChatTester) -> None:
    """The status tells a program that its JSON is broken, not its fields."""
    response = chat.patient.post(f"{chat.path}/messages", content='{"text": "a', headers=chat.bearer | JSON_TYPE)

    assert error_message(response, 400) == "The request is not valid JSON."


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"text": 17}, "text"),
        ({"text": None}, "text"),
        ({"text": [MARKER]}, "text"),
        ({"text": {"text": MARKER}}, "text"),
        ({"message": MARKER}, "text"),
        ([MARKER], "object"),
        (MARKER, "object"),
        (None, "object"),
        ({"text": MARKER, "client_message_id": "x" * 10_000}, "client_message_id"),
        ({"text": MARKER, "client_message_id": ""}, "client_message_id"),
        ({"text": MARKER, "client_message_id": 5}, "client_message_id"),
    ],
)
def test_a_body_of_another_form_is_refused(chat: ChatTester, body: object, names: str) -> None:
    """The error names the field and repeats nothing."""
    response = chat.patient.post(f"{chat.path}/messages", json=body, headers=chat.bearer)

    message = error_message(response, 422)
    assert names in message or message == "Field required."
    assert MARKER not in response.text
    assert chat.patient_sees() == []


def test_json_that_is_deep_but_closed_is_refused(chat: ChatTester) -> None:
    """Nesting costs nobody else their answer."""
    content = '{"text": ' + "[" * 60_000 + "]" * 60_000 + "}"

    response = chat.patient.post(f"{chat.path}/messages", content=content, headers=chat.bearer | JSON_TYPE)

    assert response.status_code in {400, 422}
    assert chat.patient_says("hello")[0]["text"] == "You said: hello"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "", "é"],
)
def test_a_wrong_content_type_is_refused(chat: ChatTester, content_type: str) -> None:
    """A form on another site can send such a request; it is not taken."""
    headers = chat.bearer | {"content-type": content_type.encode()}

    response = chat.patient.post(f"{chat.path}/messages", content=f'{{"text": "{MARKER}"}}', headers=headers)

    assert response.status_code in {400, 415, 422}
    error_message(response, response.status_code)
    assert MARKER not in response.text
    assert chat.patient_sees() == []


@pytest.mark.parametrize("form", FORMS)
def test_danger_in_any_letters_gets_its_card_and_is_stored_as_written(chat: ChatTester, form: str) -> None:
    """What looks for danger reads the plain letters; staff see what the patient wrote."""
    text = FORMS[form](EMERGENCY)

    replies = chat.patient_says(text)

    assert [reply["reply"]["kind"] for reply in replies] == ["emergency"]
    assert chat.patient_sees()[0] == text


def test_unknown_fields_are_passed_over(chat: ChatTester) -> None:
    """A newer page may talk to an older edge."""
    response = chat.patient_sends({"text": "hello", "new": {"a": 1}})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "contact", [{"name": "x" * 10_000}, {"phone": "5" * 41}, {"email": f"{'x' * 250}@a.example"}, {"name": 5}, "x"]
)
def test_contact_details_that_are_too_long_are_refused(chat: ChatTester, contact: object) -> None:
    """The error names the field."""
    response = chat.patient.post(f"{chat.path}/contact", json=contact, headers=chat.bearer)

    error_message(response, 422)


@pytest.mark.parametrize(
    ("contact", "says"),
    [
        ({"phone": "abc"}, "phone number"),
        ({"phone": "12"}, "phone number"),
        ({"phone": "555-CALL-NOW"}, "phone number"),
        ({"phone": "312 555 0111", "email": "me@home"}, "email address"),
        ({"email": MARKER}, "email address"),
        ({"phone": "312 555 0111 after five"}, "write the rest in the chat"),
        ({"phone": "0000000000"}, "phone number"),
        ({}, "phone number or an email address"),
    ],
)
def test_contact_details_that_reach_nobody_are_refused_with_what_to_do(
    chat: ChatTester, contact: dict[str, str], says: str
) -> None:
    """They used to be confirmed; nothing of them is stored or repeated."""
    response = chat.patient.post(f"{chat.path}/contact", json=contact, headers=chat.bearer)

    assert says in error_message(response, 422)
    assert MARKER not in response.text
    assert chat.patient_sees() == []


@pytest.mark.parametrize(
    ("contact", "phone"),
    [
        ({"phone": f"512-555-0199 {EMERGENCY}"}, "(512) 555-0199"),
        ({"phone": EMERGENCY}, ""),
        ({"name": EMERGENCY, "phone": "312 555 0111"}, "(312) 555-0111"),
        ({"email": EMERGENCY, "phone": "555-0198"}, "555-0198"),
        ({"name": f"{EMERGENCY} {'and it hurts ' * 20}"}, ""),
    ],
)
def test_danger_in_a_contact_form_gets_its_card(chat: ChatTester, contact: dict[str, str], phone: str) -> None:
    """In any field and before anything is refused; staff get what was written, and what can be called."""
    response = chat.patient.post(f"{chat.path}/contact", json=contact, headers=chat.bearer)

    assert response.status_code == 200
    written, card = response.json()["messages"]
    assert EMERGENCY in written["text"]
    assert card["reply"]["kind"] == "emergency"
    (ticket,) = chat.staff_sees_tickets("open")
    page = chat.staff_reads(ticket)
    assert EMERGENCY in page
    assert phone in page


def test_danger_in_a_contact_form_of_any_length_gets_its_card(chat: ChatTester) -> None:
    """It is too long to be stored; the card comes with the refusal."""
    contact = {"name": f"{EMERGENCY} {'x' * 4000}", "phone": "312 555 0111"}
    response = chat.patient.post(f"{chat.path}/contact", json=contact, headers=chat.bearer)

    assert response.status_code == 413
    assert response.json()["error"]["reply"]["kind"] == "emergency"


@pytest.mark.parametrize(
    "path", ["/api/conversations/%00/messages", "/api/conversations/..%2f..%2fetc/messages", "/%ff"]
)
def test_odd_addresses_are_not_found(visitor: TestClient, path: str) -> None:
    """They are no way in."""
    error_message(visitor.get(path, headers={"authorization": "Bearer x"}), 404)


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fsettings.py", "/static/"]
)
def test_only_static_files_are_served(visitor: TestClient, path: str) -> None:
    """No address leads out of the folder, and the folder itself is not listed."""
    assert visitor.get(path).status_code == 404


def test_after_all_that_the_chat_still_works(new_chat: NewChat) -> None:
    """Many conversations with odd text live side by side in one database."""
    for text in AS_SENT.values():
        one = new_chat()
        one.patient_says(text)
        assert one.patient_sees()[0] == text

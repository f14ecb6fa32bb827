"""A NUL in whatever somebody sends is refused in words, or cleaned away; it is never a failure of the store."""

from __future__ import annotations

import pytest

from tests.chat_tester import ChatTester
from tests.integration.edge import TestClient, WebSocketDisconnect, frames


def _token(chat: ChatTester) -> dict[str, str]:
    return {"Authorization": f"Bearer {chat.token}"}


def test_in_the_id_of_a_message(chat: ChatTester) -> None:
    """And danger in it gets its card all the same."""
    path = f"/api/conversations/{chat.conversation_id}/messages"
    sent = {"text": "I have crushing chest pain and I cannot breathe", "client_message_id": "a\x00b"}

    refused = chat.patient.post(path, json=sent, headers=_token(chat))

    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "not_storable")
    assert refused.json()["error"]["reply"]["kind"] == "emergency"


def test_in_the_id_of_a_wish_for_a_person(chat: ChatTester) -> None:
    """Nobody is asked twice by it, nor not at all: the page sends it again under another."""
    path = f"/api/conversations/{chat.conversation_id}/escalations"

    assert chat.patient.post(path, json={"client_message_id": "\x00"}, headers=_token(chat)).status_code == 422


def test_in_a_contact(chat: ChatTester) -> None:
    """In a name, where anything may stand."""
    path = f"/api/conversations/{chat.conversation_id}/contact"

    assert chat.patient.post(path, json={"name": "Z\x00oe"}, headers=_token(chat)).status_code == 422


def test_at_the_sign_in(visitor: TestClient) -> None:
    """In the address; in the password it is a wrong one."""
    form = {"email": "ana\x00@clinic.example", "password": "x\x00y"}

    assert 400 <= visitor.post("/staff/sign-in", data=form).status_code < 500


def test_in_a_live_address(visitor: TestClient) -> None:
    """The connection is closed."""
    with pytest.raises(WebSocketDisconnect), frames(visitor, "/api/conversations/a%00b/live"):
        pass

"""Who may open a conversation, however the header is written, and how a client knows that one has ended."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.staff.actor import FRONTDESK
from bot.web.dependencies import bearer_token
from tests.chat_tester import ChatTester
from tests.integration.edge import BEN, TestClient, error_message

SCHEMES = ["Bearer", "bearer", "BEARER", "bEaReR"]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("space", [" ", "   "])
def test_the_scheme_may_be_written_in_any_case(chat: ChatTester, scheme: str, space: str) -> None:
    """RFC 9110 says so, and some clients send it in lower case."""
    headers = {"authorization": f"{scheme}{space}{chat.token}"}

    for method, place, body in (("GET", "messages", None), ("POST", "messages", {"text": "hello"})):
        response = chat.patient.request(method, f"{chat.path}/{place}", json=body, headers=headers)
        assert response.status_code == 200, response.text


@pytest.mark.parametrize("scheme", SCHEMES)
def test_programs_may_write_the_scheme_in_any_case(services: Services, visitor: TestClient, scheme: str) -> None:
    """The interface of tickets reads the header in the same way."""
    ben = services.people.id_of(BEN)
    made = services.integrations.connect(
        name="Desk", staff_member_id=ben, webhook_url="https://d.example", by=FRONTDESK
    )

    response = visitor.get("/api/tickets", headers={"authorization": f"{scheme} {made.token}"})

    assert response.status_code == 200, response.text


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearerabc", "abc", "Token abc"])
def test_what_is_no_bearer_token_is_none(header: str | None) -> None:
    """Another scheme's secret is not tried."""
    assert bearer_token(header) is None


def test_the_token_in_a_header_of_its_own_holds_beside_a_proxys_own_sign_in(chat: ChatTester) -> None:
    """A trial behind a password sends `Basic` with every request."""
    response = chat.patient.get(
        f"{chat.path}/messages", headers={"x-conversation-token": chat.token, "authorization": "Basic abc"}
    )

    assert response.status_code == 200


def test_the_end_of_a_conversation_has_codes_of_its_own(chat: ChatTester, visitor: TestClient) -> None:
    """A proxy's 404 or 403 is not taken for it."""
    unknown = visitor.get("/api/conversations/nosuch/messages", headers={"x-conversation-token": "x"})
    foreign = visitor.get(f"{chat.path}/messages", headers={"x-conversation-token": "x"})
    nowhere = visitor.get("/api/nosuch")

    for response, status, code in (
        (unknown, 404, "no_such_conversation"),
        (foreign, 403, "not_your_conversation"),
        (nowhere, 404, "not_found"),
    ):
        error_message(response, status)
        assert response.json()["error"]["code"] == code

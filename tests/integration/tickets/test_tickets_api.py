"""The HTTP interface of tickets: by token only, the same rules as in the console, and what programs are told."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.escalation.integration_sender import IntegrationSender
from bot.notifications.models import Notification
from bot.notifications.outbox import Outbox
from bot.settings import ROOT
from bot.staff.actor import FRONTDESK
from bot.staff.models import Integration
from tests.chat_tester import ChatTester
from tests.integration.edge import BEN, TestClient, error_message

HOOK = "https://connector.example/frontdesk"


class Program:
    """A program with a token."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        client.headers["authorization"] = f"Bearer {token}"

    def asks(self, path: str, status: int = 200) -> dict[str, Any]:
        """Read something."""
        response = self.client.get(f"/api/tickets{path}")
        assert response.status_code == status, response.text
        return dict(response.json())

    def does(self, path: str, **body: Any) -> httpx.Response:
        """Do something."""
        return self.client.post(f"/api/tickets{path}", json=body)


@pytest.fixture
def program(services: Services, visitor: TestClient) -> Program:
    """Connect a program that works in Ben's name."""
    ben = services.people.id_of(BEN)
    made = services.integrations.connect(name="Desk", staff_member_id=ben, webhook_url=HOOK, by=FRONTDESK)
    return Program(visitor, made.token)


def told(services: Services) -> list[tuple[str, dict[str, Any]]]:
    """Give what programs are to be told, oldest first."""
    with services.database.read() as session:
        rows = session.scalars(select(Notification).where(Notification.way == "integration").order_by(Notification.id))
        return [(row.event, row.content) for row in rows]


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer x"}, {"authorization": "é"}])
def test_without_its_token_a_program_gets_nothing(visitor: TestClient, header: dict[str, str]) -> None:
    """Nor with a staff member's cookie alone."""
    headers = {name: value.encode() for name, value in header.items()}
    for path in ("", "/1"):
        assert "opens nothing" in error_message(visitor.get(f"/api/tickets{path}", headers=headers), 403)
    for action in ("take", "replies", "resolve"):
        body = {"text": "x"}
        error_message(visitor.post(f"/api/tickets/1/{action}", json=body, headers=headers), 403)


def test_a_program_that_was_cut_off_gets_nothing(program: Program, services: Services) -> None:
    """At once; and it is told nothing more."""
    services.integrations.cut_off("Desk", FRONTDESK)

    assert "opens nothing" in program.asks("", 403)["error"]["message"]


def test_a_program_reads_answers_and_resolves(program: Program, chat: ChatTester) -> None:
    """In the name of the staff member it works for."""
    chat.patient_says("does it hurt?")
    chat.patient_asks_for_person()
    (listed,) = program.asks("?view=open")["tickets"]
    number = listed["id"]
    assert (listed["status"], listed["first_line"]) == ("open", "does it hurt?")
    assert program.asks(f"/{number}")["messages"][0]["text"] == "does it hurt?"

    sent = [program.does(f"/{number}/replies", text="A little.", client_message_id="1").json() for _ in range(2)]

    assert sent[0] == sent[1]
    assert chat.patient_sees()[-2:] == ["Ben from the clinic has joined this chat.", "A little."]
    assert program.does(f"/{number}/resolve", resolution="booked").json()["resolution"] == "booked"
    assert chat.handler == "bot"


def test_a_program_does_not_talk_over_staff(program: Program, chat: ChatTester) -> None:
    """Somebody else has the ticket."""
    chat.patient_asks_for_person()
    chat.staff_takes()

    for refused in (program.does(f"/{chat.ticket}/replies", text="Hi"), program.does(f"/{chat.ticket}/take")):
        assert error_message(refused, 409).startswith("Ana has taken this ticket.")


def test_what_a_program_writes_is_looked_at_too(program: Program, chat: ChatTester) -> None:
    """Nothing is taken or sent before whoever wrote it was shown the claim."""
    chat.patient_asks_for_person()
    promise = "PRP will definitely cure your knee."

    refused = program.does(f"/{chat.ticket}/replies", text=promise)

    assert "claims_seen true" in error_message(refused, 409)
    assert refused.json()["error"]["code"] == "claims"
    assert chat.handler == "bot"
    assert program.does(f"/{chat.ticket}/replies", text=promise, claims_seen=True).status_code == 200
    assert chat.patient_sees_last() == promise


def test_a_program_reopens_what_it_wants_to_add_to(program: Program, chat: ChatTester) -> None:
    """A resolved ticket takes no reply; the bot answers there."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    program.does(f"/{ticket}/resolve")

    assert "Reopen it" in error_message(program.does(f"/{ticket}/replies", text="Hi"), 409)
    assert chat.handler == "bot"
    assert program.does(f"/{ticket}/reopen").json()["status"] == "open"
    assert program.does(f"/{ticket}/replies", text="Hi").status_code == 200


def test_programs_are_told_what_happens(program: Program, chat: ChatTester, services: Services) -> None:
    """Of what concerns a ticket only; with the patient's words, for they answer them."""
    chat.patient_says("before any ticket")
    chat.patient_asks_for_person()
    chat.patient_says("are you there?")
    chat.staff_resolves()

    assert [event for event, _ in told(services)] == ["ticket.opened", "message.created", "ticket.resolved"]
    assert told(services)[1][1]["message"]["text"] == "are you there?"


def test_the_description_names_the_interface(visitor: TestClient) -> None:
    """With its replies and errors."""
    paths = visitor.get("/api/openapi.json").json()["paths"]

    assert {path for path in paths if path.startswith("/api/tickets")} == {
        "/api/tickets",
        *(f"/api/tickets/{{ticket_id}}{action}" for action in ("", "/take", "/replies", "/resolve", "/reopen")),
    }


class StandInChatwoot:
    """Answers the requests that Chatwoot documents for an API channel, and refuses all others."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        base, body = "/public/api/v1/inboxes/inbox-1", json.loads(request.content)
        if request.method != "POST":
            return httpx.Response(405)
        if request.url.path == f"{base}/contacts":
            return httpx.Response(200, json={"source_id": "contact-7", "pubsub_token": "x"})
        if request.url.path == f"{base}/contacts/contact-7/conversations":
            return httpx.Response(200, json={"id": 31, "inbox_id": "1", "messages": []})
        if request.url.path == f"{base}/contacts/contact-7/conversations/31/messages":
            self.said.append(body["content"])
            return httpx.Response(200, json={"id": len(self.said), "content": body["content"]})
        return httpx.Response(404)


def test_the_connector_of_the_documents_passes_messages_both_ways(
    program: Program, chat: ChatTester, services: Services, tmp_path: Path
) -> None:
    """What an agent writes in Chatwoot reaches the patient, once; private notes do not."""
    spec = importlib.util.spec_from_file_location("connector", ROOT / "docs" / "examples" / "chatwoot_connector.py")
    assert spec is not None
    assert spec.loader is not None
    connecting = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(connecting)
    chatwoot = StandInChatwoot()
    client = httpx.Client(base_url="https://chatwoot.example", transport=httpx.MockTransport(chatwoot))
    connector = connecting.Connector(program.client, client, inbox="inbox-1", map_file=tmp_path / "map.json")
    with services.database.read() as session:
        secret = session.scalars(select(Integration.webhook_secret)).one()

    def hook(request: httpx.Request) -> httpx.Response:
        assert request.url == HOOK
        assert connecting.is_from_frontdesk(secret, request.headers, request.content, utc_now().timestamp())
        connector.from_frontdesk(json.loads(request.content))
        return httpx.Response(204)

    outbox = Outbox(services.database, {"integration": IntegrationSender(services.database, httpx.MockTransport(hook))})
    chat.patient_says("does it hurt?")
    chat.patient_asks_for_person()
    assert outbox.send_due(utc_now()).sent == 1
    chat.patient_says("hello?")
    assert outbox.send_due(utc_now()).sent == 1
    assert "does it hurt?" in chatwoot.said
    assert chatwoot.said[-1] == "hello?"

    message = {"event": "message_created", "id": 5, "content": "A little.", "conversation": {"id": 31}}
    for _ in range(2):
        connector.from_chatwoot({**message, "message_type": "outgoing", "private": False})
    connector.from_chatwoot({**message, "id": 6, "content": "secret", "message_type": "outgoing", "private": True})
    connector.from_chatwoot({**message, "id": 7, "content": "echo", "message_type": "incoming"})
    assert chat.patient_sees_last() == "A little."
    promise = {**message, "id": 8, "content": "PRP will definitely cure you.", "message_type": "outgoing"}
    connector.from_chatwoot(promise)
    assert chatwoot.said[-1].startswith("(Not sent")
    assert chat.patient_sees_last() == "A little."
    connector.from_chatwoot({"event": "conversation_status_changed", "id": 31, "status": "resolved"})

    assert chat.handler == "bot"
    assert chat.patient_sees().count("A little.") == 1
    client.close()

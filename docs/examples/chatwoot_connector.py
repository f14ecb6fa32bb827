"""Connects Frontdesk with an API channel of Chatwoot: tickets appear there, and what agents write reaches the patient.

An example to start from. It keeps which ticket is which conversation in a file, and serves two addresses: `/frontdesk`
(the webhook of the integration) and `/chatwoot` (the callback of the API channel). Settings, as environment variables:
FD_URL, FD_TOKEN, FD_SECRET (both printed by `frontdesk staff connect`), CW_URL, CW_INBOX (the identifier of the API
channel's inbox), MAP_FILE, PORT. Put it behind HTTPS, at an address that nobody can guess: Chatwoot's callback carries
no signature in every version.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx

OLDEST_SECONDS = 300


class Connector:
    """Passes messages on, both ways.

    Args:
        frontdesk: A client of Frontdesk, with the token in its headers.
        chatwoot: A client of Chatwoot.
        inbox: The identifier of the API channel's inbox.
        map_file: Where it is kept which ticket is which conversation.
    """

    def __init__(self, frontdesk: httpx.Client, chatwoot: httpx.Client, *, inbox: str, map_file: Path) -> None:
        self._frontdesk = frontdesk
        self._chatwoot = chatwoot
        self._inbox = inbox
        self._map_file = map_file

    def from_frontdesk(self, told: Mapping[str, Any]) -> None:
        """Take a call of Frontdesk's webhook."""
        if told["event"] == "ticket.opened":
            self._open(told["ticket_id"])
        elif told["event"] == "message.created" and told["message"]["author"] == "patient":
            self._say(told["ticket_id"], told["message"]["text"])
        elif told["event"] == "ticket.resolved":
            self._say(told["ticket_id"], "(Resolved in Frontdesk.)")

    def from_chatwoot(self, told: Mapping[str, Any]) -> None:
        """Take a call of the API channel: only what an agent says to the patient is passed on."""
        conversation = told.get("conversation") or told
        ticket = self._ticket_of(conversation.get("id"))
        if ticket is None:
            return
        if told["event"] == "message_created" and told.get("message_type") == "outgoing" and not told.get("private"):
            body = {"text": told["content"], "client_message_id": f"chatwoot-{told['id']}"}
            answer = self._frontdesk.post(f"/api/tickets/{ticket}/replies", json=body)
            if answer.status_code == httpx.codes.CONFLICT:
                # Resolved, somebody else's, or a claim in the text: trying again changes nothing, so the agent is told.
                self._say(ticket, f"(Not sent to the patient. {answer.json()['error']['message']})")
                return
            answer.raise_for_status()
        elif told["event"] == "conversation_status_changed" and told.get("status") == "resolved":
            self._frontdesk.post(f"/api/tickets/{ticket}/resolve", json={"resolution": "answered"}).raise_for_status()

    def _open(self, ticket: int) -> None:
        """Make a contact and a conversation, and say there what has been said so far; a ticket known already stays."""
        if str(ticket) in self._known():
            return
        found = self._frontdesk.get(f"/api/tickets/{ticket}").raise_for_status().json()
        contact = {"name": found["patient_name"], "email": found["patient_email"], "phone_number": None}
        made = self._ask("contacts", {key: value for key, value in contact.items() if value})
        conversation = self._ask(f"contacts/{made['source_id']}/conversations", {})
        known = self._known()
        known[str(ticket)] = {"contact": made["source_id"], "conversation": conversation["id"]}
        self._map_file.write_text(json.dumps(known), encoding="utf-8")
        for message in found["messages"]:
            if message["text"]:
                who = "" if message["author"] == "patient" else "(The assistant answered:) "
                self._say(ticket, who + message["text"])

    def _say(self, ticket: int, text: str) -> None:
        place = self._known().get(str(ticket))
        if place is not None:
            self._ask(f"contacts/{place['contact']}/conversations/{place['conversation']}/messages", {"content": text})

    def _ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._chatwoot.post(f"/public/api/v1/inboxes/{self._inbox}/{path}", json=dict(body))
        return dict(answer.raise_for_status().json())

    def _known(self) -> dict[str, dict[str, Any]]:
        return json.loads(self._map_file.read_text(encoding="utf-8")) if self._map_file.exists() else {}

    def _ticket_of(self, conversation: object) -> int | None:
        for ticket, place in self._known().items():
            if place["conversation"] == conversation:
                return int(ticket)
        return None


def is_from_frontdesk(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Tell whether a call was signed by Frontdesk, less than five minutes ago."""
    stamp = headers.get("x-frontdesk-timestamp", "")
    if not stamp.isdecimal() or abs(now - int(stamp)) > OLDEST_SECONDS:
        return False
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={expected}", headers.get("x-frontdesk-signature", ""))


def main() -> None:
    """Serve both addresses until stopped."""
    env = os.environ
    connector = Connector(
        httpx.Client(base_url=env["FD_URL"], headers={"authorization": f"Bearer {env['FD_TOKEN']}"}),
        httpx.Client(base_url=env["CW_URL"]),
        inbox=env["CW_INBOX"],
        map_file=Path(env.get("MAP_FILE", "chatwoot-tickets.json")),
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = 204
            if self.path == "/frontdesk" and is_from_frontdesk(env["FD_SECRET"], headers, body, time.time()):
                connector.from_frontdesk(json.loads(body))
            elif self.path == "/chatwoot":
                connector.from_chatwoot(json.loads(body))
            else:
                status = 403
            self.send_response(status)
            self.end_headers()

    HTTPServer(("127.0.0.1", int(env.get("PORT", "8090"))), Handler).serve_forever()


if __name__ == "__main__":
    main()

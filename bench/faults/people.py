"""Who uses Frontdesk while its processes are killed: patients who chat or text, and a desk that answers tickets.

Each sends what was not acknowledged again under the same id, as the chat page, the provider and a desk do.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlencode

import httpx

from bench.faults.checker import STAFF, Said
from bench.turn.chats import QUESTIONS
from bot.channels.twilio import signature
from bot.outside_accounts.channels import SMS_PATH, SmsSettings

DANGER = "I have crushing chest pain and I cannot breathe"
REPLY = "Hello, this is the front desk. We will call you today."
MESSAGES_EACH = 8
"""After so many begins another conversation, or another phone."""
AGAIN_SECONDS = 0.3
GIVES_UP_SECONDS = 150.0
_PATIENCE = httpx.Timeout(40.0, connect=3.0)


class Person(threading.Thread):
    """Somebody who does one thing after the other until told to stop.

    Attributes:
        said: What was acknowledged, in order.
        given_up: What never was, though it was tried to the end.
        waits: How long each acknowledgement took, in seconds.
        tries: How many tries failed.
    """

    def __init__(self, addresses: Sequence[str], name: str, pause: float) -> None:
        super().__init__(daemon=True, name=name)
        self.said: list[Said] = []
        self.given_up: list[str] = []
        self.waits: list[float] = []
        self.tries = 0
        self._addresses = itertools.cycle(addresses)
        self._http = httpx.Client(trust_env=False, timeout=_PATIENCE)
        self._pause = pause
        self._stopping = threading.Event()
        self._ids = itertools.count(1)
        self._chance = random.Random(name)  # noqa: S311 (what is asked next is no secret)

    def run(self) -> None:
        """Go on until told to stop; what was begun is ended."""
        while not self._stopping.wait(self._pause * (0.5 + self._chance.random())):
            self.step()

    def step(self) -> None:
        """Do the next thing."""
        raise NotImplementedError

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()

    def close(self) -> None:
        """Wait for the last thing, then close the connections."""
        self.join(GIVES_UP_SECONDS + 10.0)
        self._http.close()

    def request(self, send: Callable[[str], httpx.Response]) -> httpx.Response | None:
        """Send something to one edge after the other until one says that it has it; None if none does, or refuses."""
        began = time.monotonic()
        while time.monotonic() - began < GIVES_UP_SECONDS:
            try:
                answer = send(next(self._addresses))
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500:
                self.waits.append(time.monotonic() - began)
                return answer if answer.is_success else None
            self.tries += 1
            time.sleep(AGAIN_SECONDS)
        return None

    def next_id(self) -> str:
        """Give an id that nothing else has."""
        return f"{self.name}-{next(self._ids)}"


class ChatPatient(Person):
    """Writes in the web chat; every conversation has one message of danger in it, and one wish for a person in two."""

    def __init__(self, addresses: Sequence[str], name: str, pause: float) -> None:
        super().__init__(addresses, name, pause)
        self.conversations: dict[str, str] = {}
        self._left: Iterator[str] = iter(())
        self._id = ""

    def step(self) -> None:
        """Write the next message; after the last one begin another conversation."""
        text = next(self._left, None)
        if text is None:
            self._begin()
            return
        what = "escalations" if not text else "messages"
        client_id = self.next_id()
        body = {"client_message_id": client_id, **({"text": text} if text else {})}
        path, bearer = f"/api/conversations/{self._id}/{what}", self._bearer(self._id)
        if self.request(lambda edge: self._http.post(edge + path, json=body, headers=bearer)) is None:
            self.given_up.append(f"{self._id} {client_id}")
            return
        self.said.append(Said(conversation_id=self._id, client_id=client_id, is_danger=text == DANGER))

    def seen(self, edge: str) -> dict[str, list[int]]:
        """Give the numbers of the messages that each conversation shows now."""
        return {
            conversation_id: [
                message["id"]
                for message in self._http.get(
                    f"{edge}/api/conversations/{conversation_id}/messages", headers=self._bearer(conversation_id)
                )
                .raise_for_status()
                .json()["messages"]
            ]
            for conversation_id in self.conversations
        }

    def _begin(self) -> None:
        begun = self.request(lambda edge: self._http.post(f"{edge}/api/conversations"))
        if begun is not None:
            told: Mapping[str, str] = begun.json()
            self._id = told["conversation_id"]
            self.conversations[self._id] = told["token"]
            self._left = iter(_talk(self._chance, person=self._chance.random() < 0.5))

    def _bearer(self, conversation_id: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.conversations[conversation_id]}"}


class TextingPatient(Person):
    """Texts from one phone after the other; the provider passes it on, again if it was not taken."""

    def __init__(self, addresses: Sequence[str], name: str, pause: float, account: SmsSettings, first: int) -> None:
        super().__init__(addresses, name, pause)
        self._account = account
        self._phones = itertools.count(first)
        self._phone = ""
        self._left: Iterator[str] = iter(())

    def step(self) -> None:
        """Text the next message; after the last one take another phone."""
        text = next(self._left, None)
        if text is None:
            self._phone = f"+1555019{next(self._phones):04d}"
            self._left = iter(_talk(self._chance, person=False))
            return
        sid = f"SM{self.name}{next(self._ids):06d}"
        account = self._account
        form = {"MessageSid": sid, "From": self._phone, "To": account.number, "Body": text, "NumMedia": "0"}
        signed = signature(account.auth_token, account.webhook_url, {name: [value] for name, value in form.items()})
        headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signed}
        took = self.request(
            lambda edge: _taken(self._http.post(edge + SMS_PATH, content=urlencode(form), headers=headers))
        )
        if took is None:
            self.given_up.append(f"{self._phone} {sid}")
            return
        self.said.append(Said(conversation_id=self._phone, client_id=sid, by_text=True, is_danger=text == DANGER))


class Desk(Person):
    """Answers the open tickets, the first one first, and resolves half of them."""

    def __init__(self, addresses: Sequence[str], name: str, pause: float, token: str) -> None:
        super().__init__(addresses, name, pause)
        self._bearer = {"Authorization": f"Bearer {token}"}

    def step(self) -> None:
        """Answer one ticket."""
        listed = self.request(lambda edge: self._http.get(f"{edge}/api/tickets?view=open", headers=self._bearer))
        tickets = [] if listed is None else listed.json()["tickets"]
        if not tickets:
            return
        ticket, client_id = tickets[0], self.next_id()
        path = f"/api/tickets/{ticket['id']}"
        body = {"text": REPLY, "client_message_id": client_id}
        if self.request(lambda edge: self._http.post(f"{edge}{path}/replies", json=body, headers=self._bearer)) is None:
            # Somebody else has it, or its patient wants no texts.
            return
        self.said.append(
            Said(conversation_id=_where(ticket), client_id=client_id, author=STAFF, by_text=ticket["channel"] == "sms")
        )
        if self._chance.random() < 0.5:
            self.request(lambda edge: self._http.post(f"{edge}{path}/resolve", json={}, headers=self._bearer))


def _talk(chance: random.Random, *, person: bool) -> list[str]:
    """Give the messages of a conversation; an empty one is the button that asks for a person."""
    texts = chance.sample(QUESTIONS, MESSAGES_EACH - 1)
    texts.insert(chance.randrange(len(texts)), DANGER)
    return [*texts, ""] if person else texts


def _where(ticket: Mapping[str, str]) -> str:
    return str(ticket["patient_phone"] if ticket["channel"] == "sms" else ticket["conversation_id"])


def _taken(answer: httpx.Response) -> httpx.Response:
    """Tell a text that could not be saved, which is said in the answer, from one that was."""
    if "<Message>" in answer.text:
        return httpx.Response(503, request=answer.request)
    return answer

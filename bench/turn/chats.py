"""How a sender talks to either server: one connection, one conversation, one message at a time."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any, Protocol

LOOPBACK = "127.0.0.1"
_PATIENCE = 30.0
# A turn that ends so was not understood, or Rasa was down: no turn to be measured.
_UNANSWERED = frozenset({"escalated", "clarify", "no_answer"})
# Both lists are as long, so that the same places of a long conversation hold the same messages.
QUESTIONS = (
    "Hi there",
    "How many prolotherapy sessions will I need?",
    "does it hurt",
    "What are the side effects of PRP?",
    "how much does prp cost",
    "Is stem cell therapy safe?",
    "How long is the recovery after prolotherapy?",
    "what is the difference between prp and prolotherapy",
    "is it covered by insurance",
    "how long does a PRP appointment take",
    "thank you",
)
SMALL_TALK = (
    "hi",
    "I am feeling very good",
    "are you a bot?",
    "hello there",
    "so sad",
    "yes",
    "hey",
    "I am not feeling good",
    "no",
    "are you human",
    "bye",
)


class TurnFailedError(Exception):
    """Raised when a message got no reply worth measuring; the message says what came."""


class Chat(Protocol):
    """One conversation."""

    def say(self, text: str) -> None:
        """Send a message and wait for the replies.

        Raises:
            TurnFailedError: There were none.
        """

    def close(self) -> None:
        """Close the connection."""


class FrontdeskChat:
    """A conversation through the edge, as the chat page has it."""

    def __init__(self, port: int) -> None:
        self._http = _Http(port)
        begun = self._http.post("/api/conversations", {}, {})
        self._path = f"/api/conversations/{begun['conversation_id']}/messages"
        self._headers = {"Authorization": f"Bearer {begun['token']}"}

    def say(self, text: str) -> None:
        """Send a message and wait for the replies."""
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        messages = self._http.post(self._path, body, self._headers)["messages"]
        kinds = [message["reply"]["kind"] for message in messages if message["reply"]]
        if not kinds or _UNANSWERED & set(kinds):
            raise TurnFailedError(f"The edge replied to {text!r} with {kinds or 'nothing'}.")

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


class StockChat:
    """A conversation over the REST channel of a project as `rasa init` makes it."""

    def __init__(self, port: int) -> None:
        self._http = _Http(port)
        self._sender = uuid.uuid4().hex

    def say(self, text: str) -> None:
        """Send a message and wait for the replies; where its stories know of none, that is a turn all the same."""
        self._http.post("/webhooks/rest/webhook", {"sender": self._sender, "message": text}, {})

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


Opener = Callable[[], Chat]


class _Http:
    """JSON over one kept connection; http.client, because it takes the least time from the servers."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(LOOPBACK, port, timeout=_PATIENCE)

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        try:
            self._connection.request(
                "POST", path, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}
            )
            answer = self._connection.getresponse()
            read = answer.read()
        except (OSError, HTTPException) as error:
            raise TurnFailedError(f"{path} did not answer: {type(error).__name__}.") from error
        if answer.status >= 400:
            raise TurnFailedError(f"{path} answered {answer.status}: {read[:200]!r}.")
        return json.loads(read)

    def close(self) -> None:
        self._connection.close()

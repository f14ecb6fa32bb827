"""The one HTTP client of Rasa: a patient's words in, replies out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol

from pydantic import ValidationError

from bot.errors import ConnectionFailedError, RasaUnavailableError
from bot.rasa_client.servers import Servers
from bot.reading.folding import fold
from bot.reply import Option, Reply
from bot.vocabulary import Entities, ReplyKind

_LEADING_SLASHES = re.compile(r"^[\s/]+")
READY_TIMEOUT = 2.0


class Connections(Protocol):
    """What requests go through: `Servers`, or a stand-in of a test."""

    async def ask(
        self, method: str, path: str, body: bytes, *, timeout: float, conversation_id: str = ""
    ) -> tuple[int, bytes]:
        """Send a request, give the status and the body of the answer.

        Raises:
            ConnectionFailedError: There was none.
        """

    def close(self) -> None:
        """Close them."""


class RasaClient:
    """Talks to Rasa's REST channel."""

    def __init__(self, urls: Sequence[str], *, timeout: float, connections: Connections | None = None) -> None:
        """Take Rasa's addresses and the seconds to wait for it; nothing is sent yet.

        Args:
            urls: Addresses of Rasa's HTTP servers, at least one.
            timeout: Seconds until a turn counts as failed.
            connections: Another way to send requests, for tests.
        """
        self._timeout = timeout
        self._connections: Connections = connections or Servers(urls)

    async def send(self, conversation_id: str, text: str) -> list[Reply]:
        """Send a patient's words, in their plain form, and give Rasa's replies.

        Leading slashes are taken away: Rasa would read what follows as the name of an intent.

        Raises:
            RasaUnavailableError: Rasa is down, too slow, or answers something else than replies.
        """
        return await self._turn(conversation_id, _readable(text))

    async def choose(self, conversation_id: str, option: Option) -> list[Reply]:
        """Send the choice of a button, as the intent that it stands for, and give Rasa's replies.

        Raises:
            RasaUnavailableError: As for `send`.
        """
        entities = {Entities.TREATMENT: list(option.treatments)} if option.treatments else {}
        return await self._turn(conversation_id, f"/{option.intent}{json.dumps(entities) if entities else ''}")

    async def understand(self, text: str) -> dict[str, Any]:
        """Give what Rasa makes of a text, as `POST /model/parse` tells it; no conversation hears of it.

        Raises:
            RasaUnavailableError: As for `send`.
        """
        body = await self._post("/model/parse", {"text": _readable(text)})
        if not isinstance(body, dict):
            raise RasaUnavailableError("Rasa answered something that is no object.")
        return body

    async def is_ready(self) -> bool:
        """Tell whether Rasa is up with a model loaded."""
        try:
            status, body = await self._connections.ask("GET", "/status", b"", timeout=READY_TIMEOUT)
            return status == HTTPStatus.OK and bool(json.loads(body).get("model_file"))
        except (ConnectionFailedError, ValueError, AttributeError):
            return False

    async def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    async def _turn(self, conversation_id: str, message: str) -> list[Reply]:
        sent = {"sender": conversation_id, "message": message}
        body = await self._post("/webhooks/rest/webhook", sent, conversation_id)
        if not isinstance(body, list):
            raise RasaUnavailableError("Rasa answered something that is no list of messages.")
        return [reply for item in body for reply in _replies_of(item)]

    async def _post(self, path: str, body: Mapping[str, str], conversation_id: str = "") -> Any:
        content = json.dumps(body).encode()
        try:
            status, answer = await self._connections.ask(
                "POST", path, content, timeout=self._timeout, conversation_id=conversation_id
            )
        except ConnectionFailedError as error:
            raise RasaUnavailableError(f"Rasa did not answer: {error}.") from error
        if status >= HTTPStatus.BAD_REQUEST:
            raise RasaUnavailableError(f"Rasa did not answer: status {status}.")
        try:
            return json.loads(answer)
        except ValueError as error:
            raise RasaUnavailableError("Rasa answered something that is not JSON.") from error


def _readable(text: str) -> str:
    return _LEADING_SLASHES.sub("", fold(text)).strip() or "?"


def _replies_of(item: Any) -> list[Reply]:
    """Read one message of Rasa: a reply of our actions as `custom`, or a fixed response as `text`."""
    if not isinstance(item, dict):
        raise RasaUnavailableError("Rasa answered a message that is no object.")
    try:
        if "custom" in item:
            return [Reply.model_validate(item["custom"])]
        if item.get("text"):
            return [Reply(kind=ReplyKind.SMALLTALK, text=str(item["text"]))]
    except ValidationError as error:
        raise RasaUnavailableError("Rasa answered a reply of an unknown form.") from error
    return []

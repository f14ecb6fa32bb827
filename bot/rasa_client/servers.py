"""Which of several Rasa servers a conversation is answered by: its own one, and the next while that is down."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Protocol

from bot.errors import ConnectionFailedError
from bot.rasa_client.kept_connections import KeptConnections

LEFT_ALONE_SECONDS = 10.0
"""For so long a server that has failed is asked only after the others; nobody has to tell when it is back."""


class ToOneServer(Protocol):
    """What requests to one server go through."""

    async def ask(self, method: str, path: str, body: bytes, *, timeout: float) -> tuple[int, bytes]:
        """Send a request, give the status and the body of the answer.

        Raises:
            ConnectionFailedError: There was none.
        """

    def close(self) -> None:
        """Close them."""


class Servers:
    """Sends each request to one of several servers that share one memory.

    A conversation stays with its server, which has what was said last at hand. Which that is follows from its id and
    the addresses alone, so that all edges agree; another one more or less moves few conversations.
    """

    def __init__(self, urls: Sequence[str], connect: Callable[[str], ToOneServer] = KeptConnections) -> None:
        """Take the servers' addresses, at least one; nothing is connected yet."""
        self._servers = [(url, connect(url)) for url in urls]
        self._left_alone_until: dict[str, float] = {}

    async def ask(
        self, method: str, path: str, body: bytes, *, timeout: float, conversation_id: str = ""
    ) -> tuple[int, bytes]:
        """Send a request to the conversation's server; while that is down, or has no model, to the next.

        Args:
            method: Of the request.
            path: Of the request.
            body: Of the request, JSON.
            timeout: Seconds for all servers together.
            conversation_id: Whose server is wanted; any one if it is empty.

        Raises:
            ConnectionFailedError: None of them answered in time.
        """
        until = time.monotonic() + timeout
        problem, answer = ConnectionFailedError("TimeoutError"), None
        for url, connections in self._in_turn(conversation_id):
            left = until - time.monotonic()
            if left <= 0:
                break
            try:
                answer = await connections.ask(method, path, body, timeout=left)
            except ConnectionFailedError as error:
                problem = error
            else:
                if not _is_down(answer[0]):
                    return answer
            self._left_alone_until[url] = time.monotonic() + LEFT_ALONE_SECONDS
        if answer is not None:
            return answer
        raise problem

    def close(self) -> None:
        """Close all connections."""
        for _url, connections in self._servers:
            connections.close()

    def _in_turn(self, conversation_id: str) -> list[tuple[str, ToOneServer]]:
        if len(self._servers) == 1:
            return self._servers
        now = time.monotonic()

        def order(server: tuple[str, ToOneServer]) -> tuple[bool, bytes]:
            url = server[0]
            ranked = hashlib.sha256(f"{url} {conversation_id}".encode()).digest()
            return self._left_alone_until.get(url, 0.0) > now, ranked

        return sorted(self._servers, key=order)


def _is_down(status: int) -> bool:
    """Say whether an answer means that another server may do better; Rasa says "conflict" while it has no model."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.CONFLICT

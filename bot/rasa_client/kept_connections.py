"""Requests to one server over connections that are kept: what the edge asks Rasa with, once for each message.

A general HTTP client took as much processor time for a request as storing the message did. This one does what that
takes and no more: no redirects, no cookies, no proxies. The parser is the one that serves the edge itself.
"""

from __future__ import annotations

import asyncio
import time
from typing import cast
from urllib.parse import urlsplit

import httptools

from bot.errors import ConnectionFailedError

KEPT_FOR = 4.0
"""Seconds: Rasa closes a connection that was silent for 5, and a request that meets this would be lost."""
CONNECT_SECONDS = 2.0
"""A machine that is gone does not even refuse; another server is to be asked then, not waited for an answer."""
_PORTS = {"http": 80, "https": 443}


class KeptConnections:
    """Sends requests and gives status and body; a connection carries one at a time."""

    def __init__(self, url: str) -> None:
        """Take the server's address, with http or https; nothing is connected yet."""
        address = urlsplit(url)
        self._host, self._scheme = address.hostname or "", address.scheme
        self._port = address.port or _PORTS.get(address.scheme, 80)
        self._prefix = address.path.rstrip("/")
        self._name = address.netloc.rpartition("@")[2]
        self._idle: list[_Connection] = []

    async def ask(self, method: str, path: str, body: bytes, *, timeout: float) -> tuple[int, bytes]:
        """Send a request with a body of JSON, and give the status and the body of the answer.

        Raises:
            ConnectionFailedError: No connection, no answer in time, or something that is no answer.
        """
        # Rasa's server logs an error for a GET that announces a body, be it of no length.
        content = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if method != "GET" else ""
        head = f"{method} {self._prefix}{path} HTTP/1.1\r\nHost: {self._name}\r\n{content}\r\n"
        connection: _Connection | None = None
        try:
            async with asyncio.timeout(timeout):
                connection = self._kept() or await self._connect()
                answer = await connection.exchange(head.encode() + body)
        except (OSError, TimeoutError, httptools.HttpParserError) as error:
            raise ConnectionFailedError(type(error).__name__) from error
        finally:
            # One that was given up in the middle of an answer would take it for the answer to the next request.
            if connection is not None and not connection.may_be_kept:
                connection.close()
        if connection.may_be_kept:
            self._idle.append(connection)
        return answer

    def close(self) -> None:
        """Close all that are kept."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.may_be_kept and time.monotonic() - connection.silent_since < KEPT_FOR:
                return connection
            connection.close()
        return None

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_SECONDS):
            _, connection = await loop.create_connection(
                _Connection, self._host, self._port, ssl=True if self._scheme == "https" else None
            )
        return connection


class _Connection(asyncio.Protocol):
    """One connection; the methods that begin with `on_` are called by the parser."""

    def __init__(self) -> None:
        self.silent_since = 0.0
        self.may_be_kept = False
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    async def exchange(self, request: bytes) -> tuple[int, bytes]:
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError
        self.may_be_kept = False
        self._body.clear()
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        self.may_be_kept = False
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(error)
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.may_be_kept = False
        self._fail(exc or ConnectionResetError())

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self.may_be_kept = bool(self._parser.should_keep_alive())
        self.silent_since = time.monotonic()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), b"".join(self._body)))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

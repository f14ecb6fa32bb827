"""Cuts off who holds a connection and lets nothing move on it, and says how the edge is served."""

from __future__ import annotations

import asyncio
import resource
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.web.live import LONGEST_FRAME

HEADER_SECONDS = 10.0
"""In which the first lines of a request have to arrive, from the first byte or from the connection on."""
READER_SECONDS = 30.0
"""For which a response waits that its reader does not take."""
MOST_CONNECTIONS = 4000
"""At once, live ones too, if the process may have so many files open. More are told 503."""
OTHER_FILES = 124
"""What a process has open besides: databases, logs, connections to Rasa and to servers."""


class PromptProtocol(HttpToolsProtocol):
    """HTTP with clients that send the head of a request in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a request's head."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is there."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting: the client is gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._stop_waiting()
        self._late = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class SlowReaders:
    """Gives up a response that its reader does not take; the server then closes the connection."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its response for as long as somebody reads it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given_up = False

        async def send_in_time(message: Message) -> None:
            nonlocal given_up
            if given_up:
                return
            try:
                async with asyncio.timeout(READER_SECONDS):
                    await send(message)
            except TimeoutError:
                given_up = True

        await self._app(scope, receive, send_in_time)


def connections_at_once(most: int = MOST_CONNECTIONS) -> int:
    """Let this process have as many files open as it needs and may; give how many of them may be connections."""
    may, at_most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + OTHER_FILES
    if may < wanted:
        # What a shell or a service begins with is often 1,024, and much more is allowed.
        may = min(wanted, at_most) if at_most != resource.RLIM_INFINITY else wanted
        resource.setrlimit(resource.RLIMIT_NOFILE, (may, at_most))
    return min(most, may - OTHER_FILES)


SERVING: dict[str, Any] = {
    # No access log: addresses of conversations are nobody's business.
    "access_log": False,
    "log_level": "warning",
    "http": PromptProtocol,
    "ws_max_size": LONGEST_FRAME,
    # Whom a proxy has heard from is read by `client_address`, for as many proxies as are trusted.
    "proxy_headers": False,
    "server_header": False,
}
"""How uvicorn serves the edge, `connections_at_once` besides."""

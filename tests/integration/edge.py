"""What the integration tests share besides fixtures: the test client, who works at the clinic, and a slow Rasa."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import httpx
from fastapi import FastAPI
from starlette.routing import BaseRoute
from starlette.websockets import WebSocketDisconnect

from bot.reply import Option, Reply
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa

with warnings.catch_warnings():
    # Starlette's client asks for httpx2 when it is imported; it works the same with httpx, which we ship.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient, WebSocketTestSession

__all__ = [
    "ANA",
    "BEN",
    "DANGEROUS",
    "MARKER",
    "METRICS",
    "PASSWORD",
    "Frames",
    "LockDatabase",
    "NewChat",
    "SlowRasa",
    "TestClient",
    "WebSocketDisconnect",
    "error_message",
    "frames",
    "share_routes",
]

ANA, BEN, PASSWORD = "ana@clinic.example", "ben@clinic.example", "correct horse battery"
MARKER = "zanzibarmarker"
"""A word that stands for whatever a patient writes: it must not turn up in a log or on an error page."""
METRICS = {"authorization": "Bearer a token that a monitoring system has"}
"""What opens the metrics of the tests' edge."""
DANGEROUS = "I have crushing chest pain and I cannot breathe"

NewChat = Callable[..., ChatTester]
LockDatabase = Callable[[], Callable[[], None]]


class SlowRasa(FakeRasa):
    """Answers after a while, as the real one does, so that messages can overlap.

    Attributes:
        seconds: The while.
        together: If given, what those who ask wait for instead: that so many ask at the same time.
    """

    seconds = 0.05
    together: asyncio.Barrier | None = None

    async def send(self, conversation_id: str, text: str) -> list[Reply]:
        """Wait a moment, then answer."""
        if self.together is None:
            await asyncio.sleep(self.seconds)
        else:
            await asyncio.wait_for(self.together.wait(), timeout=60.0)
        return await super().send(conversation_id, text)

    async def choose(self, conversation_id: str, option: Option) -> list[Reply]:
        """Take the choice of a button."""
        self.chosen.append(option)
        return await self.send(conversation_id, option.title)


def error_message(response: httpx.Response, status: int) -> str:
    """Make sure that a response is an error in the interface's one form; give its message."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "reply"}
    assert body["error"]["message"].endswith(".")
    return str(body["error"]["message"])


def share_routes(app: FastAPI, worked_out: list[BaseRoute]) -> None:
    """Let an edge that is not started yet use what an earlier one has worked out.

    FastAPI reads the signature of every endpoint of an included router at an app's first requests, which takes longer
    than most tests. The endpoints find their services in the app of the request, so the outcome holds for any app.

    Args:
        app: The edge; its routes are replaced.
        worked_out: The routes of the first edge of the run; filled if it is empty.
    """
    if not worked_out:
        worked_out[:] = app.router.routes
    for place, (own, earlier) in enumerate(zip(app.router.routes, worked_out, strict=True)):
        if hasattr(own, "original_router"):
            app.router.routes[place] = earlier


class Frames:
    """The frames of a live connection, each waited for a while only."""

    def __init__(self, session: WebSocketTestSession) -> None:
        self._session = session

    def next(self, seconds: float = 3.0) -> dict[str, Any]:
        """Give the next frame."""
        message = self._receive(seconds)
        assert message["type"] == "websocket.send", message
        return dict(json.loads(message["text"]))

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame as the page's script does."""
        self._session.send_json(frame)

    def send_text(self, text: str) -> None:
        """Send anything."""
        self._session.send_text(text)

    def closing_code(self) -> int:
        """Wait for the edge to close the connection, and give the code."""
        message = self._receive(3.0)
        assert message["type"] == "websocket.close", message
        return int(message["code"])

    def until(self, **wanted: object) -> dict[str, Any]:
        """Pass frames over until one has these values, and give it."""
        while True:
            frame = self.next()
            if wanted.items() <= frame.items():
                return frame

    def nothing_comes(self, seconds: float = 0.2) -> bool:
        """Tell whether nothing comes for a while."""
        try:
            frame = self.next(seconds)
        except TimeoutError:
            return True
        raise AssertionError(f"unexpected: {frame}")

    def _receive(self, seconds: float) -> Any:
        async def wait() -> Any:
            with anyio.fail_after(seconds):
                return await self._session._send_rx.receive()

        return self._session.portal.call(wait)


@contextmanager
def frames(browser: TestClient, path: str, *, token: str = "", **headers: str) -> Iterator[Frames]:
    """Open a live connection, as a patient's page does with the conversation's token.

    Raises:
        WebSocketDisconnect: It was refused.
    """
    offered = ["frontdesk", f"token.{token}"] if token else None
    with browser.websocket_connect(path, subprotocols=offered, headers=headers) as session:
        yield Frames(session)

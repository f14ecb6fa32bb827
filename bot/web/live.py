"""A live connection: frames out as things happen, frames in, and a ping at a steady pace."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from anyio import create_task_group, move_on_after
from fastapi import WebSocket, WebSocketDisconnect
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import PermissionDeniedError
from bot.messaging.feed import Event, Feed

POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013
PING_SECONDS = 10.0
"""However much moves otherwise: `live_socket.js` counts them, and knows a dead connection by those that are missing.

Proxies, too, close a connection on which nothing moves for a minute.
"""

TYPING_PAUSE = 1.0
"""Seconds for which a browser's further frames about typing are passed over."""

LONGEST_FRAME = 4096
"""Characters of what a browser says: a few words about who types and which ticket is looked at."""
MOST_FRAMES, FRAMES_SECONDS = 300, 60.0
"""What a browser says in this time; whoever says more is no page of ours."""

Frame = dict[str, Any]
Hear = Callable[[Frame], Awaitable[None]]
Still = Callable[[], Awaitable[None]]
"""Raises PermissionDeniedError once the other side may not hear any more."""
MakeFrame = Callable[[Event], Awaitable[Frame | None]]
"""What is said of an event, if anything."""


async def pump(
    socket: WebSocket,
    feed: Feed,
    subject: str,
    frame: MakeFrame,
    hear: Hear,
    *,
    protocol: str | None = None,
    still: Still | None = None,
) -> None:
    """Send frames, and hear the other side's, until it goes away.

    Args:
        socket: The connection, not accepted yet.
        feed: Where events come from.
        subject: Whose events.
        frame: What is said of each.
        hear: What is done with a frame of the other side.
        protocol: Which of the protocols that it offers is spoken, if it offers any.
        still: Asked before each ping whether the other side may still hear.
    """
    # Listening comes first, so that nothing is missed between the browser's greeting and ours.
    with feed.listen(subject) as queue:
        await socket.accept(protocol)
        async with create_task_group() as both:

            async def send_then_stop() -> None:
                await _send(socket, queue, frame, still)
                both.cancel_scope.cancel()

            both.start_soon(send_then_stop)
            await _listen(socket, hear)
            both.cancel_scope.cancel()


async def _send(socket: WebSocket, queue: asyncio.Queue[Event], frame: MakeFrame, still: Still | None) -> None:
    ping_at = time.monotonic() + PING_SECONDS
    try:
        while True:
            if time.monotonic() >= ping_at:
                if still is not None:
                    await still()
                await socket.send_json({"type": "ping"})
                ping_at = time.monotonic() + PING_SECONDS
            event = None
            with move_on_after(ping_at - time.monotonic()):
                event = await queue.get()
            made = None if event is None else await frame(event)
            if made is not None:
                await socket.send_json(made)
    except (WebSocketDisconnect, RuntimeError):
        # The browser left between our look and our send.
        return
    except PermissionDeniedError:
        await socket.close(POLICY_VIOLATION)
    except SQLAlchemyError:
        # The browser connects again by itself and catches up from the transcript.
        await socket.close(TRY_AGAIN_LATER)


async def _listen(socket: WebSocket, hear: Hear) -> None:
    """Pass on what the browser says until it leaves; what is no frame of ours is forgotten."""
    last_typing = 0.0
    since, count = time.monotonic(), 0
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        if time.monotonic() - since >= FRAMES_SECONDS:
            since, count = time.monotonic(), 0
        count += 1
        if count > MOST_FRAMES:
            await socket.close(POLICY_VIOLATION)
            return
        frame = _read(message.get("text"))
        if frame is None:
            continue
        if frame.get("type") == "typing":
            if time.monotonic() - last_typing < TYPING_PAUSE:
                continue
            last_typing = time.monotonic()
        try:
            await hear(frame)
        except SQLAlchemyError:
            # Who types is no reason to end a connection.
            continue


def _read(text: str | None) -> Frame | None:
    if not text or len(text) > LONGEST_FRAME:
        return None
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        # Brackets in brackets are no frame either.
        return None
    return frame if isinstance(frame, dict) else None

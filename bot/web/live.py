"""Live connections: messages as they come, for the patient's chat and for the staff console."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from anyio import create_task_group, move_on_after
from anyio.to_thread import run_sync
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services
from bot.errors import NotFoundError, PermissionDeniedError
from bot.escalation import store as tickets
from bot.messaging.feed import STAFF, Event, HandlerChanged, Looking, MessageStored, TicketChanged, Typing
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Author
from bot.web.staff_sign_in import SIGN_IN_COOKIE
from bot.web.wire import message_out, patient_frame

router = APIRouter()

POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013
PING_SECONDS = 25
"""Proxies close a connection on which nothing moves for a minute."""

TYPING_PAUSE = 1.0
"""Seconds for which a browser's further frames about typing are passed over."""

Frame = dict[str, Any]
Hear = Callable[[Frame], Awaitable[None]]


@router.websocket("/api/conversations/{conversation_id}/live")
async def patient_live(socket: WebSocket, conversation_id: str) -> None:
    """Send a conversation's messages as they are stored."""
    services: Services = socket.app.state.services
    try:
        await services.receive.check_token(conversation_id, socket.query_params.get("token"))
    except (NotFoundError, PermissionDeniedError):
        await socket.close(POLICY_VIOLATION)
        return
    except SQLAlchemyError:
        await socket.close(TRY_AGAIN_LATER)
        return

    async def frame(event: Event) -> Frame | None:
        return patient_frame(event)

    async def hear(heard: Frame) -> None:
        if heard.get("type") == "typing":
            services.feed.publish(conversation_id, Typing(conversation_id=conversation_id, author=Author.PATIENT))

    await _pump(socket, services, conversation_id, frame, hear)


@router.websocket("/staff/live")
async def staff_live(socket: WebSocket) -> None:
    """Send what changes in tickets and in their conversations."""
    services: Services = socket.app.state.services
    same_site = socket.headers.get("origin", "").partition("://")[2] == socket.headers.get("host")
    token = socket.cookies.get(SIGN_IN_COOKIE)
    try:
        signed_in = await run_sync(services.staff.who_is, token)
    except SQLAlchemyError:
        await socket.close(TRY_AGAIN_LATER)
        return
    if signed_in is None or not same_site:
        await socket.close(POLICY_VIOLATION)
        return

    async def frame(event: Event) -> Frame | None:
        return await run_sync(_staff_frame, services, token, event)

    async def hear(heard: Frame) -> None:
        await _hear_staff(services, socket, signed_in, heard)

    try:
        await _pump(socket, services, STAFF, frame, hear)
    finally:
        services.presence.look(socket, None, signed_in.name)


async def _hear_staff(services: Services, page: WebSocket, member: SignedIn, heard: Frame) -> None:
    """Pass on what an open page of the console says: which ticket it shows, and that its reply is being written."""
    ticket_id = heard.get("ticket_id")
    if not isinstance(ticket_id, int) or isinstance(ticket_id, bool):
        return
    if heard.get("type") == "looking":
        services.presence.look(page, ticket_id or None, member.name)
    elif heard.get("type") == "typing":
        try:
            view = await run_sync(services.tickets.view, ticket_id)
        except NotFoundError:
            return
        if view.assignee_id in {None, member.staff_member_id}:
            typing = Typing(conversation_id=view.conversation_id, author=Author.STAFF, name=member.name)
            services.feed.publish(view.conversation_id, typing)


async def _pump(socket: WebSocket, services: Services, subject: str, frame: Callable[[Event], Any], hear: Hear) -> None:
    """Send frames, and hear the other side's, until it goes away."""
    # Listening comes first, so that nothing is missed between the browser's greeting and ours.
    with services.feed.listen(subject) as queue:
        await socket.accept()
        async with create_task_group() as both:

            async def send_then_stop() -> None:
                await _send(socket, queue, frame)
                both.cancel_scope.cancel()

            both.start_soon(send_then_stop)
            await _listen(socket, hear)
            both.cancel_scope.cancel()


async def _send(socket: WebSocket, queue: asyncio.Queue[Event], frame: Callable[[Event], Any]) -> None:
    try:
        while True:
            event = None
            with move_on_after(PING_SECONDS):
                event = await queue.get()
            made = {"type": "ping"} if event is None else await frame(event)
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
    while (message := await socket.receive())["type"] != "websocket.disconnect":
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
    try:
        frame = json.loads(text or "")
    except ValueError:
        return None
    return frame if isinstance(frame, dict) else None


def _staff_frame(services: Services, token: str | None, event: Event) -> Frame | None:
    if services.staff.who_is(token) is None:
        # Signed out in another tab, or the working day is over.
        raise PermissionDeniedError("Sign in to see this.")
    if isinstance(event, TicketChanged):
        return {"type": "ticket", "ticket_id": event.ticket_id}
    if isinstance(event, Looking):
        return {"type": "looking", "ticket_id": event.ticket_id, "names": list(event.names)}
    conversation_id = _conversation_of(event)
    if conversation_id is None:
        return None
    with services.database.read() as session:
        ticket = tickets.find_unresolved(session, conversation_id)
    if ticket is None:
        return None
    if isinstance(event, MessageStored):
        return {
            "type": "message",
            "ticket_id": ticket.id,
            "conversation_id": conversation_id,
            "message": message_out(event.message).model_dump(),
        }
    if isinstance(event, Typing):
        return {"type": "typing", "ticket_id": ticket.id, "author": event.author.value, "name": event.name}
    return {"type": "ticket", "ticket_id": ticket.id}


def _conversation_of(event: Event) -> str | None:
    if isinstance(event, MessageStored):
        return event.message.conversation_id
    if isinstance(event, HandlerChanged | Typing):
        return event.conversation_id
    return None

"""The live connection of a patient's chat: messages as they come, and who types."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services
from bot.errors import NotFoundError, PermissionDeniedError, TooManyRequestsError
from bot.messaging.feed import Event, Typing
from bot.vocabulary import Author
from bot.web.door.limiting import count_subject
from bot.web.live import POLICY_VIOLATION, TRY_AGAIN_LATER, Frame, pump
from bot.web.patient.wire import patient_frame

PROTOCOL, TOKEN = "frontdesk", "token."
"""What a browser offers when it connects: our protocol, and the conversation's token behind a mark.

A browser sets no other header of a live connection, and an address is kept in logs.
"""

router = APIRouter()


@router.websocket("/api/conversations/{conversation_id}/live")
async def patient_live(socket: WebSocket, conversation_id: str) -> None:
    """Send a conversation's messages as they are stored."""
    services: Services = socket.app.state.services
    try:
        await services.access.check_token(conversation_id, _token(socket))
        await count_subject(socket, conversation_id)
    except (NotFoundError, PermissionDeniedError):
        await socket.close(POLICY_VIOLATION)
        return
    except (SQLAlchemyError, TooManyRequestsError):
        await socket.close(TRY_AGAIN_LATER)
        return

    async def frame(event: Event) -> Frame | None:
        return patient_frame(event)

    async def hear(heard: Frame) -> None:
        if heard.get("type") == "typing":
            services.feed.publish(conversation_id, Typing(conversation_id=conversation_id, author=Author.PATIENT))

    await pump(socket, services.feed, conversation_id, frame, hear, protocol=PROTOCOL)


def _token(socket: WebSocket) -> str | None:
    offered: list[str] = socket.scope["subprotocols"]
    return next((one.removeprefix(TOKEN) for one in offered if one.startswith(TOKEN)), None)

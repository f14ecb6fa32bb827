"""The form in which staff say of a patient's message that it was no danger, or that a danger was missed."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.vocabulary import Judgement
from bot.web.dependencies import ServicesOf, Writer, actor_of
from bot.web.staff.ticket_forms import wants_json
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff/messages", include_in_schema=False)


@router.post("/{message_id}/danger")
async def judge(
    request: Request,
    services: ServicesOf,
    member: Writer,
    *,
    message_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    says: Annotated[str, Form(max_length=20)] = "",
    ticket: Annotated[int, Form(ge=0, le=LARGEST_ID)] = 0,
    conversation: Annotated[str, Form(max_length=32, pattern=r"^[\w-]*$")] = "",
) -> Response:
    """Note what somebody says of a message, or take it back, and lead back to where they read it."""
    known = {judgement.value: judgement for judgement in Judgement}
    await run_sync(services.judging.say, message_id, known.get(says), actor_of(member))
    if wants_json(request):
        return JSONResponse({"message_id": message_id})
    place = f"tickets/{ticket}" if ticket else f"conversations/{conversation}"
    return RedirectResponse(f"/staff/{place}#message-{message_id}", status_code=303)

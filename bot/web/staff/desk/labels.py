"""The forms that put a label on a ticket and take one off."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.escalation.change import Change
from bot.web.dependencies import ServicesOf, Writer, actor_of
from bot.web.staff.inbox import TicketId
from bot.web.staff.ticket_forms import back_to_ticket

router = APIRouter(prefix="/staff/tickets/{ticket_id}/labels", include_in_schema=False)

Label = Annotated[str, Form(max_length=200)]


@router.post("/add")
async def add(
    request: Request, services: ServicesOf, member: Writer, ticket_id: TicketId, label: Label = ""
) -> Response:
    """Put a label on a ticket."""
    change = await run_sync(services.labels.add, ticket_id, label, actor_of(member))
    return _back(request, services, ticket_id, change)


@router.post("/remove")
async def remove(
    request: Request, services: ServicesOf, member: Writer, ticket_id: TicketId, label: Label = ""
) -> Response:
    """Take a label off a ticket."""
    change = await run_sync(services.labels.remove, ticket_id, label, actor_of(member))
    return _back(request, services, ticket_id, change)


def _back(request: Request, services: ServicesOf, ticket_id: int, change: Change | None) -> Response:
    if change is not None:
        services.deliver.announce(change)
    return back_to_ticket(request, ticket_id, {"ticket_id": ticket_id})

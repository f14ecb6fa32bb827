"""The pages of the inbox: the list of tickets, and a ticket with its conversation."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.escalation.desk.seen import saw
from bot.escalation.inbox_store import InboxFilter
from bot.vocabulary import Channel, EscalationReason, InboxView
from bot.web.dependencies import Reader, ServicesOf, actor_of
from bot.web.pages import render
from bot.web.staff.inbox_views import inbox_context
from bot.web.staff.ticket_views import ticket_context
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff", include_in_schema=False)

TicketId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


async def inbox_filter(
    member: Reader,
    *,
    status: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    reason: str = "",
    channel: str = "",
    treatment: Annotated[str, Query(max_length=60)] = "",
    label: Annotated[str, Query(max_length=40)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> InboxFilter:
    """Read from a page's address what of the inbox is shown; what it cannot mean is left out."""
    return InboxFilter(
        staff_member_id=member.staff_member_id,
        view=InboxView(status) if status in {view.value for view in InboxView} else InboxView.OPEN,
        words=q.strip(),
        reason=EscalationReason(reason) if reason in {known.value for known in EscalationReason} else None,
        channel=Channel(channel) if channel in {known.value for known in Channel} else None,
        treatment=treatment or None,
        label=label or None,
        page=page,
    )


Wanted = Annotated[InboxFilter, Depends(inbox_filter)]


@router.get("")
async def home() -> Response:
    """Lead to the inbox."""
    return RedirectResponse("/staff/tickets", status_code=303)


@router.get("/tickets")
async def inbox(request: Request, services: ServicesOf, member: Reader, wanted: Wanted) -> HTMLResponse:
    """Show the list of tickets."""
    return render(request, "staff/tickets.html", await run_sync(inbox_context, services, member, wanted))


@router.get("/tickets/{ticket_id}")
async def ticket(
    request: Request, services: ServicesOf, member: Reader, wanted: Wanted, ticket_id: TicketId
) -> HTMLResponse:
    """Show a ticket with its conversation; whoever opens it has read it."""
    if request.headers.get("x-refresh") != "hidden":
        await run_sync(saw, services.database, ticket_id, actor_of(member))
    context = await run_sync(ticket_context, services, member, wanted, ticket_id)
    return render(request, "staff/ticket.html", context)

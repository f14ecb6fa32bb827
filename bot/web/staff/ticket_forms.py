"""The forms of a ticket: taking, answering, noting, giving on, snoozing, resolving, merging."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.calendar import next_opening
from bot.db.engine import utc_now
from bot.errors import ClaimsError, ConflictError
from bot.escalation.change import Change
from bot.labels import STAFF_RESOLUTIONS
from bot.messaging.inbound_text import clean_text
from bot.vocabulary import Resolution
from bot.web.dependencies import ServicesOf, Writer, actor_of
from bot.web.pages import render
from bot.web.staff.inbox import TicketId, Wanted
from bot.web.staff.ticket_views import ticket_context
from bot.web.wire import LARGEST_ID, message_out

router = APIRouter(prefix="/staff/tickets/{ticket_id}", include_in_schema=False)

SNOOZES = {"hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1), "week": dt.timedelta(days=7)}

RowId = Annotated[int, Form(ge=1, le=LARGEST_ID)]


@router.post("/take")
async def take(request: Request, services: ServicesOf, member: Writer, ticket_id: TicketId) -> Response:
    """Take a ticket: from now on this staff member answers the patient."""
    return _done(request, services, await run_sync(services.tickets.take, ticket_id, actor_of(member)))


@router.post("/replies", response_model=None)
async def reply(
    request: Request,
    services: ServicesOf,
    member: Writer,
    wanted: Wanted,
    ticket_id: TicketId,
    *,
    text: Annotated[str, Form()] = "",
    client_message_id: Annotated[str | None, Form(max_length=64)] = None,
    claims_seen: Annotated[bool, Form()] = False,
) -> Response:
    """Send a reply to the patient; writing one takes the ticket if nobody has it.

    A text that claims what no text to a patient may is not sent before whoever wrote it has seen the warning.
    """
    send = partial(
        services.replies.send,
        ticket_id,
        text=clean_text(text),
        by=actor_of(member),
        client_message_id=f"staff-{client_message_id}" if client_message_id else None,
        claims_seen=claims_seen,
    )
    try:
        sent = await run_sync(send)
    except ConflictError as error:
        claims = error.claims if isinstance(error, ClaimsError) else ()
        warnings = [{"found": found, "reason": reason} for found, reason in claims]
        if wants_json(request):
            if not warnings:
                raise
            return JSONResponse({"warnings": warnings})
        # Without a script the page comes back with what was written.
        context = await run_sync(ticket_context, services, member, wanted, ticket_id)
        told = {"warnings": warnings, "problem": None if warnings else str(error), "draft": text}
        return render(request, "staff/ticket.html", {**context, **told}, status=409)
    services.deliver.announce_reply(sent)
    return back_to_ticket(request, ticket_id, {"message": message_out(sent.message).model_dump()})


@router.post("/notes")
async def note(
    request: Request, services: ServicesOf, member: Writer, ticket_id: TicketId, text: Annotated[str, Form()] = ""
) -> Response:
    """Write a note that only staff see."""
    mentioned = await run_sync(services.notes.add, ticket_id, text, actor_of(member))
    view = await run_sync(services.tickets.view, ticket_id)
    services.deliver.announce_ticket(ticket_id, view.conversation_id)
    return back_to_ticket(request, ticket_id, {"mentioned": list(mentioned)})


@router.post("/assign")
async def assign(
    request: Request, services: ServicesOf, member: Writer, ticket_id: TicketId, staff_member_id: RowId
) -> Response:
    """Give a ticket to somebody."""
    change = await run_sync(partial(services.tickets.assign, ticket_id, to=staff_member_id, by=actor_of(member)))
    return _done(request, services, change)


@router.post("/hand-back")
async def hand_back(request: Request, services: ServicesOf, member: Writer, ticket_id: TicketId) -> Response:
    """Leave a ticket to all, and the conversation to the bot until somebody takes it."""
    return _done(request, services, await run_sync(services.tickets.hand_back, ticket_id, actor_of(member)))


@router.post("/snooze")
async def snooze(
    request: Request,
    services: ServicesOf,
    member: Writer,
    ticket_id: TicketId,
    until: Annotated[str, Form()] = "day",
) -> Response:
    """Put a ticket out of sight for an hour, a day, a week, or until the clinic opens again."""
    now = utc_now()
    moment = next_opening(services.clinic, now) if until == "opening" else now + SNOOZES.get(until, SNOOZES["day"])
    if moment is None:
        raise ConflictError("The clinic does not open within two months. Choose another time.")
    change = await run_sync(partial(services.tickets.snooze, ticket_id, until=moment, by=actor_of(member)))
    return _done(request, services, change)


@router.post("/resolve")
async def resolve(
    request: Request,
    services: ServicesOf,
    member: Writer,
    ticket_id: TicketId,
    *,
    resolution: Annotated[str, Form()] = Resolution.ANSWERED.value,
    seen: Annotated[int | None, Form(ge=0, le=LARGEST_ID)] = None,
    ask_if_helped: Annotated[bool, Form()] = False,
) -> Response:
    """Close a ticket and hand the conversation back to the bot."""
    known = {kind.value: kind for kind in STAFF_RESOLUTIONS}
    change = await run_sync(
        partial(
            services.tickets.resolve,
            ticket_id,
            by=actor_of(member),
            resolution=known.get(resolution, Resolution.ANSWERED),
            seen=seen,
            ask_if_helped=ask_if_helped,
        )
    )
    return _done(request, services, change)


@router.post("/reopen")
async def reopen(request: Request, services: ServicesOf, member: Writer, ticket_id: TicketId) -> Response:
    """Open a resolved ticket again."""
    return _done(request, services, await run_sync(services.tickets.reopen, ticket_id, actor_of(member)))


@router.post("/merge")
async def merge(request: Request, services: ServicesOf, member: Writer, ticket_id: TicketId, other: RowId) -> Response:
    """Make another ticket of the same patient part of this one."""
    for change in await run_sync(partial(services.tickets.merge, other, into=ticket_id, by=actor_of(member))):
        services.deliver.announce(change)
    return back_to_ticket(request, ticket_id, {"ticket_id": ticket_id})


def _done(request: Request, services: ServicesOf, change: Change) -> Response:
    services.deliver.announce(change)
    return back_to_ticket(request, change.ticket_id, {"ticket_id": change.ticket_id})


def back_to_ticket(request: Request, ticket_id: int, body: dict[str, Any]) -> Response:
    """Lead back to the ticket, or tell the page's script what came of it."""
    if wants_json(request):
        return JSONResponse(body)
    return RedirectResponse(f"/staff/tickets/{ticket_id}", status_code=303)


def wants_json(request: Request) -> bool:
    """Tell whether a script of our page sent the form, which goes on by itself."""
    return "application/json" in request.headers.get("accept", "")

"""The HTTP interface of tickets, for a desk that the clinic has already: list, read, take, answer, resolve."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from bot.bootstrap import Services
from bot.errors import ClaimsError
from bot.escalation import inbox_store
from bot.escalation import store as tickets
from bot.escalation.desk.seen import saw
from bot.escalation.inbox_store import InboxFilter, InboxPage
from bot.escalation.merging import merged_store
from bot.escalation.store import TicketView
from bot.messaging.inbound_text import clean_text
from bot.staff.actor import Actor
from bot.vocabulary import InboxView, Resolution
from bot.web.dependencies import ServicesOf, bearer_token
from bot.web.errors import error_json
from bot.web.wire import LARGEST_ID, ErrorOut, MessageOut, message_out

router = APIRouter(
    prefix="/api/tickets",
    tags=["tickets"],
    responses={code: {"model": ErrorOut} for code in (403, 404, 409, 413, 422, 503)},
)


async def program(services: ServicesOf, authorization: Annotated[str | None, Header()] = None) -> Actor:
    """Give in whose name a program works, by the token in `Authorization: Bearer`."""
    return await run_sync(services.integrations.who_is, bearer_token(authorization) or "")


Program = Annotated[Actor, Depends(program)]
TicketId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class TicketOut(BaseModel):
    """A ticket."""

    id: int
    conversation_id: str
    status: str
    urgency: str
    reason: str
    channel: str
    treatment: str | None
    labels: list[str]
    assignee: str | None
    patient_name: str | None
    patient_phone: str | None
    patient_email: str | None
    first_line: str
    opened_at: str
    promised_at: str | None
    resolution: str | None
    resolved_by: str | None
    merged_into: int | None


class TicketPageOut(BaseModel):
    """One page of tickets, the most urgent first."""

    tickets: list[TicketOut]
    page: int
    pages: int
    total: int


class TicketWithMessagesOut(TicketOut):
    """A ticket with its conversation."""

    messages: list[MessageOut]


class ReplyIn(BaseModel):
    """A reply to the patient; the same client_message_id twice sends it once."""

    text: str
    client_message_id: str | None = Field(default=None, min_length=1, max_length=50)
    claims_seen: bool = False


class ResolveIn(BaseModel):
    """Why a ticket is resolved."""

    resolution: Resolution = Resolution.ANSWERED


@router.get("")
async def list_tickets(
    services: ServicesOf,
    by: Program,
    view: InboxView = InboxView.ALL,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> TicketPageOut:
    """List tickets."""
    wanted = InboxFilter(staff_member_id=by.staff_member_id or 0, view=view, page=page)

    def load() -> InboxPage:
        with services.database.read() as session:
            return inbox_store.page(session, wanted)

    found = await run_sync(load)
    return TicketPageOut(
        tickets=[TicketOut(**_fields(row.ticket)) for row in found.rows],
        page=found.page,
        pages=found.pages,
        total=found.total,
    )


@router.get("/{ticket_id}")
async def read_ticket(services: ServicesOf, by: Program, ticket_id: TicketId) -> TicketWithMessagesOut:
    """Give a ticket with its conversation."""
    await run_sync(saw, services.database, ticket_id, by)
    return await run_sync(_with_messages, services, ticket_id)


@router.post("/{ticket_id}/take")
async def take(services: ServicesOf, by: Program, ticket_id: TicketId) -> TicketOut:
    """Take a ticket: from now on the bot is silent."""
    services.deliver.announce(await run_sync(services.tickets.take, ticket_id, by))
    return TicketOut(**_fields(await run_sync(services.tickets.view, ticket_id)))


@router.post("/{ticket_id}/replies", response_model=MessageOut)
async def reply(services: ServicesOf, by: Program, ticket_id: TicketId, body: ReplyIn) -> Response | MessageOut:
    """Write to the patient; that takes the ticket if nobody has it.

    A text that claims what no text to a patient may is refused (409, code "claims") until claims_seen says that whoever
    wrote it has been shown why.
    """
    send = partial(
        services.replies.send,
        ticket_id,
        text=clean_text(body.text),
        by=by,
        client_message_id=f"api-{body.client_message_id}" if body.client_message_id else None,
        claims_seen=body.claims_seen,
    )
    try:
        sent = await run_sync(send)
    except ClaimsError as error:
        return error_json(409, "claims", f"{error} Change the text, or send it again with claims_seen true.")
    services.deliver.announce_reply(sent)
    return message_out(sent.message)


@router.post("/{ticket_id}/resolve")
async def resolve(services: ServicesOf, by: Program, ticket_id: TicketId, body: ResolveIn) -> TicketOut:
    """Close a ticket and hand the conversation back to the bot."""
    closed = partial(services.tickets.resolve, ticket_id, by=by, resolution=body.resolution)
    services.deliver.announce(await run_sync(closed))
    return TicketOut(**_fields(await run_sync(services.tickets.view, ticket_id)))


@router.post("/{ticket_id}/reopen")
async def reopen(services: ServicesOf, by: Program, ticket_id: TicketId) -> TicketOut:
    """Open a resolved ticket again."""
    services.deliver.announce(await run_sync(services.tickets.reopen, ticket_id, by))
    return TicketOut(**_fields(await run_sync(services.tickets.view, ticket_id)))


def _with_messages(services: Services, ticket_id: int) -> TicketWithMessagesOut:
    view = services.tickets.view(ticket_id)
    with services.database.read() as session:
        messages = merged_store.transcript(session, tickets.get_ticket(session, ticket_id))
    return TicketWithMessagesOut(**_fields(view), messages=[message_out(message) for message in messages])


def _fields(view: TicketView) -> dict[str, Any]:
    return {
        "id": view.id,
        "conversation_id": view.conversation_id,
        "status": view.status.value,
        "urgency": view.urgency.value,
        "reason": view.reason.value,
        "channel": view.channel.value,
        "treatment": view.treatment,
        "labels": list(view.labels),
        "assignee": view.assignee_name,
        "patient_name": view.patient_name,
        "patient_phone": view.patient_phone,
        "patient_email": view.patient_email,
        "first_line": view.first_line,
        "opened_at": view.opened_at.isoformat(),
        "promised_at": None if view.promised_at is None else view.promised_at.isoformat(),
        "resolution": None if view.resolution is None else view.resolution.value,
        "resolved_by": view.resolved_by,
        "merged_into": view.merged_into_id,
    }

"""The live connection of the staff console: what changes in tickets, who looks and who types."""

from __future__ import annotations

from functools import partial

from anyio.to_thread import run_sync
from fastapi import APIRouter, WebSocket
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services
from bot.errors import NotFoundError, PermissionDeniedError
from bot.escalation import store as tickets
from bot.escalation.merging.merged_store import spoken_to_in
from bot.messaging.feed import STAFF, Event, HandlerChanged, Looking, MessageStored, TicketChanged, Typing
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Author
from bot.web.dependencies import needs_codes, needs_password, sign_in_token
from bot.web.live import POLICY_VIOLATION, TRY_AGAIN_LATER, Frame, pump
from bot.web.same_site import has_own_origin
from bot.web.wire import LARGEST_ID, message_out

router = APIRouter()


@router.websocket("/staff/live")
async def staff_live(socket: WebSocket) -> None:
    """Send what changes in tickets and in their conversations."""
    services: Services = socket.app.state.services
    is_ours = has_own_origin(socket.headers, services.settings.public_url)
    token = sign_in_token(socket)
    try:
        signed_in = await run_sync(services.staff.who_is, token)
    except SQLAlchemyError:
        await socket.close(TRY_AGAIN_LATER)
        return
    if signed_in is None or not is_ours or needs_codes(services, signed_in) or needs_password(services, signed_in):
        await socket.close(POLICY_VIOLATION)
        return

    async def frame(event: Event) -> Frame | None:
        return await run_sync(_staff_frame, services, token, event)

    async def still() -> None:
        await run_sync(_require_signed_in, services, token)

    async def hear(heard: Frame) -> None:
        await _hear_staff(services, socket, signed_in, heard)

    try:
        await pump(socket, services.feed, STAFF, frame, hear, still=still)
    finally:
        services.presence.look(socket, None, signed_in.name)


async def _hear_staff(services: Services, page: WebSocket, member: SignedIn, heard: Frame) -> None:
    """Pass on what an open page of the console says: which ticket it shows, and that its reply is being written."""
    ticket_id = heard.get("ticket_id")
    if not isinstance(ticket_id, int) or isinstance(ticket_id, bool) or not 0 <= ticket_id <= LARGEST_ID:
        # No database takes a greater number, and no page of ours says one.
        return
    if heard.get("type") == "looking":
        services.presence.look(page, ticket_id or None, member.name)
    elif heard.get("type") == "typing":
        conversation_id = await run_sync(_where_they_write, services, ticket_id, member)
        if conversation_id is not None:
            typing = Typing(conversation_id=conversation_id, author=Author.STAFF, name=member.name)
            services.feed.publish(conversation_id, typing)
        # Whoever writes is there, though no page is asked for.
        await run_sync(partial(services.staff.who_is, sign_in_token(page), acts=True))


def _where_they_write(services: Services, ticket_id: int, member: SignedIn) -> str | None:
    """Give the conversation in which a reply of theirs would be read; None if they may not write one."""
    with services.database.read() as session:
        try:
            ticket = tickets.get_ticket(session, ticket_id)
        except NotFoundError:
            return None
        may_write = ticket.assignee_id in {None, member.staff_member_id}
        return spoken_to_in(session, ticket) if may_write else None


def _require_signed_in(services: Services, token: str | None) -> None:
    if services.staff.who_is(token) is None:
        # Signed out in another tab, too long without a page, or the working day is over.
        raise PermissionDeniedError("Sign in to see this.")


def _staff_frame(services: Services, token: str | None, event: Event) -> Frame | None:
    _require_signed_in(services, token)
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

"""The chat's HTTP interface: conversations, messages, asking for a person, contact details."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, TypeVar

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.conversations import store
from bot.db.engine import utc_now
from bot.errors import IdReusedError, InvalidMessageError, UnstorableTextError
from bot.escalation import store as tickets
from bot.escalation.danger import danger_of, danger_seen, taken_back_at
from bot.escalation.due.promised import asks_contact, times_to_come, was_promised
from bot.escalation.due.promises import Promises
from bot.escalation.models import Ticket
from bot.messaging.contact_form import FilledForm
from bot.messaging.receive import Received
from bot.vocabulary import Channel
from bot.web.dependencies import ServicesOf, bearer_token
from bot.web.door.limiting import count_subject, passing_of
from bot.web.errors import error_json, said
from bot.web.patient.wire import (
    ContactIn,
    ConversationOut,
    EscalationIn,
    FeedbackIn,
    IdentityIn,
    MessageIn,
    MessagesOut,
    RequestOut,
    SatisfactionIn,
    StartIn,
    TranscriptOut,
)
from bot.web.wire import LARGEST_ID, ErrorOut, message_out

logger = structlog.get_logger(__name__)

T = TypeVar("T")

router = APIRouter(
    prefix="/api/conversations",
    tags=["conversations"],
    responses={code: {"model": ErrorOut} for code in (403, 404, 409, 413, 422, 429, 503)},
)


async def owned_conversation(
    request: Request,
    conversation_id: str,
    services: ServicesOf,
    authorization: Annotated[str | None, Header()] = None,
    x_conversation_token: Annotated[str | None, Header()] = None,
) -> str:
    """Give the id of a conversation after checking its token.

    It stands in `Authorization: Bearer`, or in `X-Conversation-Token` where a proxy has a sign-in of its own. It stands
    in no address: those are kept in logs and histories.
    """
    await services.access.check_token(conversation_id, bearer_token(authorization) or x_conversation_token)
    await count_subject(request, conversation_id)
    return conversation_id


Owned = Annotated[str, Depends(owned_conversation)]


@router.post("", status_code=201)
async def start(request: Request, services: ServicesOf, body: StartIn | None = None) -> ConversationOut:
    """Start a conversation; the body may be left out."""
    passing = passing_of(request)
    first = "" if body is None else body.first_words
    if passing.wait and (not first or await run_sync(services.receive.card_for, first) is None):
        raise passing.too_many()
    conversation_id, token = await services.access.start_conversation(Channel.WEB_CHAT)
    return ConversationOut(conversation_id=conversation_id, token=token)


@router.post("/{conversation_id}/messages", response_model=MessagesOut)
async def send(request: Request, conversation_id: Owned, body: MessageIn, services: ServicesOf) -> Response:
    """Send a message; the message and the replies to it come back."""
    await _only_danger_if_too_many(request, services, conversation_id, body.text)
    receive = partial(
        services.receive.receive, conversation_id, body.text, body.client_message_id, in_reply_to=body.in_reply_to
    )
    received = await _taken(services, conversation_id, body.text, receive)
    if isinstance(received, JSONResponse):
        return received
    # Written out here: FastAPI would check what we made ourselves, and turn it into JSON in three steps.
    return Response(_out(received).model_dump_json(), media_type="application/json")


@router.get("/{conversation_id}/messages")
async def read(
    conversation_id: Owned, services: ServicesOf, after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0
) -> TranscriptOut:
    """Give the messages with an id above `after`."""

    def load() -> TranscriptOut:
        with services.database.read() as session:
            conversation = store.get_conversation(session, conversation_id)
            messages = store.transcript(session, conversation_id, after=after)
            ticket = tickets.find_unresolved(session, conversation_id)
            return TranscriptOut(
                messages=[message_out(message) for message in messages],
                handler=conversation.handler,
                staff_name=conversation.handler_name,
                request=None if ticket is None else _request(services, session, ticket),
            )

    return await run_sync(load)


@router.post("/{conversation_id}/escalations")
async def ask_for_person(conversation_id: Owned, services: ServicesOf, body: EscalationIn | None = None) -> MessagesOut:
    """Pass the conversation to staff; the body may be left out."""
    client_message_id = None if body is None else body.client_message_id
    return _out(await services.receive.ask_for_person(conversation_id, client_message_id))


@router.post("/{conversation_id}/escalations/cancel")
async def go_on_with_bot(conversation_id: Owned, services: ServicesOf) -> MessagesOut:
    """Take back the wish for a person; what may be serious stays with staff all the same."""
    messages = await services.receive.go_on_with_bot(conversation_id)
    return MessagesOut(messages=[message_out(message) for message in messages])


@router.post("/{conversation_id}/satisfaction")
async def rate(conversation_id: Owned, body: SatisfactionIn, services: ServicesOf) -> MessagesOut:
    """Say whether staff helped, when they asked."""
    await run_sync(partial(services.tickets.rate, conversation_id, body.ticket, helped=body.helped))
    return MessagesOut(messages=[])


@router.post("/{conversation_id}/contact", response_model=MessagesOut)
async def leave_contact(request: Request, conversation_id: Owned, body: ContactIn, services: ServicesOf) -> Response:
    """Leave a name, a phone number or an email address for staff; danger in any of them is taken as a message is."""
    form = FilledForm.of(body.name, body.phone, body.email)
    await _only_danger_if_too_many(request, services, conversation_id, *form.fields)
    message = await run_sync(services.contact_form.message_in, form)
    if message is None:
        messages = await services.contact_form.take(conversation_id, form)
    else:
        take = partial(services.contact_form.take_danger, conversation_id, form, message)
        taken = await _taken(services, conversation_id, message, take)
        if isinstance(taken, JSONResponse):
            return taken
        messages = taken
    out = MessagesOut(messages=[message_out(message) for message in messages])
    return Response(out.model_dump_json(), media_type="application/json")


@router.post("/{conversation_id}/identity")
async def identify(conversation_id: Owned, body: IdentityIn, services: ServicesOf) -> MessagesOut:
    """Say who the patient is, as the clinic's server has signed it; staff see it, and nothing else comes of it."""
    await run_sync(services.identities.identify, conversation_id, body.signed)
    return MessagesOut(messages=[])


@router.post("/{conversation_id}/messages/{message_id}/feedback")
async def give_feedback(
    conversation_id: Owned,
    message_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    body: FeedbackIn,
    services: ServicesOf,
) -> MessagesOut:
    """Say whether an answer helped; at the second that did not, the offer of a person comes back."""
    messages = await services.feedback.give(conversation_id, message_id, helpful=body.helpful, reason=body.reason)
    return MessagesOut(messages=[message_out(message) for message in messages])


def _request(services: Services, session: Session, ticket: Ticket) -> RequestOut | None:
    """Say in words what the patient was promised and can still hope for; None where they have taken a card back.

    Then staff have the ticket all the same, but its patient asked nobody; once they do, it is said as of any other.
    """
    now = utc_now()
    danger = danger_of(session, ticket)
    if danger is None and taken_back_at(session, ticket) is not None and not was_promised(session, ticket):
        return None
    promises = Promises(services.clinic, services.responses)
    reply_at, call_back_at = (None, None) if danger is not None else times_to_come(ticket, now)
    return RequestOut(
        status=ticket.status,
        call=None if danger is None else promises.numbers_to_call(danger),
        reply_by=None if reply_at is None else promises.in_words(reply_at, now),
        call_back_by=None if call_back_at is None else promises.in_words(call_back_at, now),
        can_cancel=danger_seen(session, ticket) is None,
        asks_contact=asks_contact(session, ticket),
    )


def _out(received: Received) -> MessagesOut:
    return MessagesOut(messages=[message_out(message) for message in (received.inbound, *received.replies)])


async def _only_danger_if_too_many(request: Request, services: Services, conversation_id: str, *words: str) -> None:
    """Let words of danger through however many came before them, and the answer to a check.

    Raises:
        TooManyRequestsError: There were too many, and there is no danger in this one.
    """
    passing = passing_of(request)
    if not passing.wait or await run_sync(services.offers.waits_for_word_of_danger, conversation_id):
        return
    for text in words:
        if await run_sync(services.receive.card_for, text) is not None:
            return
    raise passing.too_many()


async def _taken(
    services: Services, conversation_id: str, text: str, take: Callable[[], Awaitable[T]]
) -> T | JSONResponse:
    """Give what taking a text comes to, or the answer that it was not taken."""
    try:
        return await take()
    except InvalidMessageError as error:
        status, code = (413, "too_long") if error.too_long else (422, "invalid_message")
        return await run_sync(_refused, services, text, status, code, str(error))
    except IdReusedError as error:
        return await run_sync(_refused, services, text, 409, "id_reused", str(error))
    except UnstorableTextError as error:
        return await run_sync(_refused, services, text, 422, "not_storable", str(error))
    except SQLAlchemyError as error:
        logger.warning("message_not_stored", conversation_id=conversation_id, problem=type(error).__name__)
        return await run_sync(_refused, services, text, 503, "store_unavailable", said("store-down"))


def _refused(services: Services, text: str, status: int, code: str, message: str) -> JSONResponse:
    """Answer that a message was not taken, with the care card all the same if it sounds dangerous."""
    found = services.receive.card_for(text)
    return error_json(status, code, message, None if found is None else found.reply.model_dump(mode="json"))

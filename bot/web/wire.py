"""The JSON of the chat's HTTP interface: messages out, bodies in."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.conversations.store import StoredMessage
from bot.messaging.feed import Event, HandlerChanged, MessageStored, TicketChanged, Typing
from bot.vocabulary import Author, FeedbackReason

LARGEST_ID = 2**63 - 1
"""More does not fit in a database's integer."""


class ConversationOut(BaseModel):
    """A new conversation and the secret that proves whose it is."""

    conversation_id: str
    token: str


def _whole_characters(value: object) -> object:
    """Mend half characters: a browser that cuts a text in the middle of an emoji sends one."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


class MessageIn(BaseModel):
    """A patient's message; the same client_message_id twice gives the same result, once."""

    model_config = ConfigDict(extra="ignore")

    text: Annotated[str, BeforeValidator(_whole_characters)]
    client_message_id: str | None = Field(default=None, min_length=1, max_length=64)


class ContactIn(BaseModel):
    """How the patient can be reached."""

    name: str | None = Field(default=None, max_length=120)
    phone: str | None = Field(default=None, max_length=40)
    email: str | None = Field(default=None, max_length=254)


class FeedbackIn(BaseModel):
    """Whether an answer helped, and why not."""

    helpful: bool
    reason: FeedbackReason | None = None


class SatisfactionIn(BaseModel):
    """Whether the patient says that staff helped them."""

    ticket: int = Field(ge=1, le=LARGEST_ID)
    helped: bool


class MessageOut(BaseModel):
    """A message as the chat shows it."""

    id: int
    conversation_id: str
    author: str
    author_name: str | None
    text: str
    created_at: str
    client_message_id: str | None
    reply: dict[str, Any] | None


class MessagesOut(BaseModel):
    """Messages, oldest first."""

    messages: list[MessageOut]


class RequestOut(BaseModel):
    """The patient's open request for staff: by when they reply, in words, and whether it can be taken back."""

    status: str
    reply_by: str | None
    call_back_by: str | None
    can_cancel: bool


class TranscriptOut(MessagesOut):
    """Messages, who answers now, and the request that staff have, if they have one."""

    handler: str
    staff_name: str | None
    request: RequestOut | None = None


class ErrorBody(BaseModel):
    """What happened and what to do; `reply` holds a care card when the text sounded dangerous."""

    code: str
    message: str
    reply: dict[str, Any] | None = None


class ErrorOut(BaseModel):
    """Every error of the interface has this form."""

    error: ErrorBody


def message_out(message: StoredMessage) -> MessageOut:
    """Turn a stored message into its JSON form."""
    return MessageOut(
        id=message.id,
        conversation_id=message.conversation_id,
        author=message.author.value,
        author_name=message.author_name,
        text=message.text,
        created_at=message.created_at.isoformat().replace("+00:00", "Z"),
        client_message_id=message.client_message_id,
        reply=None if message.reply is None else message.reply.model_dump(mode="json"),
    )


def patient_frame(event: Event) -> dict[str, Any] | None:
    """Turn an event into a frame of the patient's live connection; None for what is not for patients."""
    if isinstance(event, MessageStored):
        return {"type": "message", "message": message_out(event.message).model_dump()}
    if isinstance(event, HandlerChanged):
        return {"type": "handler", "handler": event.handler.value, "staff_name": event.staff_name}
    if isinstance(event, Typing):
        is_own = event.author is Author.PATIENT
        by = {"type": "typing", "author": event.author.value}
        return None if is_own else by if event.name is None else {**by, "name": event.name}
    if isinstance(event, TicketChanged):
        return {"type": "ticket"}
    return None

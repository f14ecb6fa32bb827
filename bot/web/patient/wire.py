"""The JSON of the chat's interface: bodies in, conversations out, frames of the live connection."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.messaging.feed import Event, HandlerChanged, MessageStored, TicketChanged, Typing
from bot.vocabulary import Author, FeedbackReason
from bot.web.wire import LARGEST_ID, MessageOut, message_out


class ConversationOut(BaseModel):
    """A new conversation and the secret that proves whose it is."""

    conversation_id: str
    token: str


def _whole_characters(value: object) -> object:
    """Mend half characters: a browser that cuts a text in the middle of an emoji sends one."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


WholeText = Annotated[str, BeforeValidator(_whole_characters)]


class StartIn(BaseModel):
    """What a patient says first: where too many conversations have begun, one that tells of danger begins still."""

    model_config = ConfigDict(extra="ignore")

    first_words: WholeText = ""


class MessageIn(BaseModel):
    """A patient's message; the same client_message_id twice gives the same result, once.

    Where a button of a check or a card was pressed, the text is its title and `in_reply_to` the message it belongs to.
    """

    model_config = ConfigDict(extra="ignore")

    text: WholeText
    client_message_id: str | None = Field(default=None, min_length=1, max_length=64)
    in_reply_to: int | None = Field(default=None, ge=1, le=LARGEST_ID)


class EscalationIn(BaseModel):
    """A wish for a person; the same client_message_id twice gives the same result, once."""

    model_config = ConfigDict(extra="ignore")

    client_message_id: str | None = Field(default=None, min_length=1, max_length=64)


class ContactIn(BaseModel):
    """How the patient can be reached; looked at for danger before anything is too long."""

    name: WholeText | None = None
    phone: WholeText | None = None
    email: WholeText | None = None


class IdentityIn(BaseModel):
    """Who the patient is, as the clinic's website has signed it."""

    signed: str = Field(max_length=4096)


class FeedbackIn(BaseModel):
    """Whether an answer helped, and why not."""

    helpful: bool
    reason: FeedbackReason | None = None


class SatisfactionIn(BaseModel):
    """Whether the patient says that staff helped them."""

    ticket: int = Field(ge=1, le=LARGEST_ID)
    helped: bool


class MessagesOut(BaseModel):
    """Messages, oldest first."""

    messages: list[MessageOut]


class RequestOut(BaseModel):
    """The patient's open request for staff: by when they reply, in words, whether it can be taken back.

    `asks_contact` says that staff do not know yet how to reach them, so that the form for it belongs on the page.
    After a card `call` holds the number to call, and nothing is promised.
    """

    status: str
    call: str | None = None
    reply_by: str | None
    call_back_by: str | None
    can_cancel: bool
    asks_contact: bool


class TranscriptOut(MessagesOut):
    """Messages, who answers now, and the request that staff have, if they have one."""

    handler: str
    staff_name: str | None
    request: RequestOut | None = None


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

"""The JSON that more than one room speaks: a message, and an error."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from bot.conversations.store import StoredMessage

LARGEST_ID = 2**63 - 1
"""More does not fit in a database's integer."""


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

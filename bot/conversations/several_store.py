"""The SQL on several conversations at once, such as all that a phone number ever had: one query for each question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversations.models import Conversation, Message
from bot.vocabulary import Author, Handler


def conversation_with(session: Session, conversation_ids: Collection[str], *, client_message_id: str) -> str | None:
    """Give that one of these conversations in which the patient's message under this client's id is stored."""
    query = select(Message.conversation_id).where(
        Message.conversation_id.in_(conversation_ids),
        Message.client_message_id == client_message_id,
        Message.author == Author.PATIENT.value,
    )
    return session.scalars(query).first()


@dataclass(frozen=True, kw_only=True)
class LastMessage:
    """The id and the time of a conversation's newest message."""

    id: int
    created_at: dt.datetime


def last_messages(session: Session, conversation_ids: Collection[str]) -> dict[str, LastMessage]:
    """Give the newest message of each of these conversations that has any."""
    newest = (
        select(func.max(Message.id))
        .where(Message.conversation_id.in_(conversation_ids))
        .group_by(Message.conversation_id)
    )
    query = select(Message.conversation_id, Message.id, Message.created_at).where(Message.id.in_(newest))
    return {row.conversation_id: LastMessage(id=row.id, created_at=row.created_at) for row in session.execute(query)}


def under_staff(session: Session, conversation_ids: Collection[str]) -> set[str]:
    """Give those of these conversations that staff answer."""
    query = select(Conversation.id).where(
        Conversation.id.in_(conversation_ids), Conversation.handler == Handler.STAFF.value
    )
    return set(session.scalars(query))


def lock_conversations(session: Session, conversation_ids: Collection[str], *, unless_locked: bool = False) -> bool:
    """Let nobody change these conversations until this transaction ends; they are locked in the order of their ids.

    Whoever locks more than that locks conversations first: then no two wait for each other (docs/architecture.md).

    Args:
        session: The open write session.
        conversation_ids: Which.
        unless_locked: Whether to take none that somebody else has locked, instead of waiting.

    Returns:
        Whether all are locked now.
    """
    query = select(Conversation.id).where(Conversation.id.in_(conversation_ids)).order_by(Conversation.id)
    locked = session.scalars(query.with_for_update(skip_locked=unless_locked)).all()
    return len(locked) == len(set(conversation_ids))


def count_unhandled(session: Session) -> int:
    """Give how many inbound messages have not got their replies."""
    query = select(func.count()).where(Message.author == Author.PATIENT.value, Message.handled_at.is_(None))
    return session.scalar(query) or 0

"""By what each message of a conversation came or went, where it goes on by two channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.channels import store as numbers
from bot.conversations.store import StoredMessage
from bot.labels import CHANNEL_LABELS
from bot.vocabulary import Channel


def came_by_labels(
    session: Session, messages: Sequence[StoredMessage], channels: Mapping[str, Channel]
) -> dict[int, str]:
    """Give the channel of each message in words, by its id; empty where all came by their conversation's own.

    Args:
        session: The open session.
        messages: The messages.
        channels: By what each of their conversations began.
    """
    others = numbers.channels_of(session, [message.id for message in messages])
    if not others:
        return {}
    return {
        message.id: CHANNEL_LABELS[others.get(message.id, channels[message.conversation_id])] for message in messages
    }

"""What the replies to one message amount to: topics, treatments, kinds, and how sure the bot was."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reply import Reply
from bot.vocabulary import ReplyKind


def told(replies: Sequence[Reply]) -> str:
    """Give the replies in words, such as "answer(cost)+smalltalk"."""
    return "+".join(f"{reply.kind.value}({reply.topic})" if reply.topic else reply.kind.value for reply in replies)


def topics_given(replies: Sequence[Reply]) -> list[str]:
    """List the topics of all replies, in order."""
    return [reply.topic for reply in replies if reply.topic is not None]


def answers(replies: Sequence[Reply]) -> list[Reply]:
    """List the replies that are approved answers."""
    return [reply for reply in replies if reply.kind is ReplyKind.ANSWER]


def treatments_named(replies: Sequence[Reply]) -> set[str]:
    """Give the slugs of all treatments that the replies are about."""
    return {slug for reply in replies for slug in reply.treatments}


def confidence(replies: Sequence[Reply]) -> float | None:
    """Give how sure the bot was of the answer it was surest of; None where it answered nothing."""
    return max((reply.confidence for reply in answers(replies) if reply.confidence is not None), default=None)

"""Whole dialogues through the road of the web chat, without a browser: for `ask` and for measuring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.bootstrap import Services
from bot.errors import InvalidMessageError
from bot.reply import Reply
from bot.vocabulary import Channel, Handler, ReplyKind

AT_ONCE = 8
"""Conversations that are talked through at the same time."""


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """What a patient says, turn by turn, in a conversation of its own."""

    id: str
    turns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Talked:
    """The replies to each turn of a dialogue."""

    dialogue: Dialogue
    replies: tuple[tuple[Reply, ...], ...]


async def talk(services: Services, dialogue: Dialogue) -> Talked:
    """Hold one dialogue; a turn that cannot be taken gets its error as a reply."""
    conversation_id, _token = await services.access.start_conversation(Channel.CONSOLE)
    replies: list[tuple[Reply, ...]] = []
    for text in dialogue.turns:
        try:
            received = await services.receive.receive(conversation_id, text, None)
        except InvalidMessageError as error:
            replies.append((Reply(kind=ReplyKind.NO_ANSWER, text=str(error)),))
            continue
        said = tuple(message.reply for message in received.replies if message.reply is not None)
        if not said and received.handler is Handler.STAFF:
            said = (Reply(kind=ReplyKind.STAFF, text=""),)
        replies.append(said)
    return Talked(dialogue=dialogue, replies=tuple(replies))


async def talk_all(services: Services, dialogues: Sequence[Dialogue]) -> AsyncIterator[Talked]:
    """Hold many dialogues, some at the same time, and give them back in their order."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(dialogue: Dialogue) -> Talked:
        async with limit:
            return await talk(services, dialogue)

    tasks = [asyncio.create_task(one(dialogue)) for dialogue in dialogues]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()

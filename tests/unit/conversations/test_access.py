"""A conversation opens to whoever holds the secret that it was started with, and to nobody else."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.conversations import access
from bot.errors import NotFoundError, PermissionDeniedError
from bot.vocabulary import Channel


async def test_a_conversation_opens_with_its_own_token_only(services: Services):
    """A guessed, missing or foreign token opens nothing."""
    mine, token = await services.access.start_conversation(Channel.WEB_CHAT)
    _other, others_token = await services.access.start_conversation(Channel.WEB_CHAT)

    await services.access.check_token(mine, token)

    for wrong in (others_token, "", None):
        with pytest.raises(PermissionDeniedError):
            await services.access.check_token(mine, wrong)
    with pytest.raises(NotFoundError):
        await services.access.check_token("nobody", token)


async def test_a_token_is_still_checked_when_more_conversations_came_than_are_remembered(
    services: Services, monkeypatch: pytest.MonkeyPatch
):
    """What is kept in memory saves a look into the store and decides nothing."""
    monkeypatch.setattr(access, "MOST_TOKENS_KEPT", 2)
    started = [await services.access.start_conversation(Channel.WEB_CHAT) for _ in range(5)]

    for _ in range(2):
        for conversation, token in started:
            await services.access.check_token(conversation, token)
            with pytest.raises(PermissionDeniedError):
                await services.access.check_token(conversation, token + "x")

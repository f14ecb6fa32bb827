"""Whose turn it is: a conversation's messages are handled one at a time, by whichever edge they came to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from anyio import CancelScope
from anyio.to_thread import run_sync

from bot.db.named_locks import NamedLocks

ASK_AGAIN_SECONDS = 0.05
"""How soon it is looked again whether another edge is done; a turn takes longer than that."""


class Turns:
    """Gives conversations to one at a time: in line within this edge, and against the others by the database."""

    def __init__(self, locks: NamedLocks) -> None:
        """Take the locks that all edges respect."""
        self._locks = locks
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait for a conversation, and have it alone meanwhile.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: The database is out of reach.
        """
        async with self._here.setdefault(conversation_id, asyncio.Lock()):
            if not self._locks.are_needed:
                yield
                return
            name = f"conversation {conversation_id}"
            try:
                while not await run_sync(self._locks.take, name):  # noqa: ASYNC110 (another process has it)
                    await asyncio.sleep(ASK_AGAIN_SECONDS)
                yield
            finally:
                # Also where the wait was cancelled: the lock may have come in that moment.
                with CancelScope(shield=True):
                    await run_sync(self._locks.give_back, name)

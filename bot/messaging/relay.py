"""Live events between edges: what happens in one is told to the browsers at the others, within a moment.

Notices carry numbers and names of staff, never a patient's words: a message is read from the store by whoever hears of
it. They go by the first way that takes them, and every way is listened to, since another edge may have had to take the
next. One that is lost costs nothing but time, since `Elsewhere` looks for messages every few seconds.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import structlog
from anyio import create_task_group
from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.db.notices import LONGEST, Notices
from bot.errors import ConnectionFailedError
from bot.messaging.feed import Event, Feed, HandlerChanged, MessageStored, TicketChanged, Typing
from bot.tokens import new_token
from bot.vocabulary import Author, Handler

logger = structlog.get_logger(__name__)

MOST_WAITING = 1000
"""Events that wait to be told; of more the oldest are dropped."""
TRY_AGAIN_SECONDS = 2.0


class Relay:
    """Tells the other edges of this one's events, and this one's browsers of theirs; used from the event loop only."""

    def __init__(self, database: Database, feed: Feed, ways: Sequence[Notices]) -> None:
        """Take the store, the feed of live events, and what carries notices, the way to try first at the head."""
        self._database = database
        self._feed = feed
        self._ways = ways
        self._own = new_token()[:12]
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)

    async def run(self) -> None:
        """Tell and hear for as long as the edge is up; returns at once where there can be no other edge."""
        if not self._ways:
            return
        self._feed.tell_others = self.tell
        try:
            async with create_task_group() as at_once:
                at_once.start_soon(self._send)
                for way in self._ways:
                    at_once.start_soon(self._hear, way)
        finally:
            for way in self._ways:
                await way.close()

    def tell(self, conversation_id: str, event: Event) -> None:
        """Have an event told to the other edges."""
        said = _said(event)
        if said is None:
            return
        notice = json.dumps({"from": self._own, "conversation": conversation_id, **said})
        if len(notice.encode()) > LONGEST:
            return
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(notice)

    async def _send(self) -> None:
        while True:
            notices = [await self._waiting.get()]
            while not self._waiting.empty():
                notices.append(self._waiting.get_nowait())
            await self._send_by_any(notices)

    async def _send_by_any(self, notices: Sequence[str]) -> None:
        problems = {}
        for way in self._ways:
            try:
                await way.send(notices)
            except ConnectionFailedError as error:
                problems[way.name] = str(error)
            else:
                return
        logger.warning("edges_not_told", count=len(notices), **problems)

    async def _hear(self, way: Notices) -> None:
        while True:
            try:
                async for notice in way.hear():
                    await self._take(json.loads(notice))
            except (ConnectionFailedError, SQLAlchemyError) as error:
                problem = str(error) if isinstance(error, ConnectionFailedError) else type(error).__name__
                logger.warning("edges_not_heard", by=way.name, problem=problem)
            await asyncio.sleep(TRY_AGAIN_SECONDS)

    async def _take(self, said: dict[str, Any]) -> None:
        if said["from"] == self._own:
            return
        conversation_id = str(said["conversation"])
        if said["event"] == "message":
            message = await run_sync(self._message, conversation_id, said["id"])
            if message is not None and not self._feed.has_published(message.id):
                self._feed.hand_on(conversation_id, MessageStored(message=message))
            return
        self._feed.hand_on(conversation_id, _meant(conversation_id, said))

    def _message(self, conversation_id: str, message_id: int) -> StoredMessage | None:
        with self._database.read() as session:
            return store.find_message(session, conversation_id, message_id)


def _said(event: Event) -> dict[str, Any] | None:
    """Give an event as a notice; None for who looks at what, which each edge knows of its own pages only."""
    if isinstance(event, MessageStored):
        return {"event": "message", "id": event.message.id}
    if isinstance(event, HandlerChanged):
        return {"event": "handler", "handler": event.handler.value, "name": event.staff_name}
    if isinstance(event, Typing):
        return {"event": "typing", "author": event.author.value, "name": event.name}
    if isinstance(event, TicketChanged):
        return {"event": "ticket", "id": event.ticket_id}
    return None


def _meant(conversation_id: str, said: dict[str, Any]) -> Event:
    if said["event"] == "handler":
        handler = Handler(said["handler"])
        return HandlerChanged(conversation_id=conversation_id, handler=handler, staff_name=said["name"])
    if said["event"] == "typing":
        return Typing(conversation_id=conversation_id, author=Author(said["author"]), name=said["name"])
    return TicketChanged(ticket_id=int(said["id"]), conversation_id=conversation_id)

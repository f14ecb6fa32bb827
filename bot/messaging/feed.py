"""Events as they happen, from messaging to whoever has a live connection open in this process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.conversations.store import StoredMessage
from bot.vocabulary import Handler

STAFF = "staff"
"""The subject to which the staff console listens."""
QUEUE_LENGTH = 200
"""A listener that is this many events behind loses the oldest; it catches up from the transcript."""


@dataclass(frozen=True, kw_only=True)
class MessageStored:
    """A message was stored."""

    message: StoredMessage


@dataclass(frozen=True, kw_only=True)
class HandlerChanged:
    """Somebody else answers a conversation from now on."""

    conversation_id: str
    handler: Handler
    staff_name: str | None


@dataclass(frozen=True, kw_only=True)
class Typing:
    """The bot is working on a reply."""

    conversation_id: str


@dataclass(frozen=True, kw_only=True)
class TicketChanged:
    """A ticket was opened, taken or resolved."""

    ticket_id: int
    conversation_id: str


Event = MessageStored | HandlerChanged | Typing | TicketChanged


class Feed:
    """Hands events to listeners, each with a queue of its own; used from the event loop only."""

    def __init__(self) -> None:
        """Start with no listeners."""
        self._queues: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)

    @contextmanager
    def listen(self, subject: str) -> Iterator[asyncio.Queue[Event]]:
        """Open a queue that gets the events of a conversation's id, or of `STAFF`."""
        queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE_LENGTH)
        self._queues[subject].add(queue)
        try:
            yield queue
        finally:
            self._queues[subject].discard(queue)
            if not self._queues[subject]:
                del self._queues[subject]

    def publish(self, conversation_id: str, event: Event) -> None:
        """Hand an event to the conversation's listeners and, but for typing, to staff."""
        subjects = [conversation_id] if isinstance(event, Typing) else [conversation_id, STAFF]
        for subject in subjects:
            for queue in self._queues.get(subject, ()):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(event)

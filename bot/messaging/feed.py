"""Events as they happen, from messaging to whoever has a live connection open, here or at another edge (`relay.py`)."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.conversations.store import StoredMessage
from bot.vocabulary import Author, Handler

STAFF = "staff"
"""The subject to which the staff console listens."""
QUEUE_LENGTH = 200
"""A listener that is this many events behind loses the oldest; it catches up from the transcript."""
REMEMBERED = 2000
"""How many handed-on messages are remembered, so that none is handed on twice."""


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
    """Somebody writes: the bot works on a reply, or the patient or a staff member has the cursor in the box."""

    conversation_id: str
    author: Author = Author.BOT
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Looking:
    """Others look at a ticket now."""

    ticket_id: int
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TicketChanged:
    """A ticket was opened, taken or resolved."""

    ticket_id: int
    conversation_id: str


Event = MessageStored | HandlerChanged | Typing | TicketChanged | Looking


class Feed:
    """Hands events to listeners, each with a queue of its own; used from the event loop only."""

    def __init__(self) -> None:
        """Start with no listeners."""
        self._queues: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)
        self._published: deque[int] = deque(maxlen=REMEMBERED)
        self.tell_others: Callable[[str, Event], None] = _nobody

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

    def is_heard(self, subject: str) -> bool:
        """Tell whether anybody listens to a conversation at this edge; may be asked from any thread."""
        return subject in self._queues

    def publish(self, conversation_id: str, event: Event) -> None:
        """Hand an event to the conversation's listeners and to staff, and tell the other edges."""
        self.hand_on(conversation_id, event)
        self.tell_others(conversation_id, event)

    def hand_on(self, conversation_id: str, event: Event) -> None:
        """Hand an event to those who listen at this edge; the bot's typing is for the patient only."""
        if isinstance(event, MessageStored):
            self._published.append(event.message.id)
        self._put(conversation_id, event)
        if not (isinstance(event, Typing) and event.author is Author.BOT):
            self._put(STAFF, event)

    def has_published(self, message_id: int) -> bool:
        """Tell whether a message was handed on a short while ago."""
        return message_id in self._published

    def publish_to_staff(self, event: Event) -> None:
        """Hand an event to the staff console only."""
        self._put(STAFF, event)

    def _put(self, subject: str, event: Event) -> None:
        for queue in self._queues.get(subject, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)


def _nobody(_conversation_id: str, _event: Event) -> None:
    """Tell no other edge: there is none."""

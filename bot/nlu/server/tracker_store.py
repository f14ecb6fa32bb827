"""Rasa's memory of conversations, kept short: one row for each, so that a long conversation is as fast as a new one.

The edge holds the transcript; Rasa needs only the last turns and the slots. The edge forgets them too
(`bot/privacy/memory_store.py`), when they are old or a patient is to be forgotten. Where the installation has a key,
what is kept is sealed with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine

from bot.nlu.project import project_path
from bot.nlu.server.recent_events import RecentEvents
from bot.sealing import open_memory, seal_memory
from bot.settings import encryption_keys

DEFAULT_URL = "sqlite:///var/tracker.db"
DEFAULT_KEPT_EVENTS = 40

_METADATA = sa.MetaData()
_TRACKERS = sa.Table(
    "trackers",
    _METADATA,
    sa.Column("conversation_id", sa.String(255), primary_key=True),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("saved_at", sa.Float, nullable=False, index=True),
)
# SQLite and PostgreSQL both know it; either way a save is one statement.
_SAVE = sa.text(
    "INSERT INTO trackers (conversation_id, events, saved_at) VALUES (:conversation_id, :events, :saved_at) "
    "ON CONFLICT (conversation_id) DO UPDATE SET events = excluded.events, saved_at = excluded.saved_at"
)
_LOAD = sa.text("SELECT events FROM trackers WHERE conversation_id = :conversation_id")


class BoundedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Keeps the last events of each conversation, and what the slots were before them.

    Args:
        domain: Rasa's domain.
        host: What endpoints.yml gives as `url`: an SQLAlchemy address of SQLite or PostgreSQL; empty for SQLite in
            `var/` of the project.
        event_broker: Where Rasa would publish events.
        kept_events: How many of the last events to keep, rounded to whole turns.
    """

    def __init__(
        self,
        domain: Domain | None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        kept_events: int | str = DEFAULT_KEPT_EVENTS,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._kept_events = int(kept_events)
        self._recent = RecentEvents()
        self._keys = encryption_keys()
        self._engine = _connect(host or DEFAULT_URL)
        if self._engine.dialect.name == "postgresql":
            _make_schema(self._engine)
        _METADATA.create_all(self._engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the conversation's last events."""
        await self.stream_events(tracker)
        events = self._recent.written(tracker.sender_id, bounded(list(tracker.events), self._kept_events))
        sealed = seal_memory(self._keys, events)
        row = {"conversation_id": tracker.sender_id, "events": sealed, "saved_at": time.time()}
        with self._engine.begin() as connection:
            connection.execute(_SAVE, row)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the conversation as it was saved; None also if it was sealed with a key that is there no more."""
        with self._engine.connect() as connection:
            stored = connection.execute(_LOAD, {"conversation_id": sender_id}).scalar()
        events = None if stored is None else open_memory(self._keys, stored)
        if events is None:
            return None
        return DialogueStateTracker.from_events(sender_id, self._recent.read(sender_id, events), self.domain.slots)

    async def keys(self) -> Iterable[str]:
        """Return the ids of all conversations."""
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(_TRACKERS.c.conversation_id)).scalars())


def bounded(events: Sequence[Event], kept: int) -> list[Event]:
    """Return the last events from the beginning of a turn on, after the session's start and the slots as they were.

    Args:
        events: All events of a conversation.
        kept: How many of the last events to keep at most (more only if the last turn alone has more).
    """
    if len(events) <= kept:
        return list(events)
    cut = _turn_start(events, len(events) - kept)
    dropped = events[:cut]
    return [*_session_start(dropped), *_slots(dropped), *_loop(dropped), *events[cut:]]


def _turn_start(events: Sequence[Event], earliest: int) -> int:
    starts = [index for index, event in enumerate(events) if _is_listening(event)]
    later = [index for index in starts if index >= earliest and index < len(events) - 1]
    if later:
        return later[0]
    # One turn alone is longer: it stays whole, because rules read it from its start.
    return max((index for index in starts if index < len(events) - 1), default=0)


def _is_listening(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _session_start(events: Sequence[Event]) -> list[Event]:
    """Return the last session's start: without it Rasa would begin a new session, and forget the slots."""
    for index in range(len(events) - 1, -1, -1):
        if isinstance(events[index], SessionStarted):
            first = max(index - 1, 0)
            return list(events[first : index + 1])
    return []


def _slots(events: Sequence[Event]) -> list[Event]:
    slots: dict[str, Event] = {}
    for event in events:
        if isinstance(event, (AllSlotsReset, Restarted)):
            slots.clear()
        elif isinstance(event, SlotSet):
            slots[event.key] = event
    return list(slots.values())


def _loop(events: Sequence[Event]) -> list[Event]:
    last = next((event for event in reversed(events) if isinstance(event, (ActiveLoop, Restarted))), None)
    return [last] if isinstance(last, ActiveLoop) and last.name else []


def _connect(url: str) -> Engine:
    address = sa.engine.make_url(url)
    if address.get_backend_name() != "sqlite":
        # The one driver that there is in Rasa's environment, whichever the address names.
        return sa.create_engine(address.set(drivername="postgresql+psycopg2"), pool_pre_ping=True)
    if address.database and address.database != ":memory:":
        path = project_path(address.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        address = address.set(database=str(Path(path)))
    # One connection that stays open: opening the file takes as long as reading from it. All that is done here is done
    # in one statement, which is a transaction by itself.
    engine = sa.create_engine(
        address,
        connect_args={"timeout": 15, "check_same_thread": False},
        poolclass=sa.pool.QueuePool,
        pool_size=1,
        isolation_level="AUTOCOMMIT",
    )
    sa.event.listen(engine, "connect", _speed_up_sqlite)
    return engine


def _make_schema(engine: Engine) -> None:
    """Make the schema that the address leads to, where it names one of its own that is not there yet."""
    with engine.begin() as connection:
        if connection.execute(sa.text("SELECT current_schema()")).scalar() is None:
            name = connection.execute(sa.text("SELECT trim(split_part(current_setting('search_path'), ',', 1), ' \"')"))
            connection.execute(sa.schema.CreateSchema(name.scalar()))


def _speed_up_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # Readers do not wait for the writer; a power cut may cost the last turn, which the edge still has.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    # What a save replaces is overwritten, not only given free.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()

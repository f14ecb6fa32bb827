"""Messages that another process has stored, such as a command of the terminal: handed to live connections too."""

from __future__ import annotations

import datetime as dt

from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.messaging.feed import Feed, MessageStored

GRACE = dt.timedelta(seconds=2)


class Elsewhere:
    """Looks now and then for messages that did not pass through this process."""

    def __init__(self, database: Database, feed: Feed) -> None:
        """Take the store and the feed of live events."""
        self._database = database
        self._feed = feed
        self._newest: int | None = None

    def look(self, now: dt.datetime) -> list[StoredMessage]:
        """Give the messages that were stored since the last look; the first look only learns where to begin.

        Those of the last moments are left for the next look: this process may be about to hand them on itself.
        """
        with self._database.read() as session:
            if self._newest is None:
                self._newest = store.newest_id_of_all(session)
                return []
            messages = store.stored_after(session, self._newest, until=now - GRACE)
        if messages:
            self._newest = messages[-1].id
        return messages

    def publish(self, messages: list[StoredMessage]) -> None:
        """Hand on those that this process has not handed on itself; called from the event loop."""
        for message in messages:
            if not self._feed.has_published(message.id):
                # Each edge looks for itself.
                self._feed.hand_on(message.conversation_id, MessageStored(message=message))

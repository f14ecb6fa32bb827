"""Messages that another process has stored, such as a command of the terminal: handed to live connections too."""

from __future__ import annotations

from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.messaging.feed import Feed, MessageStored


class Elsewhere:
    """Looks now and then for messages that did not pass through this process."""

    def __init__(self, database: Database, feed: Feed) -> None:
        """Take the store and the feed of live events."""
        self._database = database
        self._feed = feed
        self._newest: int | None = None

    def look(self) -> list[StoredMessage]:
        """Give the messages that were stored since the last look; the first look only learns where to begin."""
        with self._database.read() as session:
            if self._newest is None:
                self._newest = store.newest_id_of_all(session)
                return []
            messages = store.stored_after(session, self._newest)
        if messages:
            self._newest = messages[-1].id
        return messages

    def publish(self, messages: list[StoredMessage]) -> None:
        """Hand on those that this process has not handed on itself; called from the event loop."""
        for message in messages:
            if not self._feed.has_published(message.id):
                self._feed.publish(message.conversation_id, MessageStored(message=message))

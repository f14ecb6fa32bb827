"""Who is looking at which ticket now; kept in memory, since it is over when the process is."""

from __future__ import annotations

from collections import defaultdict

from bot.messaging.feed import Feed, Looking


class Presence:
    """Knows the open pages of the staff console, and tells them of each other; used from the event loop only."""

    def __init__(self, feed: Feed) -> None:
        """Take the feed through which changes are told."""
        self._feed = feed
        self._pages: dict[int, dict[object, str]] = defaultdict(dict)

    def look(self, page: object, ticket_id: int | None, name: str) -> None:
        """Note that a page shows a ticket, or none any more.

        Args:
            page: Whatever tells one open page from another.
            ticket_id: The ticket; None when the page is closed or shows none.
            name: The staff member in front of it.
        """
        for other in [number for number, pages in self._pages.items() if page in pages and number != ticket_id]:
            self._leave(page, other)
        if ticket_id is not None and self._pages[ticket_id].get(page) != name:
            self._pages[ticket_id][page] = name
            self._tell(ticket_id)

    def names(self, ticket_id: int) -> tuple[str, ...]:
        """Give who looks at a ticket, each once, in the order of the alphabet."""
        return tuple(sorted(set(self._pages.get(ticket_id, {}).values())))

    def _leave(self, page: object, ticket_id: int) -> None:
        del self._pages[ticket_id][page]
        self._tell(ticket_id)
        if not self._pages[ticket_id]:
            del self._pages[ticket_id]

    def _tell(self, ticket_id: int) -> None:
        self._feed.publish_to_staff(Looking(ticket_id=ticket_id, names=self.names(ticket_id)))

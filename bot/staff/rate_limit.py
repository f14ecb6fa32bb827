"""How often one place may try to sign in; kept in memory, since a restart may forgive."""

from __future__ import annotations

from collections import deque

from bot.errors import PermissionDeniedError

MOST = 30
WINDOW_SECONDS = 300.0
MOST_PLACES = 10_000


class RateLimit:
    """Counts the tries of each place in a sliding window."""

    def __init__(self, *, most: int = MOST, window: float = WINDOW_SECONDS) -> None:
        """Take how many tries are allowed in how many seconds."""
        self._most = most
        self._window = window
        self._tries: dict[str, deque[float]] = {}

    def count(self, place: str, now: float) -> None:
        """Count a try.

        Args:
            place: Where it comes from, such as an address.
            now: Seconds of a clock that only runs forward.

        Raises:
            PermissionDeniedError: There were too many.
        """
        if len(self._tries) > MOST_PLACES:
            since = now - self._window
            self._tries = {known: tries for known, tries in self._tries.items() if tries and tries[-1] > since}
        tries = self._tries.setdefault(place, deque())
        while tries and tries[0] <= now - self._window:
            tries.popleft()
        if len(tries) >= self._most:
            raise PermissionDeniedError("Too many tries from here. Wait five minutes and try again.")
        tries.append(now)

    def forgive(self, place: str) -> None:
        """Take back the newest try of a place, since it succeeded: many staff may share one address.

        Args:
            place: Where it came from.
        """
        self._tries[place].pop()

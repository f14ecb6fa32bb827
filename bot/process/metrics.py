"""What is counted and timed while messages are answered, for a monitoring system: kinds and numbers, never words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.confidence import ANSWER_FROM, ASK_BACK_FROM, BEYOND_DOUBT_FROM, CLEAR_FROM
from bot.reply import Reply

BANDS = ("guess", "ask_back", "answer", "clear", "beyond_doubt")
"""Of confidence, by what is done with it; each begins where the one before it ends."""
_BAND_ENDS = (ASK_BACK_FROM, ANSWER_FROM, CLEAR_FROM, BEYOND_DOUBT_FROM)
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Part(Enum):
    """A part of what it takes to answer a message."""

    ACCEPT = "accept"
    DANGER = "danger"
    RASA = "rasa"
    TURN = "turn"


class Metrics:
    """Counts and times what one process does, from its start on."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry(auto_describe=True)
        self._turns = Counter("frontdesk_turns", "Messages of patients that were handled.", registry=self.registry)
        self._replies = Counter("frontdesk_replies", "Replies to them.", ["kind"], registry=self.registry)
        self._confidence = Counter(
            "frontdesk_answers_by_confidence",
            "Replies whose question was understood with a confidence of this band.",
            ["band"],
            registry=self.registry,
        )
        self._cards = Counter("frontdesk_cards", "Red-flag cards that were shown.", ["level"], registry=self.registry)
        self._refused = Counter(
            "frontdesk_too_many_requests", "Requests that were refused by a limit.", ["road"], registry=self.registry
        )
        self._seconds = Histogram(
            "frontdesk_part_seconds",
            "How long each part of handling a message took.",
            ["part"],
            buckets=_SECONDS,
            registry=self.registry,
        )

    def count_turn(self, replies: Iterable[Reply | None]) -> None:
        """Count a message that was handled, and what was said to it."""
        self._turns.inc()
        for reply in replies:
            if reply is None:
                continue
            self._replies.labels(reply.kind.value).inc()
            if reply.confidence is not None:
                self._confidence.labels(BANDS[bisect_right(_BAND_ENDS, reply.confidence)]).inc()
            if reply.card is not None:
                self._cards.labels(reply.card.level).inc()

    def count_refused(self, road: str) -> None:
        """Count a request that came too often.

        Args:
            road: The road as the table of limits names it, without what stands in its places.
        """
        self._refused.labels(road).inc()

    @contextmanager
    def timing(self, part: Part) -> Iterator[None]:
        """Time a part, also one that fails."""
        began = perf_counter()
        try:
            yield
        finally:
            self._seconds.labels(part.value).observe(perf_counter() - began)

"""Counts how often somebody has come, in this process or in Redis, and says how long they have to wait."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog
from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

logger = structlog.get_logger(__name__)

SECONDS_FOR_REDIS = 0.25
"""A turn waits no longer for a count."""
REDIS_PAUSE = 10.0
"""Seconds for which Redis is not asked again after it failed; meanwhile this process counts by itself."""

Ask = Callable[[SlidingWindowCounterRateLimiter, Sequence[RateLimitItem], Sequence[str]], Awaitable[int]]


class Counters:
    """Counts by names, over sliding windows."""

    def __init__(self, redis_url: str = "", *, off: bool = False) -> None:
        """Take where counts are kept.

        Args:
            redis_url: A Redis that several edges share; empty for this process's memory.
            off: Whether nothing is counted, so that everybody is let through.
        """
        self._off = off
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = _shared(redis_url) if redis_url else None
        self._ask_shared_at = 0.0

    async def wait_for(self, limits: Sequence[RateLimitItem], *names: str) -> int:
        """Count one coming; give 0 if it is let through, else the seconds until it is worth trying again.

        Args:
            limits: Of which none may be passed.
            names: What is counted: the road and whose it is.
        """
        return await self._asked(_count, limits, names)

    async def wait_left(self, limits: Sequence[RateLimitItem], *names: str) -> int:
        """Give the same without counting: for what counts only once it has failed."""
        return await self._asked(_look, limits, names)

    async def _asked(self, ask: Ask, limits: Sequence[RateLimitItem], names: Sequence[str]) -> int:
        if self._off or not limits:
            return 0
        if self._shared is not None and time.monotonic() >= self._ask_shared_at:
            try:
                return await ask(self._shared, limits, names)
            except StorageError as error:
                logger.warning("limits_not_shared", problem=type(error.storage_error).__name__)
                self._ask_shared_at = time.monotonic() + REDIS_PAUSE
        return await ask(self._here, limits, names)


async def _count(
    limiter: SlidingWindowCounterRateLimiter, limits: Sequence[RateLimitItem], names: Sequence[str]
) -> int:
    for limit in limits:
        if not await limiter.hit(limit, *names):
            return await _seconds(limiter, limit, names)
    return 0


async def _look(limiter: SlidingWindowCounterRateLimiter, limits: Sequence[RateLimitItem], names: Sequence[str]) -> int:
    for limit in limits:
        if not await limiter.test(limit, *names):
            return await _seconds(limiter, limit, names)
    return 0


async def _seconds(limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, names: Sequence[str]) -> int:
    stats = await limiter.get_window_stats(limit, *names)
    return max(1, math.ceil(stats.reset_time - time.time()))


def _shared(url: str) -> SlidingWindowCounterRateLimiter:
    storage = storage_from_string(
        f"async+{url}",
        implementation="redispy",
        wrap_exceptions=True,
        socket_timeout=SECONDS_FOR_REDIS,
        socket_connect_timeout=SECONDS_FOR_REDIS,
    )
    if not isinstance(storage, Storage):
        raise TypeError(f"{type(storage).__name__} counts no sliding windows.")
    return SlidingWindowCounterRateLimiter(storage)

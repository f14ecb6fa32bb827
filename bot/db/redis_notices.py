"""Notices from process to process by Redis (PUBLISH and SUBSCRIBE), which spares the store a commit for each."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.db.notices import CHANNEL
from bot.errors import ConnectionFailedError

logger = structlog.get_logger(__name__)

SECONDS = 0.25
"""In which Redis has to answer; what is to be told then goes another way."""
PAUSE = 10.0
"""Seconds for which nothing is sent by Redis after it failed."""
SILENCE = 5.0
"""Seconds after which a connection on which nothing comes is asked whether it is there, and given up if it is not."""


class RedisNotices:
    """Passes notices on by a Redis that several edges share; each clinic has a database of its own in it."""

    name = "redis"

    def __init__(self, url: str) -> None:
        """Take the address, such as `redis://cache:6379/0`; nothing is connected yet."""
        self._url = url
        self._sender = self._client()
        # What is published is heard in every database of a Redis, so the channel says which one it is about.
        number = self._sender.connection_pool.connection_kwargs.get("db") or 0
        self._channel = f"{CHANNEL}:{number}"
        self._send_again_at = 0.0

    def _client(self) -> Redis:
        # It would try again by itself, and hold up what waits to be told.
        never = Retry(NoBackoff(), 0)
        return Redis.from_url(
            self._url, decode_responses=True, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, retry=never
        )

    async def send(self, notices: Sequence[str]) -> None:
        """Send notices, in order; nobody who hears them, not even this process, is a failure. See `Notices`."""
        if time.monotonic() < self._send_again_at:
            raise ConnectionFailedError("Pause")
        try:
            async with self._sender.pipeline(transaction=False) as pipeline:
                for each in notices:
                    pipeline.publish(self._channel, each)
                heard_by = await pipeline.execute()
        except (RedisError, OSError) as error:
            self._send_again_at = time.monotonic() + PAUSE
            logger.warning("redis_left_out", problem=type(error).__name__, seconds=PAUSE)
            raise ConnectionFailedError(type(error).__name__) from error
        if not all(heard_by):
            raise ConnectionFailedError("NobodyListens")

    async def hear(self) -> AsyncIterator[str]:
        """Give what is sent from now on; see `Notices`."""
        try:
            async with self._client() as client, client.pubsub() as line:
                await line.subscribe(self._channel)
                was_asked = False
                while True:
                    said: dict[str, Any] | None = await line.get_message(timeout=SILENCE)
                    if said is None and was_asked:
                        raise ConnectionFailedError("Silence")
                    was_asked = said is None
                    if said is None:
                        await line.ping()
                    elif said["type"] == "message":
                        yield said["data"]
        except (RedisError, OSError) as error:
            raise ConnectionFailedError(type(error).__name__) from error

    async def close(self) -> None:
        """End the connection to send by."""
        await self._sender.aclose()

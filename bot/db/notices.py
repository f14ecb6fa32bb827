"""Notices from process to process: small, at once, kept for nobody; here by PostgreSQL (LISTEN and NOTIFY)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from anyio.to_thread import run_sync
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.db.engine import CONNECT_SECONDS, Database
from bot.errors import ConnectionFailedError

CHANNEL = "frontdesk"
LONGEST = 7900
"""Bytes of a notice; PostgreSQL takes 8,000."""

_NOTIFY = text("SELECT pg_notify(:channel, :notice)")


class Notices(Protocol):
    """A way to send notices to all processes of a clinic, the sender too, and to hear them."""

    name: str
    """What the log calls it."""

    async def send(self, notices: Sequence[str]) -> None:
        """Send notices, in order.

        Raises:
            ConnectionFailedError: The server is out of reach.
        """

    def hear(self) -> AsyncIterator[str]:
        """Give the notices that are sent from now on, without end, over a connection of its own.

        Raises:
            ConnectionFailedError: The server is out of reach, or has gone.
        """

    async def close(self) -> None:
        """End what is kept open to send by."""


def notices_between_edges(database: Database, redis_url: str) -> list[Notices]:
    """Give the ways by which edges tell each other, the one to try first at the head.

    Args:
        database: The store; SQLite serves one edge, which has nobody to tell.
        redis_url: A Redis that the edges share; empty for none.
    """
    if database.is_sqlite:
        return []
    if not redis_url:
        return [PostgresqlNotices(database)]
    # Its client takes memory that an edge without Redis need not have.
    from bot.db.redis_notices import RedisNotices

    return [RedisNotices(redis_url), PostgresqlNotices(database)]


class PostgresqlNotices:
    """Passes notices on by the server that holds the store."""

    name = "postgresql"

    def __init__(self, database: Database) -> None:
        """Take the store."""
        self._database = database

    async def send(self, notices: Sequence[str]) -> None:
        """Send notices, in one transaction; see `Notices`."""
        try:
            await run_sync(self._send, notices)
        except SQLAlchemyError as error:
            raise ConnectionFailedError(type(error).__name__) from error

    def _send(self, notices: Sequence[str]) -> None:
        with self._database.write() as session:
            session.execute(_NOTIFY, [{"channel": CHANNEL, "notice": each} for each in notices])

    async def hear(self) -> AsyncIterator[str]:
        """Give what is sent from now on; see `Notices`."""
        # Only now: where the store is SQLite's, the driver would take 8 MB in every process for nothing.
        import psycopg

        address = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            connection = await psycopg.AsyncConnection.connect(
                address, autocommit=True, connect_timeout=CONNECT_SECONDS
            )
            async with connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                async for notice in connection.notifies():
                    yield notice.payload
        except psycopg.Error as error:
            raise ConnectionFailedError(type(error).__name__) from error

    async def close(self) -> None:
        """Leave the store's connections to the store."""

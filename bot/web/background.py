"""What the edge does by itself, beside the requests: recovery, promised times, what waits to be sent, what is old."""

from __future__ import annotations

import asyncio

import structlog
from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import FrontdeskError
from bot.notifications.outbox import Outbox
from bot.purging import purge

logger = structlog.get_logger(__name__)

RECOVERY_RETRY_SECONDS = 10.0
LOOK_EVERY_SECONDS = 5.0
"""How often it is looked for promised times that ran out."""
PURGE_EVERY_SECONDS = 24 * 3600.0
PURGE_RETRY_SECONDS = 600.0
TEXTS_EVERY_SECONDS = 0.5
"""How often it is looked for texts to send: somebody holds a phone and waits."""


async def _recover(services: Services) -> None:
    """Answer what a crash left unanswered, once the edge is up, and again until the store lets it."""
    while True:
        try:
            count = await services.receive.recover()
        except (FrontdeskError, SQLAlchemyError) as error:
            logger.warning("recovery_failed", problem=type(error).__name__)
            await asyncio.sleep(RECOVERY_RETRY_SECONDS)
            continue
        if count:
            logger.info("recovered_messages", count=count)
        return


async def _keep_time(services: Services) -> None:
    """Do what promised times that run out ask for, for as long as the edge is up."""
    while True:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        try:
            changes = await run_sync(services.deadlines.pass_time, utc_now())
            from_elsewhere = await run_sync(services.elsewhere.look, utc_now())
        except SQLAlchemyError as error:
            logger.warning("time_not_kept", problem=type(error).__name__)
            continue
        for change in changes:
            services.deliver.announce(change)
        services.elsewhere.publish(from_elsewhere)


async def _send_notifications(services: Services) -> None:
    """Send what waits in the outbox, for as long as the edge is up."""
    await _send(services.outbox, LOOK_EVERY_SECONDS)


async def _send_texts(services: Services) -> None:
    """Send texts to patients, apart from the notifications so that no slow mail server holds them up."""
    await _send(services.texts, TEXTS_EVERY_SECONDS)


async def _send(outbox: Outbox, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            # At once again after a success: of each number only its first text is due.
            while (await run_sync(outbox.send_due, utc_now())).sent:
                pass
        except SQLAlchemyError as error:
            logger.warning("outbox_not_read", problem=type(error).__name__)


async def _purge(services: Services) -> None:
    """Delete what is old enough, at the start and once a day."""
    while True:
        try:
            purged = await run_sync(purge, services.database, utc_now())
        except SQLAlchemyError as error:
            logger.warning("not_purged", problem=type(error).__name__)
            await asyncio.sleep(PURGE_RETRY_SECONDS)
            continue
        if purged.total:
            logger.info("purged", **vars(purged))
        await asyncio.sleep(PURGE_EVERY_SECONDS)


WORK = (_recover, _keep_time, _send_notifications, _send_texts, _purge)
"""Each runs for as long as the edge is up, or until it is done."""

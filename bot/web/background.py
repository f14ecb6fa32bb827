"""What the edge does by itself, beside the requests: recovery, promised times, what waits to be sent, what is old."""

from __future__ import annotations

import asyncio
import datetime as dt
from zoneinfo import ZoneInfo

import structlog
from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import FrontdeskError
from bot.notifications.outbox import Outbox
from bot.periods import next_night
from bot.privacy.receipt import TRACES
from bot.privacy.retention import OF_PATIENTS

logger = structlog.get_logger(__name__)

RECOVERY_RETRY_SECONDS = 10.0
LOOK_EVERY_SECONDS = 5.0
"""How often it is looked for promised times that ran out."""
KEEPING_RETRY = dt.timedelta(minutes=10)
LONGEST_SLEEP_SECONDS = 600.0
"""While the night is waited for: the machine may have slept meanwhile, or its clock been set."""
FIGURES_EVERY_SECONDS = 600.0
"""How often it is looked whether the weekly figures are due."""
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


async def _keep_limits(services: Services) -> None:
    """Delete what is older than clinic.yml says, at the start and every night."""
    zone, due = ZoneInfo(services.clinic.timezone), utc_now()
    while True:
        wait = (due - utc_now()).total_seconds()
        if wait > 0:
            await asyncio.sleep(min(wait, LONGEST_SLEEP_SECONDS))
            continue
        try:
            await run_sync(_delete_old, services, utc_now())
        except SQLAlchemyError as error:
            logger.warning("limits_not_kept", problem=type(error).__name__)
            due = utc_now() + KEEPING_RETRY
            continue
        due = next_night(utc_now(), zone)


def _delete_old(services: Services, now: dt.datetime) -> None:
    gone = {kind.kind: kind.count for kind in services.keeper.run(now) if kind.count}
    if gone:
        logger.info("deleted_by_age", **gone)
    if gone.keys() & set(OF_PATIENTS) and services.patients.scrub() == TRACES:
        logger.warning("traces_left")


async def _tell_figures(services: Services) -> None:
    """Queue the weekly email to administrators, where the clinic wants it."""
    while True:
        try:
            queued = await run_sync(services.weekly_figures.queue_due, utc_now())
        except SQLAlchemyError as error:
            logger.warning("figures_not_told", problem=type(error).__name__)
        else:
            if queued:
                logger.info("figures_told", count=queued)
        await asyncio.sleep(FIGURES_EVERY_SECONDS)


WORK = (_recover, _keep_time, _send_notifications, _send_texts, _keep_limits, _tell_figures)
"""Each runs for as long as the edge is up, or until it is done."""

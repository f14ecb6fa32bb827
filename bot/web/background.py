"""What the edge does by itself, beside the requests: recovery, promised times, what waits to be sent, what is old."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog
from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services
from bot.curation.trainings import LEARNING
from bot.db.engine import utc_now
from bot.errors import FrontdeskError
from bot.messaging.feed import MessageStored
from bot.notifications.outbox import Outbox
from bot.periods import next_night
from bot.privacy.receipt import TRACES
from bot.privacy.retention import OF_PATIENTS
from bot.process.logs import where
from bot.settings import Settings

logger = structlog.get_logger(__name__)

T = TypeVar("T")

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

GATHER_EVERY_SECONDS = 3600.0
"""How often questions that were not answered well are gathered without being asked to."""
LEARNING_RETRY_SECONDS = 600.0


async def _recover(services: Services) -> None:
    """Answer what a crash left unanswered, once the edge is up, and again until the store lets it."""
    while True:
        try:
            count = await services.receive.recover()
        except (FrontdeskError, SQLAlchemyError) as error:
            logger.warning("recovery_failed", problem=type(error).__name__)
            await asyncio.sleep(RECOVERY_RETRY_SECONDS)
            continue
        except Exception as error:  # noqa: BLE001 (what nobody foresaw is so the next time too)
            logger.error("recovery_failed", problem=type(error).__name__, where=where(error))  # noqa: TRY400
            return
        if count:
            logger.info("recovered_messages", count=count)
        return


async def _keep_time(services: Services) -> None:
    """Do what promised times that run out ask for, for as long as the edge is up."""
    while True:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        try:
            await run_sync(services.clinic_settings.refresh)
            changes = await run_sync(services.deadlines.pass_time, utc_now())
            changes += await run_sync(services.undelivered.tell, utc_now())
            from_elsewhere = await run_sync(services.elsewhere.look, utc_now())
        except SQLAlchemyError as error:
            logger.warning("time_not_kept", problem=type(error).__name__)
            continue
        for change in changes:
            services.deliver.announce(change)
        services.elsewhere.publish(from_elsewhere)


async def _keep_plans(services: Services) -> None:
    """Send what is planned before and after procedures, for as long as the edge is up."""
    caught_up = False
    while True:
        try:
            if not caught_up:
                # A plan may have been changed while nobody looked.
                await run_sync(services.appointments.worker.catch_up, utc_now())
                caught_up = True
            messages = await run_sync(services.appointments.worker.work, utc_now())
        except (FrontdeskError, SQLAlchemyError) as error:
            logger.warning("plans_not_kept", problem=type(error).__name__)
        else:
            for message in messages:
                services.feed.publish(message.conversation_id, MessageStored(message=message))
        await asyncio.sleep(LOOK_EVERY_SECONDS)


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


async def _talk_to_other_edges(services: Services) -> None:
    """Tell the other edges what happens here, and the browsers here what happens there."""
    await services.relay.run()


async def _keep_limits(services: Services) -> None:
    """Delete what is older than clinic.yml says, at the start and every night; one edge does it for all."""
    zone, due = ZoneInfo(services.clinic.timezone), utc_now()
    while True:
        wait = (due - utc_now()).total_seconds()
        if wait > 0:
            await asyncio.sleep(min(wait, LONGEST_SLEEP_SECONDS))
            continue
        try:
            await run_sync(_alone, services, "deleting by age", partial(_delete_old, services, utc_now()))
        except SQLAlchemyError as error:
            logger.warning("limits_not_kept", problem=type(error).__name__)
            due = utc_now() + KEEPING_RETRY
            continue
        due = next_night(utc_now(), zone)


def _alone(services: Services, name: str, work: Callable[[], T]) -> T | None:
    """Do some work unless another edge does it just now; give what comes of it, or None."""
    if not services.named_locks.take(name):
        return None
    try:
        return work()
    finally:
        services.named_locks.give_back(name)


def _delete_old(services: Services, now: dt.datetime) -> None:
    if services.keeper.doubts_clock(now):
        logger.error("clock_doubted", what="nothing was deleted by age; `frontdesk retention run` does it all the same")
        return
    gone = {kind.kind: kind.count for kind in services.keeper.run(now) if kind.count}
    if gone:
        logger.info("deleted_by_age", **gone)
    if gone.keys() & set(OF_PATIENTS) and services.patients.scrub() == TRACES:
        logger.warning("traces_left")


async def _tell_figures(services: Services) -> None:
    """Queue the weekly email to administrators, where the clinic wants it."""
    while True:
        try:
            due = partial(services.weekly_figures.queue_due, utc_now())
            queued = await run_sync(_alone, services, "weekly figures", due)
        except SQLAlchemyError as error:
            logger.warning("figures_not_told", problem=type(error).__name__)
        else:
            if queued:
                logger.info("figures_told", count=queued)
        await asyncio.sleep(FIGURES_EVERY_SECONDS)


async def _learn(services: Services) -> None:
    """Start a learner where there is something to learn or to undo, and every hour to gather questions."""
    gather_at = time.monotonic() + GATHER_EVERY_SECONDS
    while True:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        try:
            # None while another edge is at it: what came of that is seen afterwards.
            wanted = await run_sync(_alone, services, LEARNING, services.trainings.is_wanted)
        except SQLAlchemyError as error:
            logger.warning("learning_not_looked_for", problem=type(error).__name__)
            continue
        if wanted is None or (not wanted and time.monotonic() < gather_at):
            continue
        gather_at = time.monotonic() + GATHER_EVERY_SECONDS
        try:
            status = await run_learner(services.settings)
        except OSError as error:
            # No disk for its log, or an environment that is being exchanged.
            logger.warning("learner_not_started", problem=type(error).__name__)
            status = 1
        if status != 0:
            logger.warning("learning_failed", status=status)
            await asyncio.sleep(LEARNING_RETRY_SECONDS)


async def run_learner(settings: Settings) -> int:
    """Learn in a process of its own, which gives its memory back; give its exit status.

    What it says is in var/log/learn.log.
    """
    log = settings.root / "var" / "log" / "learn.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "FRONTDESK_ROOT": str(settings.root),
        "FRONTDESK_DATABASE_URL": settings.database_url,
        "FRONTDESK_RASA_URL": settings.rasa_url,
    }
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "learn"),
            cwd=settings.root,
            env={**os.environ, **told},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            return await process.wait()
        except asyncio.CancelledError:
            # The edge ends: what was begun is begun anew at the next start.
            process.terminate()
            raise


WORK = (
    _recover,
    _keep_time,
    _keep_plans,
    _send_notifications,
    _send_texts,
    _talk_to_other_edges,
    _keep_limits,
    _tell_figures,
    _learn,
)
"""Each runs for as long as the edge is up, or until it is done."""

"""The edge: the one process that faces the public, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from anyio.to_thread import current_default_thread_limiter, run_sync
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services
from bot.db.engine import KEPT_CONNECTIONS, utc_now
from bot.errors import FrontdeskError
from bot.notifications.outbox import Outbox
from bot.web import errors, health, theme
from bot.web.dependencies import NotSignedInError
from bot.web.hooks import routes as hooks
from bot.web.knowledge import routes as knowledge
from bot.web.middleware import BodyLimit, LastResort, SecurityHeaders
from bot.web.pages import STATIC
from bot.web.patient import routes as patient
from bot.web.staff import routes as staff
from bot.web.staff.sign_in import not_signed_in

logger = structlog.get_logger(__name__)

RECOVERY_RETRY_SECONDS = 10.0
MOST_THREADS = KEPT_CONNECTIONS
"""At once at work on the store. Each holds a connection with its cache, and writers wait for each other anyway."""
LOOK_EVERY_SECONDS = 5.0
"""How often it is looked for promised times that ran out."""
TEXTS_EVERY_SECONDS = 0.5
"""How often it is looked for texts to send: somebody holds a phone and waits."""


def create_app(services: Services) -> FastAPI:
    """Build the edge around services that are wired already."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = MOST_THREADS
        tasks = [
            asyncio.create_task(work(services)) for work in (_recover, _keep_time, _send_notifications, _send_texts)
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await services.close()

    app = FastAPI(
        title="Frontdesk",
        version="0.1.0",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.services = services
    errors.install(app)

    @app.exception_handler(NotSignedInError)
    async def _sign_in_first(request: Request, _error: NotSignedInError) -> Response:
        return not_signed_in(request)

    for part in (patient, staff, knowledge, hooks, theme, health):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    # The last one added is the outermost: even an unexpected error's page gets the security headers.
    app.add_middleware(LastResort)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    return app


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

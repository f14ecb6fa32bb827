"""The edge: the one process that faces the public, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services
from bot.errors import FrontdeskError
from bot.web import conversations, errors, health, knowledge_editor, live, patient_chat, staff_console
from bot.web.middleware import BodyLimit, LastResort, SecurityHeaders
from bot.web.pages import STATIC

logger = structlog.get_logger(__name__)

RECOVERY_RETRY_SECONDS = 10.0


def create_app(services: Services) -> FastAPI:
    """Build the edge around services that are wired already."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        recovery = asyncio.create_task(_recover(services))
        yield
        recovery.cancel()
        await asyncio.gather(recovery, return_exceptions=True)
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

    @app.exception_handler(staff_console.NotSignedInError)
    async def _sign_in_first(request: Request, _error: staff_console.NotSignedInError) -> Response:
        return staff_console.not_signed_in(request)

    for module in (conversations, live, patient_chat, staff_console, knowledge_editor, health):
        app.include_router(module.router)
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

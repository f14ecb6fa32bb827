"""The edge: the one process that faces the public, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from bot.bootstrap import Services
from bot.db.engine import KEPT_CONNECTIONS
from bot.settings import VERSION
from bot.web import errors, health, metrics, theme
from bot.web.background import WORK
from bot.web.dependencies import AccountFirstError, NotSignedInError
from bot.web.door.counters import Counters
from bot.web.door.limiting import RateLimits
from bot.web.door.slow_clients import SlowReaders
from bot.web.hooks import routes as hooks
from bot.web.knowledge import routes as knowledge
from bot.web.middleware import BodyLimit, LastResort, OwnForms, PlainAddress, SecurityHeaders
from bot.web.pages import STATIC
from bot.web.patient import routes as patient
from bot.web.prefix import Prefix
from bot.web.staff import routes as staff
from bot.web.staff.sign_in import account_first, not_signed_in
from bot.web.widget import routes as widget

MOST_THREADS = KEPT_CONNECTIONS
"""At once at work on the store. Each holds a connection with its cache, and writers wait for each other anyway."""


def create_app(services: Services) -> FastAPI:
    """Build the edge around services that are wired already."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = MOST_THREADS
        tasks = [asyncio.create_task(work(services)) for work in WORK]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await services.close()

    app = FastAPI(
        title="Frontdesk",
        version=VERSION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        servers=[{"url": services.settings.path_prefix}] if services.settings.path_prefix else None,
    )
    app.state.services = services
    errors.install(app)

    @app.exception_handler(AccountFirstError)
    async def _account_first(request: Request, error: AccountFirstError) -> Response:
        return account_first(request, error)

    @app.exception_handler(NotSignedInError)
    async def _sign_in_first(request: Request, _error: NotSignedInError) -> Response:
        return not_signed_in(request)

    for part in (patient, staff, knowledge, hooks, widget, theme, health, metrics):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    # The last one added is the outermost: even an unexpected error's page gets the security headers.
    app.add_middleware(PlainAddress)
    app.add_middleware(OwnForms, public_url=services.settings.public_url)
    app.add_middleware(LastResort)
    app.add_middleware(BodyLimit)
    counters = Counters(services.settings.redis_url, off=not services.settings.rate_limits)
    app.add_middleware(
        RateLimits, counters=counters, trusted_proxies=services.settings.trusted_proxies, metrics=services.metrics
    )
    own_host = services.settings.public_url.startswith("https://") and not services.settings.path_prefix
    app.add_middleware(SecurityHeaders, https=services.settings.secure_cookies, own_host=own_host)
    app.add_middleware(SlowReaders)
    app.add_middleware(Prefix, prefix=services.settings.path_prefix)
    return app

"""Lets nobody come more often than the table of roads says, and takes no more words along than it says."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import TooManyRequestsError
from bot.process.metrics import Metrics
from bot.web.door.client_address import client_address, network_of
from bot.web.door.counters import Counters
from bot.web.door.roads import Road, road_of
from bot.web.errors import respond

TRY_AGAIN_LATER = 1013
PASSING = "frontdesk.passing"


@dataclass(kw_only=True)
class Passing:
    """A request that is let through.

    Attributes:
        address: Where it comes from.
        road: The road it is on.
        counters: What counts it.
        wait: Seconds after which it should have come; more than 0 only where words are looked at for danger first.
    """

    address: str
    road: Road
    counters: Counters
    metrics: Metrics
    wait: int = 0

    def too_many(self) -> TooManyRequestsError:
        """Count a refusal, and give its error."""
        self.metrics.count_refused(self.road.name)
        return TooManyRequestsError(self.wait)


class RateLimits:
    """Refuses who comes too often; what may tell of danger goes on, and is refused once it was looked at."""

    def __init__(self, app: ASGIApp, counters: Counters, trusted_proxies: int | None, metrics: Metrics) -> None:
        """Wrap an app.

        Args:
            app: It.
            counters: What counts.
            trusted_proxies: How many proxies stand before it; see `client_address`.
            metrics: What counts who is refused.
        """
        self._app = app
        self._counters = counters
        self._trusted_proxies = trusted_proxies
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless there were too many of its address."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        address = client_address(scope, self._trusted_proxies)
        road = road_of("LIVE" if scope["type"] == "websocket" else scope["method"], scope["path"])
        wait = await self._counters.wait_for(road.of_address, road.name, network_of(address))
        passing = Passing(address=address, road=road, counters=self._counters, metrics=self._metrics, wait=wait)
        if wait and not road.hears_danger:
            await _refuse(scope, receive, send, passing.too_many())
            return
        scope[PASSING] = passing
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, error: TooManyRequestsError) -> None:
    if scope["type"] == "websocket":
        # Not accepted yet, so the browser is told 403, and comes back by itself.
        await receive()
        await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
        return
    refused = respond(Request(scope), HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", str(error))
    refused.headers["retry-after"] = str(error.wait)
    await refused(scope, receive, send)


async def count_subject(connection: HTTPConnection, subject: str) -> None:
    """Count a request for a conversation or from a number, once it is known that it is theirs.

    Args:
        connection: The request.
        subject: The conversation's id, or the number.

    Raises:
        TooManyRequestsError: There were too many, and its road looks for no danger.
    """
    passing = passing_of(connection)
    wait = await passing.counters.wait_for(passing.road.of_subject, passing.road.name, subject)
    passing.wait = max(passing.wait, wait)
    if passing.wait and not passing.road.hears_danger:
        raise passing.too_many()


def passing_of(connection: HTTPConnection) -> Passing:
    """Give how a request was let through."""
    passing: Passing = connection.scope[PASSING]
    return passing

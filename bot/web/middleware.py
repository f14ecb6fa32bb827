"""What holds for every request: security headers, a limit to what is read, and no form of another site."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.door.limiting import passing_of
from bot.web.errors import error_json, log_unexpected, respond, said, unexpected
from bot.web.framing import content_security_policy
from bot.web.same_site import is_from_elsewhere

BODY_SECONDS = 20.0
"""In which a body has to arrive: whoever sends it drop by drop would hold a connection for nothing."""

IN_NO_FRAME = {
    "content-security-policy": content_security_policy("'none'"),
    # For browsers that do not know frame-ancestors. It cannot name websites: a page that some may frame goes without.
    "x-frame-options": "DENY",
}
HEADERS = {
    # Another site is told nothing; our own hears its origin with a form, which is then known to be ours.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    # Browsers may then run the chat in a process of its own, also in a frame of a website under the same domain.
    "origin-agent-cluster": "?1",
    # No window of another site holds on to ours, and none loads what is ours; the widget's script says otherwise.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
ONLY_HTTPS = {"strict-transport-security": "max-age=31536000; includeSubDomains"}
"""For a year, and for what is below a host of our own."""
ONLY_HTTPS_HERE = {"strict-transport-security": "max-age=31536000"}
"""Under a path of a host: what else a clinic has there is not ours to decide."""
HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
WITHOUT_COOKIES = ("/api/", "/channels/")
NO_ADDRESS = "There is a character in the address that cannot be looked for. Take it out and try again."
OTHER_SITE = "This was sent by a page of another site, so nothing was done. Open the page here and try again."
# FastAPI's own page about the interface is not served; only its JSON is.


class SecurityHeaders:
    """Adds the headers that keep pages to themselves."""

    def __init__(self, app: ASGIApp, *, https: bool, own_host: bool) -> None:
        """Wrap an app.

        Args:
            app: It.
            https: Whether it is reached by HTTPS alone, so that browsers are told to stay with that.
            own_host: Whether the host is ours alone.
        """
        self._app = app
        only_https = ONLY_HTTPS if own_host else ONLY_HTTPS_HERE
        self._headers = HEADERS | (only_https if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the headers to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "content-security-policy" not in headers:
                    headers.update(IN_NO_FRAME)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                # Scripts carry no version in their names, so browsers must ask each time (an ETag makes it cheap).
                headers.setdefault("cache-control", "no-cache" if scope["path"].startswith("/static") else "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a body that is too long for its road, whether it says so at once or just keeps coming, or too slow."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless its body is over the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = passing_of(Request(scope)).road.most_bytes
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > most:
            await _too_long()(scope, receive, send)
            return
        seen, until, is_whole = 0, time.monotonic() + BODY_SECONDS, False

        async def receive_counted() -> Message:
            nonlocal seen, is_whole
            if is_whole:
                # What comes now is that the client has gone, which may take its time.
                return await receive()
            try:
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
            is_whole = not message.get("more_body", False)
            seen += len(message.get("body", b""))
            if seen > most:
                # The rest is not read.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, receive_counted, send)


def _too_long() -> ASGIApp:
    return error_json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_long", said("too-long"))


class OwnForms:
    """Refuses what a page of another site sends: a browser would add the cookies of whoever is signed in here.

    What holds no cookie to be good is let through: the chat and programs bring a token, a provider signs its calls.
    """

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        """Wrap an app, which is reached from outside by an address of its own."""
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless another site's page sent it."""
        if (
            scope["type"] == "http"
            and scope["method"] not in HARMLESS
            and not scope["path"].startswith(WITHOUT_COOKIES)
            and is_from_elsewhere(Headers(scope=scope), self._public_url)
        ):
            refused = respond(Request(scope), HTTPStatus.FORBIDDEN, "other_site", OTHER_SITE)
            await refused(scope, receive, send)
            return
        if scope["type"] == "websocket" and ("\x00" in scope["path"] or b"%00" in scope["query_string"]):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._app(scope, receive, send)


class PlainAddress:
    """Refuses an address with a NUL in it: no database takes one, and no page of ours makes one."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless its address cannot be."""
        if scope["type"] == "http" and "\x00" in scope["path"]:
            await respond(Request(scope), HTTPStatus.NOT_FOUND, "not_found", said("not-found"))(scope, receive, send)
            return
        if scope["type"] == "http" and b"%00" in scope["query_string"]:
            refused = respond(Request(scope), HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_address", NO_ADDRESS)
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)


class LastResort:
    """Answers an error that nothing else caught.

    Starlette's own last resort raises the error again, and the server then logs its text, which may quote a patient.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and answer what goes wrong."""
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:  # noqa: BLE001 (the one place that must catch everything)
            if scope["type"] == "http" and not started:
                await unexpected(Request(scope), error)(scope, receive, send)
                return
            log_unexpected(scope.get("path", ""), error)
            if scope["type"] == "http":
                # Half a response cannot be taken back; the server closes the connection on an error.
                raise RuntimeError("A response could not be finished.") from None
            await _hang_up(send)


async def _hang_up(send: Send) -> None:
    try:
        await send({"type": "websocket.close", "code": 1011})
    except RuntimeError:
        # It was closed already.
        return

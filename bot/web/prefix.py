"""The path under which a proxy serves Frontdesk, such as /frontdesk: taken off what comes, put before what goes out.

Routes, limits and pages name their addresses from "/", as without one. It stands once, in `FRONTDESK_PUBLIC_URL`.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from urllib.parse import urlsplit

from jinja2 import Environment
from jinja2.ext import Extension
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFIX: ContextVar[str] = ContextVar("prefix", default="")
_ADDRESS = re.compile(r'\b(href|src|action|formaction)="(?:/(?!/)|\{\{ (?P<expression>[^}]+) \}\})')
_WHOLE_PATH = re.compile(r"(;\s*path=)/(?=;|$)", re.IGNORECASE)


def at_prefix(address: str) -> str:
    """Give an address of ours as a browser reaches it; any other as it is."""
    return _PREFIX.get() + address if address.startswith("/") and not address.startswith("//") else address


class PrefixedAddresses(Extension):
    """Has templates put the prefix before each address of ours in a link, a form, a script or a picture."""

    def __init__(self, environment: Environment) -> None:
        """Take the environment of the templates."""
        super().__init__(environment)
        # Not a filter: what it makes of a fixed address would be worked out when the template is compiled.
        environment.globals["at_prefix"] = at_prefix

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Write a template anew, once, before it is compiled."""
        return _ADDRESS.sub(_prefixed, source)


def _prefixed(found: re.Match[str]) -> str:
    expression = found["expression"] or "'/'"
    return f'{found[1]}="{{{{ at_prefix({expression}) }}}}'


class Prefix:
    """Lets the edge be reached under a path, whether the proxy takes that off or leaves it."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        """Wrap an app.

        Args:
            app: It.
            prefix: The path, without a slash at its end; empty for none.
        """
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on without the prefix, and its response with it in cookies and in where it leads."""
        if not self._prefix or scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        _PREFIX.set(self._prefix)
        inside = {**scope, "path": self._without(scope["path"])}
        if scope.get("raw_path"):
            inside["raw_path"] = self._without(scope["raw_path"].decode("latin-1")).encode("latin-1")
        host = Headers(scope=scope).get("host", "")

        async def send_outside(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                message = {**message, "headers": self._outside(MutableHeaders(raw=list(message["headers"])), host)}
            await send(message)

        await self._app(inside, receive, send_outside)

    def _without(self, path: str) -> str:
        under = path.removeprefix(self._prefix)
        return (under or "/") if under != path and under[:1] in {"", "/"} else path

    def _outside(self, headers: MutableHeaders, host: str) -> list[tuple[bytes, bytes]]:
        if "location" in headers:
            to = urlsplit(headers["location"])
            # What a router makes of a slash too many names the host too, as the proxy has called it.
            path = to._replace(scheme="", netloc="").geturl() if to.netloc == host else headers["location"]
            headers["location"] = at_prefix(path)
        return [
            # Another program under the same host is not sent them, nor does it overwrite them.
            (name, _WHOLE_PATH.sub(rf"\g<1>{self._prefix}", value.decode("latin-1")).encode("latin-1"))
            if name == b"set-cookie"
            else (name, value)
            for name, value in headers.raw
        ]

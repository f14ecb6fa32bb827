"""One open connection to the action server, in place of a new one, made by a general HTTP client, for every call."""

from __future__ import annotations

import asyncio
import json as as_json
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.errors import ConnectionFailedError
from bot.rasa_client.kept_connections import KeptConnections

_KEPT = "_connections_kept_by_frontdesk"
_own_request = EndpointConfig.request


def install_kept_connection() -> None:
    """Make calls of actions go over connections that stay open; every other request stays Rasa's own."""
    EndpointConfig.request = request


async def request(endpoint: EndpointConfig, method: str = "post", **wanted: Any) -> Any:
    """Send a request to an endpoint and give what its answer holds, as Rasa's own method does.

    Args:
        endpoint: Where to; with headers, a sign-in or a certificate of its own it is left to Rasa's method.
        method: The HTTP method.
        wanted: What else Rasa's method takes.

    Raises:
        aiohttp.ClientConnectionError: There was no answer.
        ClientResponseError: The answer is an error.
    """
    timeout, body = wanted.get("timeout"), wanted.get("json")
    if method != "post" or body is None or timeout is None or not _is_plain(endpoint, wanted):
        return await _own_request(endpoint, method, **wanted)
    try:
        status, answer = await _connections(endpoint).ask("POST", "", as_json.dumps(body).encode(), timeout=timeout)
    except ConnectionFailedError as error:
        raise aiohttp.ClientConnectionError(str(error)) from error
    if status >= 400:
        raise ClientResponseError(status, "", answer)
    return as_json.loads(answer)


def _is_plain(endpoint: EndpointConfig, wanted: dict[str, Any]) -> bool:
    own = (endpoint.headers, endpoint.params, endpoint.basic_auth, endpoint.token, endpoint.cafile)
    return not any(own) and not wanted.get("compress") and wanted.keys() <= {"json", "timeout", "compress"}


def _connections(endpoint: EndpointConfig) -> KeptConnections:
    """Give the connections that an endpoint keeps; another event loop gets its own."""
    loop = asyncio.get_running_loop()
    connections, its_loop = endpoint.__dict__.get(_KEPT, (None, None))
    if connections is None or its_loop is not loop:
        connections = KeptConnections(endpoint.url)
        endpoint.__dict__[_KEPT] = (connections, loop)
    kept: KeptConnections = connections
    return kept

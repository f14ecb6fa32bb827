"""One open connection to the action server, in place of a new one for every call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from rasa.utils.endpoints import EndpointConfig

_KEPT = "_session_kept_by_frontdesk"
_new_session = EndpointConfig.session


def install_kept_session() -> None:
    """Make an endpoint keep its session open between two calls.

    aiohttp drops a connection that was idle for 15 s, the action server one that was for 120 s (`actions/__main__.py`):
    so none is used while the other side closes it.
    """
    EndpointConfig.session = kept_session


@asynccontextmanager
async def kept_session(endpoint: EndpointConfig) -> AsyncIterator[aiohttp.ClientSession]:
    """Give an endpoint's session, which stays open when the block ends.

    Args:
        endpoint: Whose headers and sign-in it has.
    """
    loop = asyncio.get_running_loop()
    session, its_loop = endpoint.__dict__.get(_KEPT, (None, None))
    if session is None or session.closed or its_loop is not loop:
        session = _new_session(endpoint)
        endpoint.__dict__[_KEPT] = (session, loop)
    yield session

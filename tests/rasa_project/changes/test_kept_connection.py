"""Calls to the action server share one connection, and end as Rasa's own do."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest
from aiohttp import web
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.nlu.changes import kept_connection
from bot.nlu.changes.kept_connection import install_kept_connection


class Server:
    """A real server that tells what it hears, and counts the connections that it sees."""

    def __init__(self, status: int = 200) -> None:
        self.connections = set()
        self._status = status

    async def __aenter__(self):
        app = web.Application()
        app.router.add_post("/webhook", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/webhook"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.connections.add(request.transport.get_extra_info("peername"))
        heard = {"heard": await request.json(), "token": request.query.get("token")}
        return web.json_response(heard, status=self._status)


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    monkeypatch.setattr(EndpointConfig, "request", EndpointConfig.request)
    install_kept_connection()


async def call(endpoint, number):
    """Call as Rasa calls an action."""
    return await endpoint.request(json={"number": number}, method="post", timeout=5, compress=False)


async def _calls(count: int) -> tuple[int, list[dict]]:
    async with Server() as server:
        endpoint = EndpointConfig(server.url)
        answers = [await call(endpoint, number) for number in range(count)]
        return len(server.connections), answers


def test_calls_share_a_connection():
    """And each gets its own answer."""
    connections, answers = asyncio.run(_calls(4))

    assert connections == 1
    assert [answer["heard"]["number"] for answer in answers] == [0, 1, 2, 3]


def test_another_event_loop_gets_a_connection_of_its_own():
    """`rasa test` starts several, one after the other."""
    endpoint = EndpointConfig("http://127.0.0.1:1/webhook")

    async def kept():
        return kept_connection._connections(endpoint)

    assert asyncio.run(kept()) is not asyncio.run(kept())


def test_an_error_of_the_action_comes_as_rasa_expects_it():
    """Rasa reads from its text which action refused to run."""

    async def refused():
        async with Server(status=400) as server:
            await call(EndpointConfig(server.url), 1)

    with pytest.raises(ClientResponseError) as raised:
        asyncio.run(refused())

    assert raised.value.status == 400
    assert json.loads(raised.value.text)["heard"] == {"number": 1}


def test_a_server_that_is_down_is_told_as_rasa_expects_it():
    """Rasa says then that it could not connect, and the patient hears of staff."""
    with pytest.raises(aiohttp.ClientConnectionError):
        asyncio.run(call(EndpointConfig("http://127.0.0.1:1/webhook"), 1))


def test_an_endpoint_with_a_token_is_left_to_rasa():
    """The short way knows nothing of tokens, and none is lost."""

    async def answer():
        async with Server() as server:
            return await call(EndpointConfig(server.url, token="secret"), 7)

    assert asyncio.run(answer()) == {"heard": {"number": 7}, "token": "secret"}

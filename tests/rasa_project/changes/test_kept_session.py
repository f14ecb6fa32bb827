"""Calls to the action server share one connection."""

from __future__ import annotations

import asyncio

from aiohttp import web
from rasa.utils.endpoints import EndpointConfig

from bot.nlu.changes.kept_session import install_kept_session


async def _call(count: int) -> tuple[int, list[dict]]:
    """Call a real server some times; give how many connections it saw, and its answers."""
    ports = set()

    async def answer(request: web.Request) -> web.Response:
        ports.add(request.transport.get_extra_info("peername"))
        return web.json_response({"heard": await request.json()})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook")
    answers = [await endpoint.request(json={"number": number}) for number in range(count)]
    async with endpoint.session() as session:
        pass
    await session.close()
    await runner.cleanup()
    return len(ports), answers


def test_calls_share_a_connection():
    """And each gets its own answer."""
    install_kept_session()

    connections, answers = asyncio.run(_call(4))

    assert connections == 1
    assert [answer["heard"]["number"] for answer in answers] == [0, 1, 2, 3]


def test_another_event_loop_gets_a_session_of_its_own():
    """`rasa test` starts several, one after the other."""
    install_kept_session()

    assert asyncio.run(_call(1))[0] == 1
    assert asyncio.run(_call(1))[0] == 1

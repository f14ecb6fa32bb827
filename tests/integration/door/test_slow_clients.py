"""Who holds a connection and lets nothing move on it is cut off, at each point where it could wait."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.types import Message

import bot.web.middleware
from bot.web import __main__ as edge
from bot.web.door import slow_clients
from bot.web.door.slow_clients import MOST_CONNECTIONS, OTHER_FILES, SERVING, SlowReaders, connections_at_once


async def _never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def _request(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
        "client": ("198.51.100.7", 5000),
        "server": ("edge.test", 80),
    }


async def test_a_body_that_does_not_arrive_is_given_up(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sender is told so."""
    monkeypatch.setattr(bot.web.middleware, "BODY_SECONDS", 0.0)
    sent: list[Message] = []

    async def take(message: Message) -> None:
        sent.append(message)

    await app(_request("/staff/sign-in"), _never, take)

    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["error"]["code"] == "too_slow"


async def test_a_response_that_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing more is tried to be sent."""
    monkeypatch.setattr(slow_clients, "READER_SECONDS", 0.0)
    tried: list[Message] = []

    async def stuck(message: Message) -> None:
        tried.append(message)
        await asyncio.Event().wait()

    async def answers(_scope: Any, _receive: Any, send: Any) -> None:
        for part in (b"one", b"two"):
            await send({"type": "http.response.body", "body": part, "more_body": True})

    await SlowReaders(answers)(_request("/"), _never, stuck)

    assert [message["body"] for message in tried] == [b"one"]


@pytest.mark.parametrize("begun", [b"", b"GET / HTT", b"GET / HTTP/1.1\r\nhost: edge.test\r\nx-slow: "])
async def test_a_head_that_does_not_arrive_is_cut_off(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    """By the server itself, as it is served."""
    monkeypatch.setattr(slow_clients, "HEADER_SECONDS", 0.05)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, **SERVING, lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    writer.write(begun)

    heard = await asyncio.wait_for(reader.read(), 10)

    assert heard == b""
    writer.close()
    server.should_exit = True
    await serving


@pytest.mark.parametrize(
    ("begins_with", "allowed", "connections"), [(1024, 1024, 900), (256, 2000, 1876), (1024, 20_000, MOST_CONNECTIONS)]
)
def test_there_are_as_many_connections_at_once_as_files_may_be_open(
    begins_with: int, allowed: int, connections: int
) -> None:
    """It asks for as many as it needs, which is often more than it begins with; more than a bound there never are."""
    said = f"from {connections_at_once.__module__} import connections_at_once as c; import resource as r; "
    said += "n = c(); print(n, r.getrlimit(r.RLIMIT_NOFILE)[0] - n)"
    limited = f'ulimit -Sn {begins_with} && ulimit -Hn {allowed} && exec "$0" -c "$1"'

    printed = subprocess.run(
        ["/bin/sh", "-c", limited, sys.executable, said], capture_output=True, text=True, check=True
    )

    assert printed.stdout.split() == [str(connections), str(OTHER_FILES)]


def test_the_edge_is_served_with_bounds() -> None:
    """To connections at once and to what a live one may say; and no proxy is believed behind our back."""
    assert "limit_concurrency=connections_at_once()" in Path(edge.__file__).read_text(encoding="utf-8")
    assert SERVING["ws_max_size"] <= 4096
    assert SERVING["proxy_headers"] is False
    assert SERVING["access_log"] is False

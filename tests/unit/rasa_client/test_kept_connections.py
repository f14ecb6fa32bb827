"""Connections to Rasa: kept for the next request, given up when broken, and never with another request's answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.errors import ConnectionFailedError
from bot.rasa_client import kept_connections
from bot.rasa_client.kept_connections import KeptConnections

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[None]]


def _answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Server:
    """A real server on loopback that behaves as a test wants."""

    def __init__(self) -> None:
        self.connections = 0
        self.heard: list[bytes] = []
        self.behave: Behaviour = self.echo
        self.url = ""

    async def echo(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> None:
        """Give the body back."""
        writer.write(_answer(body))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take requests until the other side closes."""
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].split()[0])
                self.heard.append(head.split(b"\r\n")[0])
                await self.behave(reader, writer, await reader.readexactly(length))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Run one."""
    server = Server()
    running = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}"
    yield server
    running.close()


@pytest.fixture
async def kept(server: Server) -> AsyncIterator[KeptConnections]:
    """Give connections to it."""
    connections = KeptConnections(server.url)
    yield connections
    connections.close()
    # The server's side ends by itself once it hears of it.
    await asyncio.sleep(0.01)


async def test_one_connection_carries_request_after_request(server: Server, kept: KeptConnections):
    """That is what makes them cheap."""
    answers = [await kept.ask("POST", "/turn", body, timeout=5) for body in (b"one", b"", b"three")]

    assert answers == [(200, b"one"), (200, b""), (200, b"three")]
    assert server.connections == 1
    assert server.heard == [b"POST /turn HTTP/1.1"] * 3


async def test_requests_at_once_have_connections_of_their_own(server: Server, kept: KeptConnections):
    """No answer reaches another request."""

    async def slow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> None:
        await asyncio.sleep(0.05)
        writer.write(_answer(body))

    server.behave = slow
    bodies = [f"message {number}".encode() for number in range(8)]

    answers = await asyncio.gather(*(kept.ask("POST", "/", body, timeout=5) for body in bodies))

    assert [body for _, body in answers] == bodies
    assert server.connections == 8


async def test_an_answer_in_pieces_and_in_chunks_is_put_together(server: Server, kept: KeptConnections):
    """As large replies come."""

    async def chunked(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _body: bytes) -> None:
        for piece in (
            b"HTTP/1.1 200 OK\r\nTransfer-Enc",
            b"oding: chunked\r\n\r\n3\r\nabc\r\n",
            b"2\r\nde\r\n0\r\n\r\n",
        ):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)

    server.behave = chunked

    assert await kept.ask("POST", "/", b"x", timeout=5) == (200, b"abcde")
    assert await kept.ask("POST", "/", b"x", timeout=5) == (200, b"abcde")


async def test_a_server_that_closes_after_each_answer_is_asked_anew(server: Server, kept: KeptConnections):
    """It says so in its answer."""

    async def close(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> None:
        writer.write(_answer(body, "Connection: close"))
        writer.close()

    server.behave = close

    assert [await kept.ask("POST", "/", b"x", timeout=5) for _ in range(2)] == [(200, b"x")] * 2
    assert server.connections == 2


async def test_a_connection_that_was_silent_too_long_is_not_used_again(
    server: Server, kept: KeptConnections, monkeypatch: pytest.MonkeyPatch
):
    """The server may be closing it just then."""
    await kept.ask("POST", "/", b"x", timeout=5)
    monkeypatch.setattr(kept_connections, "KEPT_FOR", 0.0)

    await kept.ask("POST", "/", b"x", timeout=5)

    assert server.connections == 2


async def test_an_answer_that_comes_too_late_is_nobodys(server: Server, kept: KeptConnections):
    """The next request does not get it."""
    first = True

    async def late(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> None:
        nonlocal first
        if first:
            first = False
            await asyncio.sleep(0.2)
        writer.write(_answer(body))

    server.behave = late

    with pytest.raises(ConnectionFailedError, match="TimeoutError"):
        await kept.ask("POST", "/", b"one", timeout=0.05)
    assert await kept.ask("POST", "/", b"two", timeout=5) == (200, b"two")


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"hello\r\n\r\n", _answer(b"abc")[:-1]])
async def test_a_server_that_breaks_off_has_not_answered(server: Server, kept: KeptConnections, sent: bytes):
    """Half an answer is none."""

    async def break_off(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _body: bytes) -> None:
        writer.write(sent)
        writer.close()

    server.behave = break_off

    with pytest.raises(ConnectionFailedError):
        await kept.ask("POST", "/", b"x", timeout=5)


async def test_nobody_there(unused_tcp_port: int):
    """The kind of trouble is told, for the log."""
    with pytest.raises(ConnectionFailedError, match="ConnectionRefusedError"):
        await KeptConnections(f"http://127.0.0.1:{unused_tcp_port}").ask("GET", "/status", b"", timeout=5)


async def test_the_status_is_given_as_it_is(server: Server, kept: KeptConnections):
    """What it means is for others to say."""

    async def fail(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _body: bytes) -> None:
        writer.write(_answer(b"broken", status="500 Internal Server Error"))

    server.behave = fail

    assert await kept.ask("POST", "/", b"x", timeout=5) == (500, b"broken")

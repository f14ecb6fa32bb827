"""Patients who write at a steady pace, and others who only have the chat open."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from bench.measures import percentile
from bench.turn.chats import QUESTIONS, FrontdeskChat, Opener, TurnFailedError

TURNS_EACH = 22
"""After so many begins another conversation."""
OPENED_AT_ONCE = 20
_AFTER_A_FAILURE = 0.1


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a stretch of load came to.

    Attributes:
        waits: Seconds from a message to its replies, in the order in which they came.
        failed: Messages without a reply.
        seconds: How long it lasted.
    """

    waits: Sequence[float]
    failed: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Messages that were answered in a second."""
        return len(self.waits) / self.seconds

    def milliseconds(self, share: float) -> float:
        """Give the wait that a share of all messages did not exceed."""
        return percentile(self.waits, share) * 1000


def send(addresses: Sequence[str], *, senders: int, seconds: float, pace: float = 0.0) -> Load:
    """Let patients write to Frontdesk.

    Args:
        addresses: The edges, dealt out among the patients.
        senders: How many write at the same time.
        seconds: For how long.
        pace: Messages a second that all of them send together if each is answered in time; 0 for without a pause.
    """
    openers: list[Opener] = [partial(FrontdeskChat, urlsplit(address).port or 0) for address in addresses]
    return send_by(openers, QUESTIONS, senders=senders, seconds=seconds, pace=pace)


def send_by(
    openers: Sequence[Opener], messages: Sequence[str], *, senders: int, seconds: float, pace: float = 0.0
) -> Load:
    """Let senders write to any server.

    Args:
        openers: What opens a conversation, dealt out among the senders.
        messages: What each of them says, over and over.
        senders: How many write at the same time.
        seconds: For how long.
        pace: Messages a second that all of them send together if each is answered in time; 0 for without a pause.
    """
    waits: list[float] = []
    failed: list[str] = []
    began = time.monotonic()
    until = began + seconds

    def write(number: int, opener: Opener) -> None:
        chat, turns = None, itertools.cycle(messages)
        for turn, _ in enumerate(_moments(number, senders, pace, began, until), start=1):
            try:
                chat = chat or opener()
                asked = time.monotonic()
                chat.say(next(turns))
            except TurnFailedError as error:
                failed.append(str(error))
                # A server that refuses at once is not to be asked ever faster.
                time.sleep(_AFTER_A_FAILURE)
            else:
                waits.append(time.monotonic() - asked)
            if chat is not None and turn % TURNS_EACH == 0:
                chat.close()
                chat = None
        if chat is not None:
            chat.close()

    threads = [threading.Thread(target=write, args=(n, openers[n % len(openers)]), daemon=True) for n in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(waits=waits, failed=len(failed), seconds=max(seconds, time.monotonic() - began))


def _moments(number: int, senders: int, pace: float, began: float, until: float) -> Iterator[None]:
    """Wait for each moment at which a sender is to write, and yield then."""
    due = began + number / pace if pace else began
    while max(time.monotonic(), due) < until:
        if pace:
            time.sleep(max(0.0, due - time.monotonic()))
            due = max(due + senders / pace, time.monotonic())
        yield


class Idle:
    """Browsers that have a chat open and say nothing."""

    def __init__(self, address: str) -> None:
        """Take the edge."""
        self._address = address
        self._open: list[ClientConnection] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def grow_to(self, number: int) -> None:
        """Open more until there are so many; those that the edge refuses are not counted."""
        asyncio.run_coroutine_threadsafe(self._grow_to(number), self._loop).result()

    def alive(self) -> int:
        """Give how many are open."""
        return sum(each.close_code is None for each in self._open)

    def close(self) -> None:
        """Leave."""
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _leave(self) -> None:
        await asyncio.gather(*(each.close() for each in self._open))

    async def _grow_to(self, number: int) -> None:
        some = asyncio.Semaphore(OPENED_AT_ONCE)
        async with httpx.AsyncClient(base_url=self._address, trust_env=False, timeout=60.0) as http:

            async def join() -> None:
                async with some:
                    begun = (await http.post("/api/conversations")).json()
                    address = (
                        f"{self._address.replace('http', 'ws', 1)}/api/conversations/{begun['conversation_id']}/live"
                    )
                    offered = [Subprotocol("frontdesk"), Subprotocol(f"token.{begun['token']}")]
                    opened = await connect(
                        address, origin=Origin(self._address), subprotocols=offered, proxy=None, ping_interval=None
                    )
                    self._open.append(opened)

            joined = await asyncio.gather(*(join() for _ in range(number - len(self._open))), return_exceptions=True)
        for error in joined:
            if isinstance(error, BaseException) and not isinstance(
                error, (OSError, WebSocketException, httpx.HTTPError)
            ):
                raise error

"""The seconds after a start in which the edge serves and the assistant behind it does not yet."""

from __future__ import annotations

import asyncio
import time

from bot.rasa_client.client import RasaClient

LONGEST_WAKING = 180.0
"""Seconds after a start until an assistant that has not answered counts as down, not as waking."""
LOOK_EVERY = 0.2


class Waking:
    """Knows whether Rasa is still on its way up; used from the event loop only."""

    def __init__(self, rasa: RasaClient) -> None:
        """Take Rasa's client; it counts as awake until `begin` is called."""
        self._rasa = rasa
        self._until = 0.0

    def begin(self) -> None:
        """Say that all processes have just been started."""
        self._until = time.monotonic() + LONGEST_WAKING

    @property
    def is_on(self) -> bool:
        """Whether Rasa has not answered since the start, and may still be on its way."""
        return time.monotonic() < self._until

    async def wait(self, seconds: float) -> bool:
        """Wait until Rasa is up, at most so long; give whether it is."""
        deadline = time.monotonic() + seconds
        while self.is_on:
            if await self._rasa.is_ready():
                self._until = 0.0
                return True
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(LOOK_EVERY)
        return True

"""A real process of the edge, for tests that need more than one or a proxy before it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from bot.cli.processes.running import free_port
from bot.cli.steps import LEASH

STARTS_SECONDS = 120.0


class RealEdge:
    """A process of the edge on a port of its own; no Rasa runs."""

    def __init__(self, told: Mapping[str, str], port: int | None = None) -> None:
        """Start it, with these variables besides, on this port if they name it."""
        self.port = port or free_port()
        environment = {
            **os.environ,
            "FRONTDESK_PORT": str(self.port),
            "FRONTDESK_RASA_URL": f"http://127.0.0.1:{free_port()}",
            **told,
        }
        self._process = subprocess.Popen([*LEASH, sys.executable, "-m", "bot.web"], env=environment)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30, trust_env=False)

    def wait(self) -> None:
        """Wait until it serves."""
        until = time.monotonic() + STARTS_SECONDS
        while True:
            try:
                assert self.client.get("/health/live").status_code == 200
            except httpx.TransportError:
                assert self._process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
            else:
                return

    def live(self, path: str, *, token: str = "", **headers: str) -> ClientConnection:
        """Open a live connection, as a page of this edge."""
        offered = [Subprotocol("frontdesk"), Subprotocol(f"token.{token}")] if token else None
        return connect(
            f"ws://127.0.0.1:{self.port}{path}",
            origin=Origin(f"http://127.0.0.1:{self.port}"),
            subprotocols=offered,
            additional_headers=headers,
            proxy=None,
        )

    def stop(self) -> None:
        """End it."""
        self.client.close()
        self._process.terminate()
        self._process.wait(30)

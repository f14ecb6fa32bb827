"""A Redis of one's own for tests and benchmarks, which keeps nothing."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time

from redis import Redis

from bot.cli.processes.running import free_port
from bot.cli.steps import StepError
from bot.cli.testing.servers import how_to_get_redis

STARTS_SECONDS = 30.0


class RedisServer:
    """A server on a port of its own on this machine, in memory alone.

    Attributes:
        name: What it is called where it is told of.
    """

    name = "redis"

    def __init__(self) -> None:
        """Choose a port.

        Raises:
            StepError: There is no Redis on this machine; the message says how to get it.
        """
        program = shutil.which("redis-server")
        if program is None:
            raise StepError(f"There is no Redis on this machine. To get one: {how_to_get_redis()}")
        self._program = program
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, on the same port as before, and wait until it answers.

        Raises:
            StepError: It does not.
        """
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen([self._program, *options], stdout=subprocess.DEVNULL)
        until = time.monotonic() + STARTS_SECONDS
        while self._process.poll() is None and time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=STARTS_SECONDS) as line:
                    line.sendall(b"PING\r\n")
                    if line.recv(7) == b"+PONG\r\n":
                        return
            except OSError:
                time.sleep(0.02)
        raise StepError(f"Redis does not answer on port {self.port}.")

    def published(self) -> int:
        """Give how many notices were published on it."""
        with Redis.from_url(self.url) as client:
            said: dict[str, dict[str, int]] = client.info("commandstats")
        return said.get("cmdstat_publish", {}).get("calls", 0)

    def freeze(self) -> None:
        """Let it say nothing any more, with its connections open."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it, whoever is still connected, and frozen too."""
        self._process.kill()
        self._process.wait(STARTS_SECONDS)

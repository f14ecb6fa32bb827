"""A small reverse proxy that serves an edge under a path of its host, as nginx, Caddy and Traefik do."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress

from bot.cli.processes.running import free_port

_REQUEST = re.compile(rb"(?P<method>\S+) (?P<path>/\S*) (?P<version>HTTP/1\.1)\r\n")
_NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\n\r\nOther"
LONGEST_HEAD = 64_000


class PathProxy:
    """Passes on what is under the path, one request to a connection, and upgraded ones to their end.

    Attributes:
        address: How the edge is reached through it.
        refused: What was asked for beside the path: there other programs would be.
    """

    def __init__(self, prefix: str, *, takes_off: bool) -> None:
        """Choose a port.

        Args:
            prefix: The path, without a slash at its end.
            takes_off: Whether the edge is called without it.
        """
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}{prefix}"
        self.refused: list[str] = []
        self._prefix = prefix.encode()
        self._takes_off = takes_off
        self._server = socket.create_server(("127.0.0.1", self.port))

    def start(self, edge_port: int) -> None:
        """Serve what is at a port of this machine."""
        self._edge_port = edge_port
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Serve no more."""
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with browser, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                part = browser.recv(LONGEST_HEAD)
                if not part:
                    return
                head += part
            request = _REQUEST.match(head)
            assert request is not None
            path = request["path"]
            if not re.match(re.escape(self._prefix) + rb"(/|\?|$)", path):
                self.refused.append(path.decode())
                browser.sendall(_NOTHING)
                return
            if self._takes_off:
                path = path.removeprefix(self._prefix) or b"/"
            rest = head[request.end() :]
            if not re.search(rb"\r\nupgrade: *websocket", rest, re.IGNORECASE):
                rest = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", rest, count=1)
                rest = b"Connection: close\r\n" + rest
            with socket.create_connection(("127.0.0.1", self._edge_port)) as edge:
                edge.sendall(b"%s %s %s\r\n" % (request["method"], path, request["version"]) + rest)
                threading.Thread(target=_pump, args=(browser, edge), daemon=True).start()
                _pump(edge, browser)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)

"""A program of the clinic's that brings messages in and takes them out: a small real server, and its calls."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

SECRET = "a secret of thirty-two characters"
_ids = itertools.count(1)


class StandInProgram:
    """Takes what is said to patients if it is signed, and keeps it in order."""

    def __init__(self) -> None:
        self.taken: list[dict[str, object]] = []
        self.status = 200
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/out"

    def stop(self) -> None:
        """Close."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def sent_to(self, name: str) -> list[str]:
        """Give what somebody was sent."""
        return [str(each["text"]) for each in self.taken if each["to"] == name]

    def brings(
        self, edge: httpx.Client, message: object, *, path: str = "", at: float | None = None, secret: str = SECRET
    ) -> httpx.Response:
        """Call the edge with JSON, signed by hand from the description in docs/sms.md."""
        body = message if isinstance(message, str) else json.dumps(message)
        stamp = str(int(time.time() if at is None else at))
        mac = hmac.HMAC(secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256)
        headers = {"x-frontdesk-timestamp": stamp, "x-frontdesk-signature": f"sha256={mac.hexdigest()}"}
        return edge.post(f"/channels/webhook{path}", content=body.encode(), headers=headers)

    def message(self, text: str, *, sent_by: str = "amy-7") -> dict[str, object]:
        """Give a message as it is brought."""
        return {"id": f"m{next(_ids)}", "from": sent_by, "text": text}

    def _take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, object]]:
        mac = hmac.HMAC(SECRET.encode(), headers["x-frontdesk-timestamp"].encode() + b"." + body, hashlib.sha256)
        if headers["x-frontdesk-signature"] != f"sha256={mac.hexdigest()}":
            return 401, {}
        if self.status == 200:
            self.taken.append(json.loads(body))
        return self.status, {"id": f"p{len(self.taken)}"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, answer = take(headers, self.rfile.read(int(self.headers["content-length"])))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_words: object) -> None:
                """Print nothing."""

        return Handler

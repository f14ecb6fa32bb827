"""A clinic's website on an origin of its own, and the edge whose chat its pages show."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn

from bot.bootstrap import Services
from bot.reply import Reply
from bot.vocabulary import ReplyKind
from bot.web.app import create_app
from tests.end_to_end.running import wait_until

if TYPE_CHECKING:
    from tests.fakes import FakeRasa

PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>Cedar Grove</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>
<body><main><h1>Cedar Grove</h1><p><a href="/other">Another page</a> <button id="mine">Ask from here</button></p>{body}
</main></body></html>"""


@dataclass(kw_only=True)
class Page:
    """A page of the website.

    Attributes:
        html: What it consists of.
        headers: Sent with it.
    """

    html: str
    headers: dict[str, str] = field(default_factory=dict)


class Website:
    """Serves pages under two names, of which one is for browsers another site than the edge's."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        website = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the server's name for it
                page = website.pages.get(self.path)
                # Browsers ask for an icon that nobody put there.
                self.send_response(200 if page else 204 if self.path == "/favicon.ico" else 404)
                for name, value in (page.headers if page else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write((page.html if page else "").encode())

            def log_message(self, *_: Any) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        port = self._server.server_port
        self.of_another_site, self.of_the_same_site = f"http://localhost:{port}", f"http://127.0.0.1:{port}"
        self.origins = (self.of_another_site, self.of_the_same_site)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def has(
        self, path: str, *, script: str, head: str = "", body: str = "", policy: str = "", language: str = "en"
    ) -> None:
        """Put a page into the website.

        Args:
            path: Where it is.
            script: The element that loads the widget.
            head: What stands before it.
            body: What stands in it.
            policy: Its Content-Security-Policy.
            language: Its language.
        """
        html = PAGE.format(language=language, head=head + script, body=body)
        self.pages[path] = Page(html=html, headers={"Content-Security-Policy": policy} if policy else {})

    def stop(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


class RunningEdge:
    """The edge in a thread, around a stand-in for Rasa."""

    def __init__(self, services: Services, port: int, rasa: FakeRasa) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.script = f'<script async src="{self.address}/widget.js"></script>'
        self.services = services
        self.rasa = rasa
        config = uvicorn.Config(
            create_app(services), host="127.0.0.1", port=port, access_log=False, log_level="warning"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),), daemon=True)

    def start(self) -> None:
        """Serve."""
        self._thread.start()
        wait_until(lambda: self._server.started, 30.0)
        assert httpx.get(f"{self.address}/health/live", trust_env=False).is_success

    def says(self, conversation_id: str, *texts: str) -> None:
        """Let the clinic say something that nobody waits for."""
        replies = [Reply(kind=ReplyKind.SMALLTALK, text=text) for text in texts]
        saying = self.services.deliver.bot_replies(conversation_id, replies, in_reply_to=None)
        asyncio.run_coroutine_threadsafe(saying, self._loop).result(10.0)

    def stop(self) -> None:
        """Serve no more."""
        self._server.should_exit = True
        self._thread.join(20.0)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve()

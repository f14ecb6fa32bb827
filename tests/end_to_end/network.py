"""Networks that lose things, so that tests can say what they lose and when."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Error, Page, Request, Route, WebSocketRoute

LOST = ("net::ERR", "Failed to load resource")
"""What Chromium reports of requests that were lost or refused."""
WITHOUT_LOCKS = "Object.defineProperty(navigator, 'locks', { value: undefined })"
"""A script that makes a page what it is without HTTPS: tabs cannot wait for each other."""


@contextmanager
def without_answers(page: Page, requests: str = "**/api/**") -> Iterator[None]:
    """Lose requests: nothing comes back, and for all that the page knows nothing has arrived."""
    page.route(requests, lambda route: route.abort())
    yield
    page.unroute(requests)


@contextmanager
def with_lost_answers(page: Page, requests: str) -> Iterator[None]:
    """Let requests arrive, and lose the answers."""

    def lose(route: Route) -> None:
        route.fetch()
        # By now the page may have given up, or the test may lose no more.
        with suppress(Error):
            route.abort()

    page.route(requests, lose)
    yield
    page.unroute(requests)


@contextmanager
def answered_by(page: Page, requests: str, **answer: Any) -> Iterator[None]:
    """Let something else answer the posts among the requests, in these words of Playwright's `fulfill`."""
    page.route(requests, lambda route: route.fulfill(**answer) if route.request.method == "POST" else route.fallback())
    yield
    page.unroute(requests)


class HeldRequests:
    """Keeps requests until they are let go."""

    def __init__(self, page: Page, wanted: Callable[[Request], bool], requests: str = "**/api/**") -> None:
        self._page = page
        self._wanted = wanted
        self._requests = requests
        self._held: list[Route] = []
        page.route(requests, self._take)

    def let_go(self) -> None:
        """Let all go on, and keep no more."""
        self._wanted = lambda _request: False
        while self._held:
            self._held.pop(0).continue_()
        self._page.unroute(self._requests)

    def _take(self, route: Route) -> None:
        if self._wanted(route.request):
            self._held.append(route)
        else:
            route.fallback()


class SilentSockets:
    """Live connections that fall silent: they stay open, and nothing comes any more."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._lines: list[WebSocketRoute] = []
        self._silent = 0
        self.refused = False
        page.route_web_socket("**", self._open)

    @property
    def opened(self) -> int:
        """How many were opened."""
        return len(self._lines)

    def wait_for_first(self) -> None:
        """Wait until one is open."""
        self.wait_for_more(than=0)

    def wait_for_more(self, *, than: int) -> None:
        """Wait until more than so many were opened."""
        deadline = time.monotonic() + 10
        while self.opened <= than:
            assert time.monotonic() < deadline
            self._page.wait_for_timeout(20)

    def fall_silent(self) -> None:
        """Swallow all that the server sends on those that are open; any that is opened later is heard."""
        self._silent = self.opened

    def ping(self) -> None:
        """Let a ping through on the newest."""
        self._lines[-1].send('{"type": "ping"}')

    def _open(self, line: WebSocketRoute) -> None:
        if self.refused:
            line.close()
            return
        self._lines.append(line)
        number = self.opened
        server = line.connect_to_server()
        server.on_message(lambda frame: line.send(frame) if number > self._silent else None)

"""One running Frontdesk and one browser for all end-to-end tests; each test has windows of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from bot.cli.testing.browser import BROWSERS
from tests.end_to_end.linked_project import link_project
from tests.end_to_end.network import LOST
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000

NewWindow = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts real processes, and what needs a browser, so that it can be left out."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.end_to_end)
            if "chromium" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningFrontdesk]:
    """Run `./frontdesk up` with a `var/` and databases of its own."""
    frontdesk = RunningFrontdesk(link_project(tmp_path_factory.mktemp("project")), tmp_path_factory.mktemp("state"))
    try:
        frontdesk.start()
        yield frontdesk
    finally:
        frontdesk.stop()


@pytest.fixture
def frontdesk(started: RunningFrontdesk) -> RunningFrontdesk:
    """Give the running Frontdesk; started again if an earlier test stopped it."""
    if not started.is_running():
        started.start()
    return started


def browser_program() -> str | None:
    """Give the browser's program; None for Playwright's own."""
    return os.environ.get("FRONTDESK_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start the browser; closed after this folder's tests, because its event loop stands in the way of others."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program(), args=ARGUMENTS)
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture
def new_window(chromium: Browser, frontdesk: RunningFrontdesk) -> Iterator[NewWindow]:
    """Give a way to open windows that share nothing; none may talk to another host or report an error."""
    opened: list[BrowserContext] = []
    problems: list[str] = []

    def hear(message: ConsoleMessage, expected: tuple[str, ...]) -> None:
        if message.type in {"error", "warning"} and not any(words in message.text for words in expected):
            problems.append(f"console: {message.text}")

    def check_host(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and f"//{parts.netloc}" not in frontdesk.address:
            problems.append(f"request to another host: {parts.netloc}")

    def open_window(*, width: int = 1280, height: int = 800, expected: tuple[str, ...] = ()) -> Page:
        context = chromium.new_context(
            base_url=frontdesk.address,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            timezone_id="America/Chicago",
            locale="en-US",
        )
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        page = context.new_page()
        # Chromium reports a page that is an answer to a refused form as an error of the page.
        page.on("console", lambda message: hear(message, expected))
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("request", lambda request: check_host(request.url))
        page.on("websocket", lambda socket: check_host(socket.url))
        return page

    yield open_window
    for context in opened:
        context.close()
    assert problems == []


@pytest.fixture
def patient(new_window: NewWindow) -> Patient:
    """Give a patient with the chat open."""
    someone = Patient(new_window())
    someone.opens_chat()
    return someone


@pytest.fixture
def roaming_patient(new_window: NewWindow) -> Patient:
    """Give a patient with the chat open whose connection comes and goes: the browser may report what is lost."""
    someone = Patient(new_window(expected=LOST))
    someone.opens_chat()
    return someone


@pytest.fixture
def staff(new_window: NewWindow, frontdesk: RunningFrontdesk) -> Staff:
    """Give a staff member who is signed in."""
    someone = Staff(new_window(), email=frontdesk.email, password=frontdesk.password)
    someone.signs_in()
    return someone

"""A visitor of the clinic's website in front of a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, FrameLocator, Locator, Page, expect


class Visitor:
    """Somebody on the website; notes what goes wrong in the browser, and every request to another host.

    Args:
        page: Their window.
        hosts: The origins that may be talked to.
        expected: Words of what the browser may report.
    """

    def __init__(self, page: Page, *, hosts: set[str], expected: tuple[str, ...] = ()) -> None:
        self.page = page
        self.problems: list[str] = []
        self._hosts = hosts
        self._expected = expected
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("request", lambda request: self._check(request.url))
        page.on("websocket", lambda socket: self._check(socket.url))

    def opens(self, path: str) -> None:
        """Open a page of the website and wait for the launcher."""
        self.page.goto(path)
        expect(self.launcher).to_be_visible()

    def another_tab(self) -> Visitor:
        """Open another tab of the same browser."""
        return Visitor(self.page.context.new_page(), hosts=self._hosts, expected=self._expected)

    @property
    def launcher(self) -> Locator:
        """The button in the corner."""
        return self.page.locator("frontdesk-widget .launcher")

    @property
    def panel(self) -> Locator:
        """What it opens."""
        return self.page.locator("frontdesk-widget #panel")

    @property
    def chat(self) -> FrameLocator:
        """The chat in it."""
        return self.page.frame_locator("frontdesk-widget iframe")

    @property
    def composer(self) -> Locator:
        """Where they write."""
        return self.chat.get_by_test_id("composer")

    def messages(self, author: str) -> Locator:
        """Give the messages of one author."""
        return self.chat.locator(f'[data-testid="message"][data-author="{author}"]')

    @property
    def own_words(self) -> Locator:
        """What they have written."""
        return self.messages("patient").locator(".text")

    def opens_chat(self) -> None:
        """Press the launcher and wait until the chat can be used."""
        self.launcher.click()
        expect(self.composer).to_be_visible()

    def says(self, text: str) -> None:
        """Write a message and wait for the answer."""
        answered = self.messages("bot").count()
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.messages("patient").last).to_contain_text(text)
        expect(self.messages("bot")).to_have_count(answered + 1)

    def stored(self) -> dict[str, str]:
        """Give what the website's own storage holds."""
        found: dict[str, str] = self.page.evaluate("({...localStorage, ...sessionStorage})")
        return found

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._note(f"console: {message.text}")

    def _note(self, problem: str) -> None:
        if not any(words in problem for words in self._expected):
            self.problems.append(problem)

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        origin = f"{parts.scheme.replace('ws', 'http')}://{parts.netloc}"
        if parts.scheme not in {"data", "blob"} and origin not in self._hosts:
            self.problems.append(f"request to another host: {parts.netloc}")

"""A crawl with a real browser: every page that links lead to, and all that it loads, has its headers and no error."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response

from tests.end_to_end.conftest import NewWindow
from tests.end_to_end.people import Patient, Staff
from tests.end_to_end.running import RunningFrontdesk

pytestmark = pytest.mark.slow(reason="opens every page that there is a link to")

NAMED = re.compile(r"[^/]*[.\d][^/]*|[0-9a-f]{16,}|(?<=/)[\w-]{22}(?=/|$)")
PATIENCE_MS = 60_000
DOWNLOADS = (".csv", ".zip")
MOST_OF_A_KIND = 2
"""Pages whose address differs in what it names only: those of all answers are one kind."""
WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class Crawler:
    """Follows links of this site, each kind of page a few times, and looks at whatever the browser is sent.

    Args:
        page: A window.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: dict[str, int] = {}
        self.wrong: list[str] = []
        page.on("response", self._look)

    def crawl(self, start: str) -> None:
        """Follow all that leads on from a page."""
        waiting = [start]
        while waiting:
            address = waiting.pop(0)
            kind = NAMED.sub("N", urlsplit(address).path)
            if self.seen.get(kind, 0) >= MOST_OF_A_KIND:
                continue
            self.seen[kind] = self.seen.get(kind, 0) + 1
            self.page.goto(address, wait_until="load", timeout=PATIENCE_MS)
            links: list[str] = self.page.eval_on_selector_all("a[href]", "found => found.map(a => a.href)")
            own = [link for link in links if urlsplit(link).netloc == urlsplit(self.page.url).netloc]
            waiting += [link.partition("#")[0] for link in own if not urlsplit(link).path.endswith(DOWNLOADS)]

    def _look(self, response: Response) -> None:
        headers = response.headers
        problems = [f"{name} is {headers.get(name)}" for name, value in WANTED.items() if headers.get(name) != value]
        policy = headers.get("content-security-policy", "")
        if "default-src 'self'" not in policy or "frame-ancestors" not in policy or "unsafe" in policy:
            problems.append(f"policy is {policy!r}")
        if "cache-control" not in headers:
            problems.append("no cache-control")
        if response.status >= 500:
            problems.append(f"status {response.status}")
        self.wrong += [f"{urlsplit(response.url).path}: {problem}" for problem in problems]


def test_no_page_comes_without_its_headers(
    new_window: NewWindow, frontdesk: RunningFrontdesk, patient: Patient
) -> None:
    """For a patient, and for an administrator with a ticket and a conversation to look at."""
    patient.says("Is PRP safe?")
    patient.page.get_by_test_id("talk-to-person").click()
    visitor = Crawler(new_window())
    visitor.crawl("/")
    staff = Staff(new_window(expected=("the server responded with a status of 404",)), email=frontdesk.email,
                  password=frontdesk.password)  # fmt: skip
    staff.signs_in()
    desk = Crawler(staff.page)
    desk.crawl("/staff/tickets")
    # Found by a form, which no link leads through.
    desk.crawl(f"/staff/conversations/{frontdesk.conversations_with('Is PRP safe?')[-1]}")

    assert visitor.wrong == desk.wrong == []
    assert {"/", "/privacy"} <= visitor.seen.keys()
    assert {"/staff/tickets/N", "/staff/conversations/N", "/staff/people", "/staff/audit", "/staff/knowledge"} <= {
        *desk.seen
    }
    assert len(desk.seen) > 20

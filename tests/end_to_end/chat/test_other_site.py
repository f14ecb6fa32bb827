"""A page of another site, in a real browser, signs nobody in here and acts in nobody's name."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Route

from tests.end_to_end.people import Staff
from tests.end_to_end.running import RunningFrontdesk

EVIL = "http://evil.example/"


def _visits(context: BrowserContext, action: str, fields: dict[str, str]) -> str:
    """Open a page of another site that sends a form here by itself; give what the browser then shows."""
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
    html = f'<form method="post" action="{action}">{inputs}</form><script>document.forms[0].submit()</script>'

    def serve(route: Route) -> None:
        route.fulfill(content_type="text/html", body=html)

    page = context.new_page()
    page.route(EVIL, serve)
    with page.expect_navigation(url=action):
        page.goto(EVIL)
    return page.content()


@pytest.fixture
def browser_window(chromium: Browser, frontdesk: RunningFrontdesk):
    """Give a browser that may visit another site too."""
    context = chromium.new_context(base_url=frontdesk.address)
    yield context
    context.close()


def test_another_site_signs_nobody_in(browser_window: BrowserContext, frontdesk: RunningFrontdesk):
    """Not even with a right password: whoever works on in that account would work for the other one."""
    form = {"email": frontdesk.email, "password": frontdesk.password, "csrf_token": "-"}

    seen = _visits(browser_window, f"{frontdesk.address}/staff/sign-in", form)

    assert "another site" in seen
    assert not [cookie for cookie in browser_window.cookies() if cookie["name"] == "frontdesk_staff"]


def test_another_site_acts_in_nobodys_name(browser_window: BrowserContext, frontdesk: RunningFrontdesk):
    """Though the browser adds the cookie of whoever is signed in."""
    staff = Staff(browser_window.new_page(), email=frontdesk.email, password=frontdesk.password)
    staff.signs_in()

    seen = _visits(browser_window, f"{frontdesk.address}/staff/account/sign-out-everywhere", {"csrf_token": ""})

    assert "another site" in seen
    staff.page.reload()
    assert staff.name

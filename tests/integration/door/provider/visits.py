"""What a browser does that signs in at the provider, and what comes of it."""

from __future__ import annotations

import httpx

from bot.bootstrap import Services
from bot.staff import store
from tests.integration.edge import TestClient

HTML = {"accept": "text/html"}
BEGIN, RETURN = "/staff/sign-in/provider", "/staff/sign-in/provider/return"


def goes(browser: TestClient, page: str = "") -> str:
    """Press the button and sign in at the provider; give the address that it leads back to."""
    off = browser.get(f"{BEGIN}{page}", follow_redirects=False)
    assert off.status_code == 303, off.text
    back = httpx.get(off.headers["location"], follow_redirects=False, trust_env=False)
    assert back.status_code == 302
    return str(back.headers["location"])


def signs_in(browser: TestClient, page: str = "") -> httpx.Response:
    """Do all of it; give the page that comes of it."""
    return browser.get(goes(browser, page), headers=HTML)


def is_in(browser: TestClient) -> bool:
    """Tell whether somebody is signed in."""
    return browser.get("/staff/tickets", headers={"accept": "application/json"}).status_code == 200


def actions(services: Services) -> list[tuple[str, dict[str, object]]]:
    """Give what the audit log says of sign-ins, the newest first."""
    with services.database.read() as session:
        entries = store.audit_entries(session)
        return [(entry.action, entry.details) for entry in entries if entry.action.startswith("sign_in")]

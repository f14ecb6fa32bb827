"""Passkeys in a real browser, with an authenticator of Chromium's own: added, named, used, and the last one kept."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, expect

from bot.cli.processes.running import free_port
from bot.db.engine import Database
from bot.staff.sign_in import StaffAccounts
from bot.vocabulary import Role
from tests.real_edge import RealEdge

pytestmark = pytest.mark.slow(reason="starts an edge with an address that browsers know passkeys at")

EMAIL, PASSWORD = "kim@clinic.example", "three or four words"
PLATFORM = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A computer whose owner is there and is recognized at once."""


@pytest.fixture
def address(seeded_database: Path, tmp_path: Path) -> Iterator[str]:
    """Run the edge at a name, where a second factor is required; give where it is."""
    path, port = tmp_path / "frontdesk.db", free_port()
    shutil.copy(seeded_database, path)
    database = Database(f"sqlite:///{path}")
    StaffAccounts(database).add(email=EMAIL, name="Kim", role=Role.AGENT, password=PASSWORD)
    database.close()
    told = {
        "FRONTDESK_DATABASE_URL": f"sqlite:///{path}",
        "FRONTDESK_TRACKER_URL": f"sqlite:///{tmp_path / 'tracker.db'}",
        "FRONTDESK_PUBLIC_URL": f"http://localhost:{port}",
        "FRONTDESK_REQUIRE_CODES": "true",
    }
    edge = RealEdge(told, port)
    try:
        edge.wait()
        yield f"http://localhost:{port}"
    finally:
        edge.stop()


@dataclass
class Kim:
    """Somebody at a browser with an authenticator."""

    page: Page
    cdp: CDPSession
    authenticator: str

    def signs_in(self) -> None:
        """Enter email and password."""
        self.page.goto("/staff/sign-in")
        self.page.get_by_label("Email").fill(EMAIL)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_test_id("sign-in").click()

    def signs_out(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Sign out", exact=True).click()
        expect(self.page.get_by_role("heading", name="Staff sign-in")).to_be_visible()

    def adds(self, name: str, password: str = PASSWORD) -> None:
        """Add a passkey on the page of the account."""
        self.page.get_by_label("Name of the new passkey").fill(name)
        self.page.get_by_label("Your password, to add a passkey").fill(password)
        self.page.get_by_test_id("add-passkey").click()

    def signed(self) -> list[int]:
        """Give how often each key of the authenticator has signed."""
        found = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return [each["signCount"] for each in found["credentials"]]


@pytest.fixture
def kim(chromium: Browser, address: str) -> Iterator[Kim]:
    """Give her, in a window that reports no error of a script or of the policy on what may run."""
    problems: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A refused form is reported as an error too.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            problems.append(message.text)

    context = chromium.new_context(base_url=address, reduced_motion="reduce")
    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: problems.append(str(error)))
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM})
    yield Kim(page, cdp, made["authenticatorId"])
    context.close()
    assert problems == []


def test_a_passkey_is_added_used_named_and_stays_if_it_is_the_last(kim: Kim) -> None:
    """Where a second factor is required, it opens the console; it can go only once there is another one."""
    page = kim.page
    kim.signs_in()
    expect(page.get_by_test_id("codes-required")).to_contain_text("or a passkey")
    kim.adds("My laptop", "not the password")
    expect(page.get_by_test_id("new-passkey-error")).to_contain_text("not the password")
    assert kim.signed() == []

    kim.adds("My laptop")
    expect(page.get_by_test_id("recovery-codes").get_by_role("listitem")).to_have_count(10)
    expect(page.get_by_test_id("passkeys")).to_contain_text("My laptop")
    expect(page.get_by_test_id("codes-required")).to_have_count(0)
    kim.adds("Once more")
    expect(page.get_by_test_id("new-passkey-error")).to_contain_text("has a passkey for your account already")

    kim.signs_out()
    kim.signs_in()
    expect(page.get_by_role("heading", name="Your passkey")).to_be_visible()
    page.get_by_test_id("use-passkey").click()
    expect(page).to_have_url(re.compile("/staff/tickets"))
    assert kim.signed() == [2]

    page.goto("/staff/account")
    page.get_by_test_id("change-passkey").click()
    page.get_by_label("Name", exact=True).fill("Old laptop")
    page.get_by_test_id("rename-passkey").click()
    expect(page.get_by_test_id("notice")).to_contain_text("new name")
    page.get_by_test_id("change-passkey").click()
    page.get_by_label("Your password, to remove it").fill(PASSWORD)
    page.get_by_test_id("remove-passkey").click()
    expect(page.get_by_test_id("passkey-error")).to_contain_text("your only one")
    expect(page.get_by_test_id("passkeys")).to_contain_text("Old laptop")

"""Behind a proxy that serves other programs too, Frontdesk is whole under its path: chat, console, widget."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.bootstrap import build_services
from bot.cli.processes.running import free_port
from bot.rasa_client.client import RasaClient
from bot.settings import ROOT, load_settings
from bot.staff.passwords import hash_password
from bot.staff.store import add_staff_member
from bot.vocabulary import Role
from tests.end_to_end.conftest import PATIENCE_MS
from tests.end_to_end.proxy import PathProxy
from tests.end_to_end.widget.visitor import Visitor
from tests.end_to_end.widget.website import RunningEdge, Website
from tests.fakes import FakeRasa

PREFIX = "/clinics/cedar"
EMAIL, PASSWORD = "ana@clinic.example", "correct horse battery"


@pytest.fixture(params=[True, False], ids=["the proxy takes the path off", "the proxy leaves it"])
def proxy(
    request: pytest.FixtureRequest, seeded_database: Path, tmp_path: Path, websites: tuple[Website, Website]
) -> Iterator[PathProxy]:
    """Run an edge behind a proxy."""
    shutil.copy(seeded_database, tmp_path / "frontdesk.db")
    clinic = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    listed = clinic.replace("origins: []", f"origins: {json.dumps(websites[0].origins)}")
    (tmp_path / "clinic.yml").write_text(listed, encoding="utf-8")
    proxy, port = PathProxy(PREFIX, takes_off=request.param), free_port()
    settings = replace(
        load_settings({"FRONTDESK_PUBLIC_URL": proxy.address}),
        database_url=f"sqlite:///{tmp_path / 'frontdesk.db'}",
        clinic_path=tmp_path / "clinic.yml",
        port=port,
    )
    rasa = FakeRasa()
    services = build_services(settings, rasa=cast("RasaClient", rasa))
    with services.database.write() as session:
        add_staff_member(
            session, email=EMAIL, name="Ana", role=Role.CLINICAL_ADMIN, password_hash=hash_password(PASSWORD)
        )
    edge = RunningEdge(services, port, rasa)
    edge.start()
    proxy.start(port)
    yield proxy
    proxy.stop()
    edge.stop()


@pytest.fixture
def windows(chromium: Browser, proxy: PathProxy) -> Iterator[list[Page]]:
    """Give two browsers; what either asks for beside the path, or finds wrong, fails the test."""
    contexts = [chromium.new_context(reduced_motion="reduce", locale="en-US") for _ in range(2)]
    problems: list[str] = []
    pages = []
    for context in contexts:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type in {"error", "warning"} else None)
        pages.append(page)
    yield pages
    for context in contexts:
        context.close()
    assert problems == []
    # Browsers ask for an icon at the root of a host.
    assert set(proxy.refused) <= {"/favicon.ico"}


def test_a_patient_and_staff_talk_to_each_other(proxy: PathProxy, windows: list[Page]):
    """By pages, forms and live connections; the cookies are kept to the path."""
    patient, staff = windows
    patient.goto(f"{proxy.address}/")
    patient.get_by_test_id("composer").fill("Does it hurt?")
    patient.get_by_test_id("composer").press("Enter")
    expect(patient.locator('[data-testid="message"][data-author="bot"]').last).to_contain_text("You said")
    patient.get_by_test_id("talk-to-person").click()

    staff.goto(f"{proxy.address}/staff/tickets?status=open")
    assert urlsplit(staff.url).path == f"{PREFIX}/staff/sign-in"
    staff.get_by_label("Email").fill(EMAIL)
    staff.get_by_label("Password").fill(PASSWORD)
    staff.get_by_test_id("sign-in").click()
    expect(staff).to_have_url(f"{proxy.address}/staff/tickets?status=open")
    staff.get_by_test_id("ticket-row").first.click()
    expect(staff.get_by_test_id("write-note")).to_be_visible()
    staff.get_by_test_id("reply").fill("Hello, this is Ana.")
    staff.get_by_test_id("send-reply").click()

    expect(patient.locator('[data-testid="message"][data-author="staff"]')).to_contain_text("Hello, this is Ana.")
    patient.get_by_test_id("composer").fill("Thank you, Ana.")
    patient.get_by_test_id("composer").press("Enter")
    expect(staff.get_by_test_id("message").last).to_contain_text("Thank you, Ana.")
    assert {cookie["path"] for cookie in staff.context.cookies()} == {PREFIX}

    patient.reload()
    expect(patient.locator('[data-testid="message"][data-author="staff"]')).to_contain_text("Hello, this is Ana.")
    for link in staff.locator("nav a").all():
        assert (link.get_attribute("href") or "").startswith(f"{PREFIX}/staff/")
    staff.get_by_role("button", name="Sign out").first.click()
    expect(staff).to_have_url(f"{proxy.address}/staff/sign-in")


def test_the_widget_opens_on_the_clinics_website(
    proxy: PathProxy, chromium: Browser, websites: tuple[Website, Website]
):
    """From the script's own address it knows where the chat is."""
    website = websites[0]
    website.pages.clear()
    website.has("/", script=f'<script async src="{proxy.address}/widget.js"></script>')
    context = chromium.new_context(base_url=website.of_another_site, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    host = f"http://{urlsplit(proxy.address).netloc}"
    visitor = Visitor(context.new_page(), hosts={host, *website.origins})

    visitor.opens("/")
    visitor.opens_chat()
    visitor.says("Does it hurt?")

    assert visitor.problems == []
    assert proxy.refused == []
    context.close()

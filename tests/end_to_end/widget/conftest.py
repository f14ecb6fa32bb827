"""The widget on a clinic's website in a real browser; Frontdesk itself is the edge alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser, BrowserContext

from bot.bootstrap import build_services
from bot.cli.processes.running import free_port
from bot.rasa_client.client import RasaClient
from bot.settings import ROOT, load_settings
from tests.end_to_end.conftest import PATIENCE_MS
from tests.end_to_end.widget.visitor import Visitor
from tests.end_to_end.widget.website import RunningEdge, Website
from tests.fakes import FakeRasa
from tests.identities import SECRET

NewVisitor = Callable[..., Visitor]


@pytest.fixture(scope="package")
def websites() -> Iterator[tuple[Website, Website]]:
    """Serve the clinic's website, and one that the clinic knows nothing of."""
    both = Website(), Website()
    yield both
    for website in both:
        website.stop()


@pytest.fixture(scope="package")
def running_edge(
    websites: tuple[Website, Website], seeded_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningEdge]:
    """Run the edge of a clinic that has listed its website."""
    folder = tmp_path_factory.mktemp("edge")
    shutil.copy(seeded_database, folder / "frontdesk.db")
    clinic = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    listed = clinic.replace("origins: []", f"origins: {json.dumps(websites[0].origins)}")
    (folder / "clinic.yml").write_text(listed, encoding="utf-8")
    port = free_port()
    settings = replace(
        load_settings({"FRONTDESK_WIDGET_SECRET": SECRET}),
        database_url=f"sqlite:///{folder / 'frontdesk.db'}",
        clinic_path=folder / "clinic.yml",
        port=port,
    )
    rasa = FakeRasa()
    edge = RunningEdge(build_services(settings, rasa=cast("RasaClient", rasa)), port, rasa)
    edge.start()
    yield edge
    edge.stop()


@pytest.fixture
def edge(running_edge: RunningEdge) -> RunningEdge:
    """Give the edge, with a stand-in for Rasa that has forgotten earlier tests."""
    running_edge.rasa.heard.clear()
    return running_edge


@pytest.fixture
def website(websites: tuple[Website, Website], edge: RunningEdge) -> Website:
    """Give the clinic's website: two plain pages with the widget."""
    website = websites[0]
    website.pages.clear()
    for path in ("/", "/other"):
        website.has(path, script=edge.script)
    return website


@pytest.fixture
def new_visitor(
    chromium: Browser, website: Website, websites: tuple[Website, Website], edge: RunningEdge
) -> Iterator[NewVisitor]:
    """Give a way to send visitors to the website; whatever goes wrong in their browsers fails the test."""
    opened: list[tuple[BrowserContext, Visitor]] = []

    def come(
        *,
        width: int = 1280,
        height: int = 800,
        touch: bool = False,
        motion: bool = False,
        same_site: bool = False,
        expected: tuple[str, ...] = (),
    ) -> Visitor:
        context = chromium.new_context(
            base_url=website.of_the_same_site if same_site else website.of_another_site,
            viewport={"width": width, "height": height},
            reduced_motion="no-preference" if motion else "reduce",
            has_touch=touch,
            is_mobile=touch,
            locale="en-US",
        )
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(
            context.new_page(), hosts={edge.address, *websites[0].origins, *websites[1].origins}, expected=expected
        )
        opened.append((context, visitor))
        return visitor

    yield come
    problems = [problem for _, visitor in opened for problem in visitor.problems]
    for context, _ in opened:
        context.close()
    assert problems == []


@pytest.fixture(params=[False, True], ids=["storage refused", "storage kept"])
def visitor(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """Give a visitor on the first page of the website.

    Chromium's private windows, which these are, refuse all storage to a frame of another site, and no other.
    """
    someone = new_visitor(same_site=request.param)
    someone.opens("/")
    return someone

"""Who may show the chat on their pages, and the script that puts it there."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bot.bootstrap import Services
from bot.web.app import create_app
from bot.web.widget.script import FOLDER, LARGEST, MODULES
from tests.factories import a_clinic
from tests.integration.edge import TestClient

LISTED = ("https://www.cedargrove.example", "https://cedargrove.example:8443")
HTML = {"accept": "text/html"}


@contextmanager
def edge_of(services: Services, *origins: str, env: str = "production") -> Iterator[TestClient]:
    """Run the edge of a clinic that has listed these websites."""
    clinic = a_clinic(widget={"origins": origins}, accent_color="#ffd800")
    settings = replace(services.settings, env=env)
    with TestClient(create_app(replace(services, clinic=clinic, settings=settings))) as visitor:
        yield visitor


def ancestors(policy: str) -> str:
    """Give whom a policy lets show a page in a frame."""
    return next(part for part in policy.split("; ") if part.startswith("frame-ancestors")).partition(" ")[2]


def test_only_listed_websites_may_frame_the_chat(services: Services) -> None:
    """And only the page that is made for it: our own page stays in no frame."""
    with edge_of(services, *LISTED) as visitor:
        embedded, own = visitor.get("/embed"), visitor.get("/")

    assert ancestors(embedded.headers["content-security-policy"]) == " ".join(LISTED)
    assert "x-frame-options" not in embedded.headers
    assert "unsafe" not in embedded.headers["content-security-policy"]
    assert embedded.headers["x-content-type-options"] == "nosniff"
    assert ancestors(own.headers["content-security-policy"]) == "'none'"
    assert own.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("address", ["/embed", "/widget.js", "/demo", "/demo/visit"])
def test_with_no_website_listed_nothing_can_be_embedded(services: Services, address: str) -> None:
    """A clinic that does not want it on its website has not left a door open."""
    with edge_of(services) as visitor:
        response = visitor.get(address, headers=HTML)

    assert response.status_code == 404
    assert ancestors(response.headers["content-security-policy"]) == "'none'"
    assert response.headers["x-frame-options"] == "DENY"


def test_the_made_up_website_is_there_in_development_only(services: Services) -> None:
    """It is the one page of ours that may frame the chat."""
    with edge_of(services, env="development") as visitor:
        assert ancestors(visitor.get("/embed").headers["content-security-policy"]) == "'self'"
        assert "made up" in visitor.get("/demo").text
        assert "made up" in visitor.get("/demo/visit").text
        assert visitor.get("/demo/nosuch").status_code == 422
    with edge_of(services, *LISTED) as visitor:
        assert visitor.get("/demo").status_code == 404


def test_the_embedded_chat_is_our_page_with_a_way_to_close_it(services: Services) -> None:
    """The same conversation, composer and wordings; what it says to whom stands in its policy and in the page alike."""
    with edge_of(services, *LISTED) as visitor:
        embedded, own = visitor.get("/embed").text, visitor.get("/").text

    assert 'data-testid="composer"' in embedded
    assert all(origin in embedded for origin in LISTED)
    assert "close-chat" in embedded
    assert "close-chat" not in own
    assert "data-framed-by" not in own


def test_the_script_is_small_and_its_size_is_told(services: Services, record_property: pytest.RecordProperty) -> None:
    """A website's visitors load it with every page."""
    with edge_of(services, *LISTED) as visitor:
        response = visitor.get("/widget.js", headers={"accept-encoding": "gzip"})
        plain = visitor.get("/widget.js", headers={"accept-encoding": "identity"})

    size = int(response.headers["content-length"])
    record_property("widget_bytes", size)
    assert response.headers["content-encoding"] == "gzip"
    assert size == len(gzip.compress(plain.content, 9, mtime=0)) <= LARGEST
    assert "content-encoding" not in plain.headers


def test_the_script_may_be_loaded_and_kept_for_minutes_by_any_page(services: Services) -> None:
    """Also by a page that loads nothing from elsewhere which does not allow it; asked again, an old one is enough."""
    with edge_of(services, *LISTED) as visitor:
        first = visitor.get("/widget.js")
        again = visitor.get("/widget.js", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert first.headers["cache-control"] == "public, max-age=300"
    assert (again.status_code, again.content) == (304, b"")


def test_the_script_wears_the_clinics_colors_so_that_they_can_be_read(services: Services) -> None:
    """Black on yellow: the same check as for the pages."""
    with edge_of(services, *LISTED) as visitor:
        script = visitor.get("/widget.js").text

    config = json.loads(re.findall(r"^const CONFIG = (.*);$", script, re.MULTILINE)[0])
    assert "--accent:#ffd800;--accent-text:#000000" in config["styles"]
    assert config["origins"] == list(LISTED)
    assert config["demo"] is False


def test_the_modules_of_the_script_fit_into_one_function() -> None:
    """They are joined by what stands in them: every module once, no name twice, nothing imported from later."""
    assert {f"{name}.js" for name in MODULES if "/" not in name} == {path.name for path in FOLDER.glob("*.js")}
    names: list[str] = []
    known: set[str] = set()
    for module in MODULES:
        path = FOLDER / f"{module}.js"
        text = path.read_text(encoding="utf-8")
        assert {str((FOLDER / name).resolve()) for name in re.findall(r'from "(.+)"', text)} <= known
        known.add(str(path.resolve()))
        names += re.findall(r"^(?:export )?(?:async )?(?:const|function|class) (\w+)", text, re.MULTILINE)
    assert len(names) == len(set(names))


def test_the_script_evaluates_nothing_and_writes_no_markup() -> None:
    """A website's policy may forbid both, and patients' words could become code."""
    for module in MODULES:
        text = (FOLDER / f"{module}.js").read_text(encoding="utf-8")
        assert not re.search(r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", text), (
            module
        )

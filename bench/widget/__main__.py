"""Measures the widget's share of a page's main thread, in a real browser: `python -m bench.widget --keep`."""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench import machine
from bench.measures import markdown_table
from bench.terminal import say, show
from bot.cli.processes.programs import LOOPBACK, address, programs
from bot.cli.processes.running import free_port
from bot.cli.processes.supervisor import Supervisor
from bot.cli.setting_up.setup import prepare_store
from bot.cli.steps import Steps
from bot.cli.testing.browser import VARIABLE, find_browser
from bot.db.engine import utc_now
from bot.settings import ROOT, load_settings

RESULTS = ROOT / "bench" / "results" / "widget.md"
BOUND_MS = 30.0
"""What the widget may take of a page's main thread, in the median; 610 have been measured of others."""
_LOADS = 9
_SETTLED_MS = 500
"""After which a page that has loaded does nothing more."""
_STARTS_SECONDS = 180.0
_PAGE = '<!doctype html><html lang="en"><title>Cedar Grove</title>{script}<h1>Cedar Grove</h1></html>'
_WORKED = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
"""The browser's own counts of what its main thread did."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Milliseconds of the main thread for each load, without the widget, with it, and with a chat under way."""

    site: str
    without: list[float]
    loaded: list[float]
    under_way: list[float]

    @property
    def costs(self) -> tuple[float, float]:
        """What the widget adds, in the median, and what it adds with a chat under way."""
        plain = statistics.median(self.without)
        return statistics.median(self.loaded) - plain, statistics.median(self.under_way) - plain


@click.command()
@click.option("--keep", is_flag=True, help="Write bench/results/widget.md.")
def main(*, keep: bool) -> None:
    """Load a page of a website with and without the widget; ends with 1 where it takes too long."""
    browser = find_browser(ROOT)
    if browser is None:
        raise click.ClickException("There is no browser: ./frontdesk test gets one, or says how.")
    program = browser.get(VARIABLE)
    load = machine.load()
    with (
        tempfile.TemporaryDirectory() as place,
        _website() as (port, pages),
        sync_playwright() as playwright,
        _edge(Path(place), port) as edge,
    ):
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        pages["/without"] = _PAGE.format(script="")
        pages["/"] = _PAGE.format(script=f'<script async src="{edge}/widget.js"></script>')
        # For a browser the two names of this machine are two sites; which one it is decides what a frame may keep.
        sites = {"another site": "localhost", "the same site": LOOPBACK}
        measured = [_measure(chromium, name, f"http://{host}:{port}") for name, host in sites.items()]
        chromium.close()
    rows = [
        (one.site, f"{statistics.median(one.without):.1f}", *(f"{cost:.1f}" for cost in one.costs)) for one in measured
    ]
    head = ("website on", "page alone, ms", "widget adds", "with a chat under way")
    page = f"""# The widget, measured

Written by `python -m bench.widget --keep` on {utc_now().date()}; milliseconds of the page's main thread (script, layout
and style, in the processor's time), medians of {_LOADS} loads.

{markdown_table(head, rows)}

{machine.description()}; load {load:.1f}.
"""
    show(page)
    if keep:
        RESULTS.write_text(page, encoding="utf-8")
    if any(cost > BOUND_MS for one in measured for cost in one.costs):
        raise click.ClickException(f"More than {BOUND_MS:.0f} ms.")


@contextmanager
def _website() -> Iterator[tuple[int, dict[str, str]]]:
    """Serve a clinic's pages, on any port; what they consist of is put into the mapping."""
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the server's name for it
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(pages.get(self.path, "").encode())

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, pages
    server.shutdown()
    server.server_close()


@contextmanager
def _edge(place: Path, website_port: int) -> Iterator[str]:
    """Run the edge of a clinic that has listed the website; no Rasa runs, the chat is served all the same."""
    origins = json.dumps([f"http://{host}:{website_port}" for host in ("localhost", LOOPBACK)])
    clinic = (ROOT / "clinic.yml").read_text(encoding="utf-8").replace("origins: []", f"origins: {origins}")
    (place / "clinic.yml").write_text(clinic, encoding="utf-8")
    settings = replace(
        load_settings(),
        host=LOOPBACK,
        port=free_port(),
        rasa_url=f"http://{LOOPBACK}:{free_port()}",
        database_url=f"sqlite:///{place / 'frontdesk.db'}",
        clinic_path=place / "clinic.yml",
    )
    prepare_store(settings, Steps())
    *_, edge = programs(settings, rasa_port=free_port(), actions_port=free_port())
    told = replace(edge, env={**edge.env, "FRONTDESK_CLINIC": str(settings.clinic_path)})
    supervisor = Supervisor([told], root=ROOT, logs=place, say=say)
    try:
        supervisor.start()
        supervisor.wait_until_ready("edge", _STARTS_SECONDS)
        yield address(settings)
    finally:
        supervisor.stop()


def _measure(chromium: Browser, site: str, website: str) -> Measured:
    say(f"a website on {site} ...")
    context = chromium.new_context(base_url=website, locale="en-US")
    page = context.new_page()
    session = context.new_cdp_session(page)
    # The thread's own time: what else the machine does hardly counts.
    session.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
    session.send("Performance.enable")
    # A browser's first page takes longer than any other, whatever is in it.
    _load(page, session, "/without")
    without, loaded = ([_load(page, session, path) for _ in range(_LOADS)] for path in ("/without", "/"))
    page.locator("frontdesk-widget .launcher").click()
    composer = page.frame_locator("frontdesk-widget iframe").get_by_test_id("composer")
    composer.fill("How much is it?")
    composer.press("Enter")
    page.frame_locator("frontdesk-widget iframe").get_by_test_id("message").first.wait_for()
    page.locator("frontdesk-widget .launcher").click()
    under_way = [_load(page, session, "/") for _ in range(_LOADS)]
    context.close()
    return Measured(site=site, without=without, loaded=loaded, under_way=under_way)


def _load(page: Page, session: CDPSession, path: str) -> float:
    """Load a page and give the milliseconds that its main thread worked."""
    page.goto("about:blank")
    before = _worked(session)
    page.goto(path)
    page.wait_for_timeout(_SETTLED_MS)
    return (_worked(session) - before) * 1000


def _worked(session: CDPSession) -> float:
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return float(sum(metrics[name] for name in _WORKED))


if __name__ == "__main__":
    main()

"""Measures the figures: `python -m bench.figures --conversations 100000`."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bench import machine
from bench.figures.generated import fill
from bench.measures import markdown_table
from bench.terminal import say, show
from bot.analytics.figures import figures_of
from bot.analytics.period import CHOICES, Period
from bot.analytics.tables import tables
from bot.bootstrap import Services, build_services
from bot.cli.commands.database import upgrade
from bot.cli.commands.knowledge import seed
from bot.db.engine import utc_now
from bot.settings import ROOT, load_settings

RESULTS = ROOT / "bench" / "results" / "figures.md"
DAYS = max(CHOICES)
"""All conversations begin in so many days, so that the longest choice on the page counts all of them."""
TIMES = 5


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How long the figures of so many days took, the best of some times.

    Attributes:
        days: How many.
        chats: How many conversations there were in them.
        waited: Seconds by the clock.
        worked: Seconds of the processor: what other programs on the machine do counts less here.
    """

    days: int
    chats: int
    waited: float
    worked: float


@click.command()
@click.option("--conversations", default=100_000, show_default=True, help="How many the made-up clinic has.")
@click.option("--database", help="SQLAlchemy address of an empty database; a SQLite file of its own by default.")
@click.option("--keep", is_flag=True, help="Write bench/results/figures.md.")
def main(conversations: int, database: str | None, *, keep: bool) -> None:
    """Store that many conversations, and compute the figures of each choice of days."""
    with tempfile.TemporaryDirectory() as place:
        settings = replace(load_settings({}), database_url=database or f"sqlite:///{place}/bench.db")
        upgrade(settings)
        seed(settings)
        services = build_services(settings)
        say(f"storing {conversations:,} conversations ...")
        now = utc_now()
        fill(services, conversations, until=now, days=DAYS)
        say("computing ...")
        load = machine.load()
        measured = [_measure(services, days, now) for days in CHOICES]
        size = _megabytes(Path(place) / "bench.db")
        services.database.close()
    page = _page(measured, conversations, size, load)
    show(page)
    if keep:
        RESULTS.write_text(page, encoding="utf-8")


def _measure(services: Services, days: int, now: dt.datetime) -> Measured:
    zone = ZoneInfo(services.clinic.timezone)
    period = Period.back(days, today=now.astimezone(zone).date(), zone=zone)
    waited, worked, chats = [], [], 0
    for _ in range(TIMES):
        begun, begun_working = time.perf_counter(), time.process_time()
        figures = figures_of(services.database, period, now=now)
        tables(figures)
        waited.append(time.perf_counter() - begun)
        worked.append(time.process_time() - begun_working)
        chats = figures.containment.chats.total()
    return Measured(days=days, chats=chats, waited=min(waited), worked=min(worked))


def _page(measured: Sequence[Measured], conversations: int, size: float, load: float) -> str:
    rows = [(str(one.days), f"{one.chats:,}", f"{one.waited:.2f}", f"{one.worked:.2f}") for one in measured]
    table = markdown_table(("days", "conversations in them", "seconds", "processor seconds"), rows)
    return f"""# The figures, measured

Written by `python -m bench.figures --keep` on {utc_now().date()}; [docs/benchmarks.md](../../docs/benchmarks.md)
explains it.

{table}

{conversations:,} conversations in a store of {size:,.0f} MB. {machine.description()}; load {load:.1f}.
"""


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6 if path.is_file() else 0.0


if __name__ == "__main__":
    main()

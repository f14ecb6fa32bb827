"""Measures the inbox: `python -m bench.inbox --tickets 20000`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import click

from bench import machine
from bench.inbox.generated import RARE, fill
from bench.measures import markdown_table, percentile
from bench.terminal import say, show
from bot.bootstrap import build_services
from bot.cli.commands.database import upgrade
from bot.cli.commands.knowledge import seed
from bot.db.engine import Database, utc_now
from bot.escalation import inbox_store
from bot.escalation.inbox_store import InboxFilter
from bot.settings import ROOT, load_settings
from bot.vocabulary import InboxView

RESULTS = ROOT / "bench" / "results" / "inbox.md"
TIMES = 5
BOUND_MS = 300.0
"""What a look-up of staff may take of the processor, in the median."""
LOOKED_FOR = {
    "nothing: the unassigned": InboxFilter(staff_member_id=0),
    "nothing: all": InboxFilter(staff_member_id=0, view=InboxView.ALL),
    "a rare word among the unassigned": InboxFilter(staff_member_id=0, words=RARE),
    "a rare word": InboxFilter(staff_member_id=0, view=InboxView.ALL, words=RARE),
    "a word in every ticket": InboxFilter(staff_member_id=0, view=InboxView.ALL, words="hurt"),
    "a word that is nowhere": InboxFilter(staff_member_id=0, view=InboxView.ALL, words="zzyzx"),
    "a name without its accent": InboxFilter(staff_member_id=0, view=InboxView.ALL, words="jose patient 77"),
    "a phone number": InboxFilter(staff_member_id=0, view=InboxView.ALL, words="312 555 0300"),
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one look-up took: milliseconds by the clock and of the processor, in the median, and what it found."""

    name: str
    waited: float
    worked: float
    found: int


@click.command()
@click.option("--tickets", default=20_000, show_default=True, help="How many the made-up clinic has.")
@click.option("--keep", is_flag=True, help="Write bench/results/inbox.md.")
def main(tickets: int, *, keep: bool) -> None:
    """Store that many tickets and look for things in them; ends with 1 where one takes too long."""
    with tempfile.TemporaryDirectory() as place:
        settings = replace(load_settings({}), database_url=f"sqlite:///{place}/bench.db")
        upgrade(settings)
        seed(settings)
        services = build_services(settings)
        say(f"storing {tickets:,} tickets ...")
        member = fill(services, tickets, until=utc_now())
        say("looking ...")
        load = machine.load()
        measured = [
            _measure(services.database, name, replace(wanted, staff_member_id=member))
            for name, wanted in LOOKED_FOR.items()
        ]
        services.database.close()
    rows = [(one.name, f"{one.waited:,.0f}", f"{one.worked:,.0f}", f"{one.found:,}") for one in measured]
    table = markdown_table(("looked for", "ms", "processor ms", "tickets found"), rows)
    page = f"""# The inbox, measured

Written by `python -m bench.inbox --keep` on {utc_now().date()}; medians of {TIMES}.

{table}

{tickets:,} tickets. {machine.description()}; load {load:.1f}.
"""
    show(page)
    if keep:
        RESULTS.write_text(page, encoding="utf-8")
    slow = [one.name for one in measured if one.worked > BOUND_MS]
    if slow:
        raise click.ClickException(f"More than {BOUND_MS:.0f} ms: {', '.join(slow)}.")


def _measure(database: Database, name: str, wanted: InboxFilter) -> Measured:
    waited, worked, found = [], [], 0
    look: Callable[[], int] = partial(_look, database, wanted)
    for _ in range(TIMES):
        begun, begun_working = time.perf_counter(), time.process_time()
        found = look()
        waited.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - begun_working) * 1000)
    return Measured(name=name, waited=percentile(waited, 0.5), worked=percentile(worked, 0.5), found=found)


def _look(database: Database, wanted: InboxFilter) -> int:
    with database.read() as session:
        return inbox_store.page(session, wanted).total


if __name__ == "__main__":
    main()

"""`frontdesk evaluate`: measures understanding, answers and red flags, and holds them against a baseline."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.bootstrap import build_services
from bot.cli.running import rasa_running
from bot.evaluation.datasets import Datasets, datasets_in, own_datasets
from bot.evaluation.measure import measure
from bot.evaluation.metrics import Share
from bot.settings import ROOT, Settings, load_settings

BASELINE = ROOT / "bot" / "evaluation" / "baseline.json"
"""The least (or, for errors, the most) that each figure may be on the project's own sets."""


@click.command("evaluate")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Sets of another folder.")
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object.")
@click.option("--misses", default=0, help="How many misses to list for each figure.")
def command(*, data: Path | None, as_json: bool, misses: int) -> None:
    """Measure understanding, answers and red flags on the project's own sets, or on those of a folder."""
    settings = load_settings()
    sets = own_datasets(settings.root / "tests") if data is None else datasets_in(data)
    # A store of its own: measuring must not fill the clinic's inbox with tickets.
    with tempfile.TemporaryDirectory(prefix="frontdesk-evaluate-") as folder:
        scratch = replace(settings, database_url=f"sqlite:///{folder}/frontdesk.db")
        with rasa_running(scratch) as running:
            shares = asyncio.run(_measure(running, sets))
    if as_json:
        click.echo(json.dumps({share.name: _figures(share) for share in shares}, indent=2))
    else:
        _print_table(shares, misses)
    below = [] if data is not None else below_baseline(shares, json.loads(BASELINE.read_text(encoding="utf-8")))
    for line in below:
        click.echo(line, err=True)
    if below:
        sys.exit(1)


def below_baseline(shares: Sequence[Share], baseline: dict[str, dict[str, float]]) -> list[str]:
    """List the figures that are worse than the baseline allows, a sentence each."""
    values = {share.name: share.value for share in shares}
    lines = []
    for name, bounds in baseline.items():
        value = values.get(name)
        if value is None:
            lines.append(f"{name} was not measured, but the baseline asks for it.")
        elif value < bounds.get("least", 0.0):
            lines.append(f"{name} is {value:.3f}, below the baseline of {bounds['least']:.3f}.")
        elif value > bounds.get("most", 1.0):
            lines.append(f"{name} is {value:.3f}, above the baseline of {bounds['most']:.3f}.")
    return lines


async def _measure(settings: Settings, sets: Datasets) -> list[Share]:
    services = build_services(settings)
    console = Console(stderr=True)
    try:
        with console.status("Measuring ...") as status:
            return await measure(
                services, sets, lambda name, done, total: status.update(f"Measuring {name}: {done} of {total}")
            )
    finally:
        await services.close()


def _figures(share: Share) -> dict[str, float | int | None]:
    low, high = share.interval
    return {"value": share.value, "low": low, "high": high, "hits": share.hits, "total": share.total}


def _print_table(shares: Sequence[Share], misses: int) -> None:
    table = Table(title="Frontdesk, measured through the whole road")
    for column in ("figure", "value", "95 % interval (Wilson)", "count"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for share in shares:
        low, high = share.interval
        table.add_row(share.name, f"{share.value or 0:.3f}", f"{low:.3f} - {high:.3f}", f"{share.hits}/{share.total}")
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    for share in shares:
        for line in share.misses[:misses]:
            console.print(f"[{share.name}] {line}", markup=False)

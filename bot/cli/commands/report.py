"""`frontdesk report`: the figures of the console's page, on the terminal or as tables for a spreadsheet."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.analytics.figures import figures_of
from bot.analytics.period import period_of
from bot.analytics.tables import ONLY_IN_FILES, Table, said, summary, tables
from bot.bootstrap import running_services
from bot.db.engine import utc_now
from bot.settings import load_settings
from bot.spreadsheet import as_csv

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("report")
@click.option("--from", "first", type=DAY, help="The first day; else 30 days are shown.")
@click.option("--to", "last", type=DAY, help="The last day; else today.")
@click.option("--days", type=click.IntRange(1, 1098), help="So many days back, where no first day is named.")
@click.option("--csv", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write a file for each table.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    *, first: dt.datetime | None, last: dt.datetime | None, days: int | None, folder: Path | None, as_json: bool
) -> None:
    """Show what was asked, what became of it, and how long staff took; no patient's words."""
    services = running_services(load_settings())
    period = period_of(
        first=None if first is None else first.date(),
        last=None if last is None else last.date(),
        days=days,
        today=services.clinic.today(),
        zone=ZoneInfo(services.clinic.timezone),
    )
    figures = figures_of(services.database, period, now=utc_now())
    found = tables(figures)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for table in found.values():
            file = folder / f"{table.slug}.csv"
            file.write_text(as_csv(table.columns, table.rows), encoding="utf-8")
            click.echo(f"Wrote {file}")
    elif as_json:
        click.echo(json.dumps({"from": str(period.first), "to": str(period.last), **_plain(found)}))
    else:
        click.echo(f"{period.first} to {period.last}\n{summary(figures)}")
        for table in found.values():
            if table.rows and table.slug not in ONLY_IN_FILES:
                click.echo(f"\n{_written(table)}")


def _plain(found: dict[str, Table]) -> dict[str, list[dict[str, object]]]:
    return {table.slug: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in found.values()}


def _written(table: Table) -> str:
    rows = [table.columns, *(tuple(said(cell) for cell in row) for row in table.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(filter(None, [table.title, *lines, table.note]))

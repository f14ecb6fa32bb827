"""`frontdesk golive`: the checklist before patients use it, with the state of each point."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from bot.bootstrap import running_services
from bot.cli.commands.knowledge import check
from bot.golive import checklist
from bot.settings import load_settings


@click.command("golive")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each point.")
def command(*, as_json: bool) -> None:
    """Show what is left to do before patients use it; status 1 if production would not start."""
    settings = load_settings()
    check(settings)
    services = running_services(settings)
    try:
        points = checklist(services)
    finally:
        services.database.close()
    for point in points:
        if as_json:
            click.echo(json.dumps(asdict(point)))
            continue
        mark = "done" if point.done else "OPEN" if point.blocks else "advised"
        click.echo(f"{mark:>8}  {point.name}: {point.state}")
        if not point.done:
            click.echo(f"{'':>8}  {point.todo}")
    blocked = [point for point in points if point.blocks and not point.done]
    if not as_json:
        click.echo("")
        click.echo(
            f"Production does not start: {len(blocked)} points are open." if blocked else "Ready for production."
        )
        click.echo("What no program can look at: a clinician's sign-off in docs/safety.md, backups, and your proxy.")
    if blocked:
        sys.exit(1)

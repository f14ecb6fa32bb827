"""`frontdesk retention`: what is older than clinic.yml says, shown or deleted."""

from __future__ import annotations

import click

from bot.bootstrap import running_services
from bot.db.engine import utc_now
from bot.settings import load_settings


@click.group("retention")
def command() -> None:
    """How long what is kept."""


@command.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
def run_command(*, dry_run: bool) -> None:
    """Delete what is older than clinic.yml says; the edge does it every night by itself."""
    services = running_services(load_settings())
    now = utc_now()
    for kind in services.keeper.look(now) if dry_run else services.keeper.run(now):
        limit = "kept for ever" if kind.before is None else f"older than {kind.before.isoformat(timespec='minutes')}"
        click.echo(f"{kind.kind:18}{kind.count:>8,}  {limit}")
    if not dry_run:
        click.echo(services.patients.scrub() or "Nothing of it is left in the files of the databases.")

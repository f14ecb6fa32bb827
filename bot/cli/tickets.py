"""`frontdesk tickets`: what was passed to staff, from the terminal."""

from __future__ import annotations

import json

import click

from bot.db.engine import Database
from bot.escalation import store
from bot.settings import load_settings
from bot.vocabulary import TicketStatus


@click.group("tickets")
def command() -> None:
    """What was passed to staff."""


@command.command("list")
@click.option("--all", "show_all", is_flag=True, help="Resolved ones too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_command(*, show_all: bool, as_json: bool) -> None:
    """List tickets, the most urgent first."""
    statuses = list(TicketStatus) if show_all else [TicketStatus.OPEN, TicketStatus.ASSIGNED]
    with Database(load_settings().database_url).read() as session:
        views = store.views(session, statuses=statuses)
    if not views and not as_json:
        click.echo("No tickets.")
    for view in views:
        fields = {
            "id": view.id,
            "urgency": view.urgency.value,
            "status": view.status.value,
            "reason": view.reason.value,
            "opened_at": view.opened_at.isoformat(),
            "assignee": view.assignee_name,
        }
        click.echo(json.dumps(fields) if as_json else "  ".join(str(value) for value in fields.values()))

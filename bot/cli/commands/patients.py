"""`frontdesk patients`: what is stored of one person, as a file for them, or deleted."""

from __future__ import annotations

import getpass
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.bootstrap import running_services
from bot.privacy.finding import Found
from bot.privacy.receipt import listed
from bot.settings import load_settings
from bot.staff.actor import Actor

WHO = click.argument("who", metavar="ID|PHONE|EMAIL")


@click.group("patients")
def command() -> None:
    """What is stored of one person: a conversation's id, or a whole phone number or email address, says of whom."""


@command.command("export")
@WHO
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else var/exports.")
def export_command(who: str, out: Path | None) -> None:
    """Write all that is stored of somebody into one zip: a page to read, and JSON."""
    services = running_services(load_settings())
    export = services.patients.export(who, _whoever_types())
    if out is None:
        out = services.patients.keep_export(export)
    else:
        out.touch(mode=0o600)
        out.write_bytes(export.content)
    click.echo(str(out))


@command.command("forget")
@WHO
@click.option("--reason", required=True, help="Why; stands in the audit log, so without name or contact.")
@click.option("--yes", is_flag=True, help="Do not ask back.")
def forget_command(who: str, reason: str, *, yes: bool) -> None:
    """Delete all that is stored of somebody, everywhere, and print a receipt."""
    services = running_services(load_settings())
    found = services.patients.find(who)
    _show(found, ZoneInfo(services.clinic.timezone))
    if not yes:
        click.confirm("Delete all of it? This cannot be undone.", abort=True, err=True)
    receipt = services.patients.forget(who, reason=reason, by=_whoever_types(), seen=found.mark)
    for line in receipt.lines():
        click.echo(line)


def _show(found: Found, zone: ZoneInfo) -> None:
    for one in found.outlines:
        ticket = "" if one.open_ticket is None else f", ticket {one.open_ticket} is not resolved"
        last = (one.last_at or one.began_at).astimezone(zone).date().isoformat()
        click.echo(
            f"{one.conversation_id}  {one.channel.value}, {one.messages} messages, the last on {last}{ticket}", err=True
        )
    click.echo(f"To be deleted: {listed(found.counts)}", err=True)
    if found.opted_out:
        click.echo(f"Kept: {found.opted_out} phone numbers that want no texts", err=True)
    if found.elsewhere:
        click.echo("Not deleted, but perhaps theirs too (look before you forget them by their ids):", err=True)
        for conversation_id in found.elsewhere:
            click.echo(f"  {conversation_id}", err=True)


def _whoever_types() -> Actor:
    return Actor(staff_member_id=None, name=f"{getpass.getuser()} on the server")

"""`frontdesk appointments`: the clinic's appointments, from a file of its practice software."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.appointments.importing import IMPORTED_BY, import_file
from bot.bootstrap import running_services
from bot.plans.fhir_out import fhir_lines
from bot.settings import load_settings
from bot.staff.actor import Actor


@click.group("appointments")
def command() -> None:
    """Keep the clinic's appointments up to date from a file, and take out what was sent around them."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_command(file: Path) -> None:
    """Put the appointments of FILE into the book: a table (.csv), or FHIR resources (.json, .ndjson).

    An appointment whose id is known already is changed. One that is left out stays as it is: to cancel it, give it
    the status cancelled. What cannot be kept is told, with its place, and the rest is kept; then the status is 1.
    """
    services = running_services(load_settings())
    try:
        imported = import_file(file, services.appointments.book, services.appointments.reader, IMPORTED_BY)
    finally:
        services.database.close()
    for trouble in imported.troubles:
        click.echo(f"{file}: {trouble}", err=True)
    counts = [f"{count} {what.value}" for what, count in sorted(imported.counts.items())]
    if imported.passed_over:
        counts.append(f"{imported.passed_over} passed over (not booked)")
    if imported.troubles:
        counts.append(f"{len(imported.troubles)} not kept")
    click.echo(f"{', '.join(counts) or 'no appointments in it'}.")
    if imported.troubles:
        sys.exit(1)


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From which day on; the last 30 if it is not said.")
def export_command(file: Path, since: dt.datetime | None) -> None:
    """Write what plans sent, and the answers to check-ins, into FILE as FHIR R4 (.ndjson), for other software.

    Each message is a Communication, each answer a QuestionnaireResponse, on a line of its own. The same message has
    the same id in each file. They are patients' words: only your own account can read the file.
    """
    if file.suffix.lower() != ".ndjson":
        raise click.UsageError(f"{file} holds one resource a line: name it with .ndjson at its end.")
    services = running_services(load_settings())
    try:
        zone = ZoneInfo(services.clinic.timezone)
        day = services.clinic.today() - dt.timedelta(days=30) if since is None else since.date()
        lines = fhir_lines(
            services.database,
            dt.datetime.combine(day, dt.time(), zone),
            clinic=services.clinic.name,
            by=Actor(staff_member_id=None, name=f"{getpass.getuser()} on the server"),
        )
    finally:
        services.database.close()
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    click.echo(f"{len(lines)} resources since {day}.")

"""`frontdesk appointments`: the clinic's appointments, from a file of its practice software."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.appointments.importing import IMPORTED_BY, import_file
from bot.bootstrap import running_services
from bot.settings import load_settings


@click.group("appointments")
def command() -> None:
    """Keep the clinic's appointments up to date from a file."""


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

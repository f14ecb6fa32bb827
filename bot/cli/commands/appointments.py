"""`frontdesk appointments`: the clinic's appointments, from its practice software's file or FHIR server."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.appointments.fhir_server import FhirServer
from bot.appointments.importing import IMPORTED_BY, import_file, import_from_server
from bot.bootstrap import running_services
from bot.plans.fhir_out import fhir_lines
from bot.settings import load_settings
from bot.staff.actor import Actor


@click.group("appointments")
def command() -> None:
    """Keep the clinic's appointments up to date, and take out what was sent around them."""


@command.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--server", metavar="ADDRESS", help="The base of a FHIR R4 server to read from instead of a file.")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the token that the server takes (Bearer).",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Of a server: from which day on; the last 30 if it is not said.",
)
def import_command(file: Path | None, server: str | None, token_file: Path | None, since: dt.datetime | None) -> None:
    """Put appointments into the book: those of FILE, a table (.csv) or FHIR resources (.json, .ndjson), or a server's.

    An appointment whose id is known already is changed. One that is left out stays as it is: to cancel it, give it
    the status cancelled. What cannot be kept is told, with its place, and the rest is kept; then the status is 1.
    """
    if (file is None) == (server is None):
        raise click.UsageError("give a FILE, or the address of a server (--server).")
    if server is None and (token_file is not None or since is not None):
        raise click.UsageError("--token-file and --since are for a server (--server).")
    services = running_services(load_settings())
    book, reader = services.appointments.book, services.appointments.reader
    try:
        if file is not None:
            imported = import_file(file, book, reader, IMPORTED_BY)
        else:
            there = FhirServer(base=server or "", token=_token(token_file))
            day = services.clinic.today() - dt.timedelta(days=30) if since is None else since.date()
            imported = import_from_server(there, day, book, reader, IMPORTED_BY)
    finally:
        services.database.close()
    for trouble in imported.troubles:
        click.echo(f"{file or server}: {trouble}", err=True)
    counts = [f"{count} {what.value}" for what, count in sorted(imported.counts.items())]
    if imported.passed_over:
        counts.append(f"{imported.passed_over} passed over (not booked)")
    if imported.troubles:
        counts.append(f"{len(imported.troubles)} not kept")
    click.echo(f"{', '.join(counts) or 'no appointments in it'}.")
    if imported.troubles:
        sys.exit(1)


def _token(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path} cannot be read: {type(error).__name__}.") from error
    if not token:
        raise click.UsageError(f"{path} is empty; it must hold the token.")
    return token


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

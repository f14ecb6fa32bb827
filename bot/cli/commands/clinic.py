"""`frontdesk clinic`: what the console changed of the clinic's values, in the form of clinic.yml."""

from __future__ import annotations

import click

from bot.bootstrap import running_services
from bot.clinic import load_clinic
from bot.clinic_settings.file_form import file_form
from bot.settings import load_settings


@click.group("clinic")
def command() -> None:
    """Write what the console changed into the form of clinic.yml."""


@command.command("export")
@click.option("--in-place", is_flag=True, help="Write it into clinic.yml; the old one stays as clinic.yml.old.")
def export_command(*, in_place: bool) -> None:
    """Print clinic.yml with what was changed in the console; the rest of the file stays as it is."""
    settings = load_settings()
    services = running_services(settings)
    try:
        changed, conflicts = services.clinic_settings.changed_here(), services.clinic_settings.conflicts()
    finally:
        services.database.close()
    for conflict in conflicts:
        click.echo(f"{conflict.name}: clinic.yml says something new; decide in the console which holds.", err=True)
        changed.pop(conflict.name, None)
    text = file_form(settings.clinic_path, changed)
    if not in_place:
        click.echo(text, nl=False)
        return
    path = settings.clinic_path
    new, old = path.with_name(f"{path.name}.new"), path.with_name(f"{path.name}.old")
    new.write_text(text, encoding="utf-8")
    # Read once as at a start: what could not be read must not take the place of what can.
    load_clinic(new)
    old.write_bytes(path.read_bytes())
    new.replace(path)
    names = ", ".join(changed) or "nothing"
    click.echo(f"Written into {path}: {names}. Restart Frontdesk (./frontdesk up) so that it reads the file again.")

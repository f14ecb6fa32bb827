"""`frontdesk restore`: puts a backup in the place of what is there, once it is known to be whole."""

from __future__ import annotations

from pathlib import Path

import click

from bot.backup.restoring import Opened, opened, restore, what_is_lost
from bot.cli.commands.database import knows_schema
from bot.cli.setting_up import last_setup
from bot.cli.steps import Steps
from bot.errors import ConflictError
from bot.settings import Settings, load_settings


@click.command("restore")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Overwrite the databases that are there.")
@click.option("--check", is_flag=True, help="Only read the backup and its checksums; change nothing.")
def command(source: Path, *, yes: bool, check: bool) -> None:
    """Restore the databases and files of a backup. Stop `up` before; start it afterwards.

    What is in the databases now is lost, so it asks for --yes. A clinic.yml that says something else stays as
    clinic.yml.old.
    """
    settings, steps = load_settings(), Steps()
    with steps.step("Checking the backup") as step, opened(settings, source, knows_schema) as backup:
        made = backup.manifest
        step.found(f"of {made.made_at}, version {made.version}, schema {made.schema}: whole")
        if not check:
            _restore(settings, backup, steps, yes=yes)


def _restore(settings: Settings, backup: Opened, steps: Steps, *, yes: bool) -> None:
    lost = what_is_lost(settings, backup)
    if lost and not yes:
        raise ConflictError(
            f"There is data in the {' and the '.join(lost)} already. Save it with `./frontdesk backup` if it may be "
            "needed; then type the same with --yes to overwrite it."
        )
    with steps.step("Restoring"):
        # Whatever was set up before is of another store.
        last_setup.forget(settings)
        changed = restore(settings, backup)
    for part in backup.manifest.parts:
        if part.rows:
            steps.say(f"  {part.kind}: {sum(part.rows.values()):,} rows in {len(part.rows)} tables, as they were saved")
    for name in changed:
        steps.say(f"  {name.removeprefix('files/')} is that of the backup; one that was there ends in .old now")
    steps.say("Restored. `./frontdesk up` brings the schema up to date and starts.")

"""`frontdesk backup`: all that must not be lost, in one file, while everything runs."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.backup.manifest import FILE
from bot.backup.old_ones import delete_old
from bot.backup.taking import take
from bot.cli.steps import Steps
from bot.clinic import load_clinic
from bot.db.engine import utc_now
from bot.errors import ContentError
from bot.periods import kept_from
from bot.settings import Settings, load_settings


@click.command("backup")
@click.argument("target", metavar="FILE|DIR", type=click.Path(path_type=Path))
def command(target: Path) -> None:
    """Save the store, Rasa's memory, clinic.yml and what else var/ keeps, into one file.

    What runs goes on. In a folder (DIR) the file gets a name with the time. It holds patients' words: only you can read
    it, and it belongs on another disk. Older ones in that folder are deleted as `retention` in clinic.yml says.
    """
    settings, steps = load_settings(), Steps()
    with steps.step("Saving") as step:
        path, content = take(settings, target)
        step.found(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
    for part in content.parts:
        rows = "" if part.kind == FILE else f"{sum(part.rows.values()):,} rows in {len(part.rows)} tables"
        steps.say(f"  {part.name:<24} {rows:<28} sha256 {part.sha256[:16]}")
    if target.is_dir():
        steps.say(_delete_old(settings, target, path))
    steps.say(f"Schema {content.schema}. `./frontdesk restore {path} --check` reads all of it again.")


def _delete_old(settings: Settings, folder: Path, newest: Path) -> str:
    """Delete the backups that are older than the clinic keeps them; say how many."""
    try:
        clinic = load_clinic(settings.clinic_path)
    except ContentError as error:
        # The new backup is there all the same.
        return f"No older backup was deleted, since it cannot be read how long they are kept: {error}"
    kept = clinic.retention.backups
    if not kept:
        return "Older backups stay: `retention` in clinic.yml gives `backups` no end."
    old = delete_old(folder, kept_from(kept, utc_now(), ZoneInfo(clinic.timezone)), but=newest)
    return f"Deleted here, older than {kept}: {len(old)}."

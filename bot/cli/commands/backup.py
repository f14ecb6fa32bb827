"""`frontdesk backup`: all that must not be lost, in one file, while everything runs."""

from __future__ import annotations

from pathlib import Path

import click

from bot.backup.manifest import FILE
from bot.backup.taking import take
from bot.cli.steps import Steps
from bot.settings import load_settings


@click.command("backup")
@click.argument("target", metavar="FILE|DIR", type=click.Path(path_type=Path))
def command(target: Path) -> None:
    """Save the store, Rasa's memory, clinic.yml and what else var/ keeps, into one file.

    What runs goes on. In a folder (DIR) the file gets a name with the time. It holds patients' words: only you can read
    it, and it belongs on another disk.
    """
    settings, steps = load_settings(), Steps()
    with steps.step("Saving") as step:
        path, content = take(settings, target)
        step.found(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
    for part in content.parts:
        rows = "" if part.kind == FILE else f"{sum(part.rows.values()):,} rows in {len(part.rows)} tables"
        steps.say(f"  {part.name:<24} {rows:<28} sha256 {part.sha256[:16]}")
    steps.say(f"Schema {content.schema}. `./frontdesk restore {path} --check` reads all of it again.")

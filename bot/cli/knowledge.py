"""`frontdesk knowledge`: loads and checks the approved answers."""

from __future__ import annotations

import click

from bot.clinic import load_clinic
from bot.db.engine import Database
from bot.knowledge.content import load_content
from bot.knowledge.seed import SeedResult
from bot.knowledge.seed import seed as seed_database
from bot.responses import FixedResponses
from bot.settings import Settings, load_settings
from bot.triage import Triage


def seed(settings: Settings) -> SeedResult:
    """Bring the store to what data/knowledge/ says.

    Raises:
        ContentError: A file is broken; nothing is changed.
    """
    content = load_content(settings.knowledge_path)
    database = Database(settings.database_url)
    try:
        return seed_database(database, content)
    finally:
        database.close()


@click.group("knowledge")
def command() -> None:
    """Load and check the approved answers."""


@command.command("import")
def import_command() -> None:
    """Bring the store to what data/knowledge/ says."""
    result = seed(load_settings())
    click.echo(
        f"{result.added} answers added, {result.changed} changed, {result.retired} retired, "
        f"{result.unchanged} unchanged."
    )


@command.command("check")
def check_command() -> None:
    """Check all content files; the first error is told with its file and line."""
    settings = load_settings()
    content = load_content(settings.knowledge_path)
    load_clinic(settings.clinic_path)
    FixedResponses.from_file(settings.domain_path)
    Triage.from_file(settings.knowledge_path / "red_flags.yml")
    click.echo(f"All well: {len(content.answers)} answers, {len(content.sources)} sources.")

"""`frontdesk knowledge`: loads and checks the approved answers."""

from __future__ import annotations

import click

from bot.claims import FILE as CLAIMS
from bot.claims import ClaimRules
from bot.clinic import load_clinic
from bot.db.engine import Database
from bot.errors import ContentError
from bot.knowledge.claim_check import check_answers, check_responses
from bot.knowledge.content import Content, load_content
from bot.knowledge.seed import SeedResult
from bot.knowledge.seed import seed as seed_database
from bot.responses import FixedResponses
from bot.settings import Settings, load_settings
from bot.triage import Triage
from bot.yaml_file import line_of, read_yaml


def check(settings: Settings) -> Content:
    """Read every content file that Frontdesk works with, and hold them against each other.

    Raises:
        ContentError: The first thing that is wrong, with its file and line.
    """
    content = load_content(settings.knowledge_path)
    clinic = load_clinic(settings.clinic_path)
    FixedResponses.from_file(settings.domain_path)
    Triage.from_file(settings.knowledge_path / "red_flags.yml")
    claims = ClaimRules.from_file(settings.knowledge_path / CLAIMS)
    check_answers(settings.knowledge_path / "answers", claims)
    check_responses(settings.domain_path, claims)
    offered = {treatment.slug for treatment in content.treatments if treatment.kind == "offered"}
    unknown = sorted(set(clinic.treatments) - offered)
    if unknown:
        problem = f"treatments: '{unknown[0]}' is none that treatments.yml offers ({', '.join(sorted(offered))})."
        raise ContentError(settings.clinic_path, problem, line_of(read_yaml(settings.clinic_path), "treatments"))
    return content


def seed(settings: Settings) -> SeedResult:
    """Bring the store to what data/knowledge/ says.

    Raises:
        ContentError: A file is broken; nothing is changed.
    """
    content = check(settings)
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
    content = check(load_settings())
    click.echo(f"All well: {len(content.answers)} answers, {len(content.sources)} sources.")

"""`frontdesk knowledge`: checks, loads and writes out the approved answers, and says what is missing or running out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.claims import FILE as CLAIMS
from bot.claims import ClaimRules
from bot.clinic import load_clinic
from bot.db.engine import Database
from bot.errors import BrokenContentError, ContentError
from bot.knowledge import export
from bot.knowledge.claim_check import check_answers, check_responses
from bot.knowledge.content import Content, load_content
from bot.knowledge.diff import readable_diff
from bot.knowledge.importing import AnswerChange, Change, ImportResult, import_content
from bot.knowledge.quality import content_problems
from bot.responses import FixedResponses
from bot.settings import Settings, load_settings
from bot.triage import Triage
from bot.yaml_file import line_of, read_yaml


def check(settings: Settings) -> Content:
    """Read every content file that Frontdesk works with, and hold them against each other.

    Raises:
        ContentError: Something is wrong; the answers' files name everything that is, with file and line.
    """
    content = load_content(settings.knowledge_path)
    clinic = load_clinic(settings.clinic_path)
    FixedResponses.from_file(settings.domain_path)
    Triage.from_file(settings.knowledge_path / "red_flags.yml")
    claims = ClaimRules.from_file(settings.knowledge_path / CLAIMS)
    if any(claims.check(text) for entry in content.answers for text in entry.texts()):
        # Reading the files again, with their lines, takes longer than all of the above.
        check_answers(settings.knowledge_path / "answers", claims)
    check_responses(settings.domain_path, claims)
    offered = {treatment.slug for treatment in content.treatments if treatment.kind == "offered"}
    unknown = sorted(set(clinic.treatments) - offered)
    if unknown:
        problem = f"treatments: '{unknown[0]}' is none that treatments.yml offers ({', '.join(sorted(offered))})."
        raise ContentError(settings.clinic_path, problem, line_of(read_yaml(settings.clinic_path), "treatments"))
    return content


def seed(settings: Settings, *, overwrite: bool = False, dry_run: bool = False) -> ImportResult:
    """Bring the store to what data/knowledge/ says; what was edited in the console is kept.

    Raises:
        ContentError: A file is broken; nothing is changed.
    """
    content = check(settings)
    database = Database(settings.database_url)
    try:
        return import_content(database, content, overwrite=overwrite, dry_run=dry_run)
    finally:
        database.close()


@click.group("knowledge")
def command() -> None:
    """Check, load and write out the approved answers."""


@command.command("import")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--overwrite", is_flag=True, help="Let the files replace what was edited in the console too.")
def import_command(*, dry_run: bool, overwrite: bool) -> None:
    """Bring the store to what data/knowledge/ says."""
    result = seed(load_settings(), overwrite=overwrite, dry_run=dry_run)
    for change in result.changes:
        if dry_run or change.change is Change.KEPT:
            click.echo(_told(change, is_full=dry_run))
    if dry_run:
        click.echo("Nothing was changed. An import would give:")
    click.echo(", ".join(f"{result.count(change)} {change.value}" for change in Change) + ".")


@command.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def export_command(folder: Path | None) -> None:
    """Write the store's answers to FOLDER (data/knowledge by default), what was edited in the console included."""
    settings = load_settings()
    database = Database(settings.database_url)
    try:
        with database.read() as session:
            content = export.content_of(session)
    finally:
        database.close()
    target = folder or settings.knowledge_path
    files = export.write_content(content, target)
    click.echo(f"{len(content.answers)} answers written to {len(files)} files in {target}.")


@command.command("check")
def check_command() -> None:
    """Check all content files: form, names, sources, reading grade, words that promise. Each error is told."""
    settings = load_settings()
    content = check(settings)
    clinic, responses = load_clinic(settings.clinic_path), FixedResponses.from_file(settings.domain_path)
    problems = content_problems(content, clinic, responses)
    if problems:
        raise BrokenContentError([ContentError(settings.knowledge_path, problem) for problem in problems])
    click.echo(f"All well: {len(content.answers)} answers, {len(content.sources)} sources.")


def _told(change: AnswerChange, *, is_full: bool) -> str:
    lines = [f"{change.change.value}: {change.answer_id}"]
    if change.change is Change.KEPT:
        lines[0] += " (edited in the console; --overwrite lets the files replace it)"
    if is_full:
        lines += [f"    {line}" for line in readable_diff(change.before, change.after)]
    return "\n".join(lines)


def _fail(problem: str) -> None:
    click.echo(problem, err=True)
    sys.exit(1)

"""`frontdesk knowledge`: checks, loads and writes out the approved answers, and says what is missing or running out."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from bot.channels.consent_wordings import wordings_of
from bot.claims.rules import FILE as CLAIMS
from bot.claims.rules import ClaimRules
from bot.clinic import Clinic, load_clinic
from bot.db.engine import Database
from bot.errors import BrokenContentError, ContentError, all_of
from bot.knowledge.exchange import export
from bot.knowledge.exchange.importing import AnswerChange, Change, ImportResult, import_content
from bot.knowledge.files.claim_check import check_answers, check_responses
from bot.knowledge.files.content import Content, load_content
from bot.knowledge.files.days import FILE as DAYS
from bot.knowledge.files.days import Days
from bot.knowledge.files.not_offered import NotOffered
from bot.knowledge.files.quality import content_problems
from bot.knowledge.reviewing import coverage, upkeep
from bot.knowledge.reviewing.diff import readable_diff
from bot.knowledge.serving import rules_of
from bot.plans.files import load_plans, plan_problems
from bot.responses import FixedResponses
from bot.settings import Settings, load_settings
from bot.short_replies import ShortReplies
from bot.staff.actor import FRONTDESK
from bot.staff.audit import record_by
from bot.staff.clinicians import known_clinicians
from bot.triage.content import read_rulebook
from bot.written_questions import FOLDER as ASKED
from bot.written_questions import without_paragraph, written_questions
from bot.yaml_file import line_of, read_names, read_yaml

Found = TypeVar("Found")
NAMES = ("condition_names.yml", "medicine_names.yml", "language_names.yml")


def check(settings: Settings) -> Content:
    """Read every content file that Frontdesk works with, and hold them against each other.

    Raises:
        ContentError: Something is wrong; names everything that is, each with its file and line.
    """
    content, clinic, claims = _read_all(settings)
    if any(claims.check(text) for entry in content.answers for text in entry.texts()):
        # Reading the files again, with their lines, takes longer than all of the above.
        check_answers(settings.knowledge_path / "answers", claims)
    check_responses(settings.domain_path, claims)
    _check_plans(settings.knowledge_path, content, clinic)
    offered = {treatment.slug for treatment in content.treatments if treatment.kind != "general"}
    unknown = sorted(set(clinic.treatments) - offered)
    if unknown:
        problem = f"treatments: '{unknown[0]}' is none that treatments.yml offers ({', '.join(sorted(offered))})."
        raise ContentError(settings.clinic_path, problem, line_of(read_yaml(settings.clinic_path), "treatments"))
    if "first_questions" in clinic.model_fields_set:
        _check_first_questions(settings.clinic_path, clinic, {topic.slug for topic in content.topics})
    return content


def _check_plans(folder: Path, content: Content, clinic: Clinic) -> None:
    """Hold the plans against what the rest of the folder says.

    Raises:
        BrokenContentError: Something is wrong; names everything that is.
    """
    problems = plan_problems(
        folder,
        clinic,
        treatments={treatment.slug for treatment in content.treatments},
        sources={source.id for source in content.sources},
        facts={fact.id: fact for fact in content.facts},
    )
    if problems:
        raise BrokenContentError(problems)


def _check_first_questions(path: Path, clinic: Clinic, topics: Collection[str]) -> None:
    """Refuse a first question that would silently not be offered: of no topic, or of what the clinic does not give."""
    for topic, treatment in clinic.first_asked():
        problem = None
        if topic not in topics:
            problem = f"first_questions: there is no topic '{topic}' in topics.yml."
        elif treatment not in clinic.treatments:
            problem = f"first_questions: '{treatment}' is not among your treatments."
        if problem is not None:
            raise ContentError(path, problem, line_of(read_yaml(path), "first_questions"))


def _read_all(settings: Settings) -> tuple[Content, Clinic, ClaimRules]:
    folder, problems = settings.knowledge_path, list[ContentError]()

    def read(reader: Callable[[Path], Found], path: Path) -> Found | None:
        try:
            return reader(path)
        except ContentError as error:
            problems.extend(all_of(error))
            return None

    clinic, content = read(load_clinic, settings.clinic_path), read(load_content, folder)
    claims = read(ClaimRules.from_file, folder / CLAIMS)
    read(FixedResponses.from_file, settings.domain_path)
    read(read_rulebook, folder / "red_flags.yml")
    read(ShortReplies.from_folder, folder)
    read(NotOffered.from_file, folder / "not_offered.yml")
    read(Days.from_file, folder / DAYS)
    read(load_plans, folder)
    read(wordings_of, folder)
    read(written_questions, folder / ASKED)
    for name in NAMES:
        read(read_names, folder / name)
    if problems or content is None or clinic is None or claims is None:
        raise BrokenContentError(problems)
    return content, clinic, claims


def seed(
    settings: Settings, *, overwrite: bool = False, dry_run: bool = False, content: Content | None = None
) -> ImportResult:
    """Bring the store to what data/knowledge/ says, or to `content` read from it; console edits are kept.

    Raises:
        ContentError: A file is broken; nothing is changed.
    """
    content = content or check(settings)
    zone = ZoneInfo(load_clinic(settings.clinic_path).timezone)
    database = Database.of(settings)
    try:
        result = import_content(
            database, content, overwrite=overwrite, dry_run=dry_run, is_clinician=known_clinicians(database, zone)
        )
        counts = {change.value: result.count(change) for change in (Change.ADDED, Change.CHANGED, Change.RETIRED)}
        if any(counts.values()) and not dry_run:
            _note(database, "answers.imported", counts)
        return result
    finally:
        database.close()


def reviews_not_believed(result: ImportResult) -> list[str]:
    """Say whose review an import did not believe, and what to do."""
    return [
        f"{count} answers name {name} as reviewer, who has no account as a clinician: patients read that no clinician "
        f"has reviewed them. To mend it: ./frontdesk staff add EMAIL --name '{name}' --role clinician, then "
        "./frontdesk knowledge import."
        for name, count in result.not_believed.items()
    ]


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
    for line in reviews_not_believed(result):
        click.echo(line)
    if dry_run:
        click.echo("Nothing was changed. An import would give:")
    click.echo(", ".join(f"{result.count(change)} {change.value}" for change in Change) + ".")


@command.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def export_command(folder: Path | None) -> None:
    """Write the store's answers to FOLDER (data/knowledge by default), what was edited in the console included."""
    settings = load_settings()
    content = _read(settings, export.content_of)
    target = folder or settings.knowledge_path
    files = export.write_content(content, target)
    database = Database.of(settings)
    try:
        _note(database, "answers.exported", {"answers": len(content.answers)})
    finally:
        database.close()
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
    asked = written_questions(settings.knowledge_path / ASKED)
    texts = (claim.text for entry in content.answers for claim in entry.paragraphs())
    left = without_paragraph(asked, texts)
    if left:
        click.echo(
            f"{len(left)} of {len(asked)} written questions belong to paragraphs that are no longer there, and are "
            "passed over: docs/writing-answers.md says how to give them to the new ones."
        )


@command.command("coverage")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each cell.")
def coverage_command(*, as_json: bool) -> None:
    """Print topics by treatments: what is answered, left to staff, running out or missing.

    Exits with status 1 if a cell is neither answered nor left to staff on purpose.
    """
    settings = load_settings()
    rules = rules_of(load_clinic(settings.clinic_path), production=settings.env == "production")
    found = _read(settings, lambda session: coverage.grid(session, rules()))
    if as_json:
        for (treatment, topic), cell in found.cells.items():
            click.echo(json.dumps({"treatment": treatment, "topic": topic, **_plain(cell)}))
    else:
        _print_grid(found)
    if found.unsettled():
        sys.exit(1)


@command.command("stale")
def stale_command() -> None:
    """List answers whose review ran out or soon will, and changes that wait; status 1 if any is not served."""
    settings = load_settings()
    clinic = load_clinic(settings.clinic_path)
    items = _read(settings, lambda session: upkeep.stale(session, clinic.today(), ZoneInfo(clinic.timezone)))
    for item in items:
        click.echo(item.line)
    if not items:
        click.echo("Nothing needs anybody's care.")
    if any(item.care is upkeep.Care.OVERDUE for item in items):
        sys.exit(1)


def _note(database: Database, action: str, details: Mapping[str, Any]) -> None:
    """Note in the audit log what was done with all answers from the terminal."""
    with database.write() as session:
        record_by(
            session,
            by=FRONTDESK,
            action=action,
            subject="answers",
            subject_id="all",
            details=details,
        )


def _read(settings: Settings, look: Callable[[Session], Found]) -> Found:
    database = Database.of(settings)
    try:
        with database.read() as session:
            return look(session)
    finally:
        database.close()


def _print_grid(found: coverage.Grid) -> None:
    table = Table("Topic", *(treatment.slug for treatment in found.treatments))
    for topic in found.topics:
        cells = [found.cells[treatment.slug, topic.slug] for treatment in found.treatments]
        table.add_row(topic.slug, *(_cell_words(cell) for cell in cells))
    Console(width=28 + sum(len(treatment.slug) + 6 for treatment in found.treatments)).print(table)
    click.echo("general: answered for several treatments at once;  *: sample, no clinician has reviewed it")
    states = Counter(cell.state.value for cell in found.cells.values())
    click.echo(", ".join(f"{count} {state}" for state, count in sorted(states.items())) + ".")
    reasons = {cell.because: place for place, cell in found.cells.items() if cell.because}
    for because, (slug, topic_slug) in reasons.items():
        click.echo(f"{slug}.{topic_slug} is left to staff because: {because}")


def _cell_words(cell: coverage.Cell) -> str:
    words = "general" if cell.is_general and cell.state is coverage.CellState.ANSWERED else cell.state.value
    return f"{words}{' *' if cell.is_sample else ''}"


def _plain(cell: coverage.Cell) -> dict[str, object]:
    return {**asdict(cell), "state": cell.state.value}


def _told(change: AnswerChange, *, is_full: bool) -> str:
    lines = [f"{change.change.value}: {change.answer_id}"]
    if change.change is Change.KEPT:
        lines[0] += " (edited in the console; --overwrite lets the files replace it)"
    if is_full:
        lines += [f"    {line}" for line in readable_diff(change.before, change.after)]
    return "\n".join(lines)

"""`frontdesk evaluate`: measures understanding, answers and red flags, and holds them against a baseline."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from bot.bootstrap import read_triage
from bot.cli.steps import Steps
from bot.cli.testing.measuring import evaluate
from bot.clinic import load_clinic
from bot.confidence import ANSWER_FROM, ASK_BACK_FROM
from bot.errors import FrontdeskError
from bot.evaluation import terminal
from bot.evaluation.baseline import Baseline, below_baseline, load_baseline, moved_to, safety_only, write_baseline
from bot.evaluation.datasets import Datasets, datasets_in, own_datasets
from bot.evaluation.figures import Evaluation, left_out_by
from bot.evaluation.metrics import Share
from bot.evaluation.red_flags import BOTH, known_signs, levels_of_layers, red_flag_shares, sign_figures
from bot.evaluation.redaction import SETS, TUNED_ON, found_shares, over_redacted, read_marked
from bot.evaluation.report import Setup, write_report
from bot.knowledge.files.content import load_content
from bot.redaction.redactor import REDACTION, load_redactor
from bot.settings import Settings, load_settings

REPORT = Path("var") / "evaluation" / "report.html"
_DATA = click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Sets of another folder."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object.")
_MISSES = click.option("--misses", default=0, help="How many misses to list for each figure.")


@click.group("evaluate", invoke_without_command=True)
@_DATA
@_JSON
@_MISSES
@click.option("--quick", is_flag=True, help="Leave out cross-validation, which takes minutes.")
@click.option("--update-baseline", is_flag=True, help="Make the present figures, less a margin, the new baseline.")
@click.pass_context
def command(
    ctx: click.Context, *, data: Path | None, as_json: bool, misses: int, quick: bool, update_baseline: bool
) -> None:
    """Measure understanding, answers and red flags on the project's own sets, or on those of a folder."""
    if ctx.invoked_subcommand is not None:
        return
    if update_baseline and (data is not None or quick or os.environ.get("CI")):
        raise click.UsageError("--update-baseline needs a full run on the project's own sets, and not in CI.")
    settings = load_settings()
    steps = Steps(sys.stderr)
    evaluation = evaluate(settings, _sets(settings, data), steps, crossed=data is None and not quick)
    baseline = {} if data is not None else load_baseline()
    if update_baseline:
        baseline = moved_to(evaluation.values, baseline)
        write_baseline(baseline)
    failures = below_baseline(evaluation.values, baseline, left_out_by(quick=quick))
    # Else matplotlib would keep its list of fonts in the home directory.
    os.environ.setdefault("MPLCONFIGDIR", str(settings.root / "var" / "cache" / "matplotlib"))
    write_report(settings.root / REPORT, evaluation, _setup(settings, data, baseline, failures))
    if as_json:
        click.echo(json.dumps(_as_json(evaluation), indent=2))
    else:
        console = _console()
        console.print(terminal.evaluation_table(evaluation, baseline))
        terminal.print_misses(console, evaluation.shares, misses)
        console.print(f"Report: {settings.root / REPORT}", markup=False)
    _exit(failures)


@command.command("safety")
@_DATA
@_JSON
@click.option("--misses", default=1000, help="How many misses to list for each figure; all by default.")
def safety(*, data: Path | None, as_json: bool, misses: int) -> None:
    """Measure the look for danger by itself: the floor, the model and both, for each level and sign; needs no Rasa."""
    settings = load_settings()
    path = settings.knowledge_path / "red_flags.yml"
    items = _sets(settings, data).red_flags
    if not items:
        raise FrontdeskError(f"{data} holds no red_flags.tsv or not_red_flags.tsv.")
    levels = levels_of_layers(read_triage(settings), items)
    ways = {way: [share for share in red_flag_shares(items, got) if share.total] for way, got in levels.items()}
    shares = ways[BOTH]
    signs = sign_figures(shares, known_signs(path))
    baseline = safety_only(load_baseline()) if data is None else {}
    if as_json:
        figures = {share.name: _figures(share) for share in shares}
        alone = {way: {share.name: _figures(share) for share in found} for way, found in ways.items() if way != BOTH}
        click.echo(json.dumps({**figures, **alone, "signs": {s.sign: _figures(s.heard) for s in signs}}, indent=2))
    else:
        console = _console()
        console.print(terminal.safety_table(ways, baseline))
        console.print(terminal.signs_table(signs))
        terminal.print_misses(console, shares, misses)
    _exit(below_baseline({share.name: share.value for share in shares}, baseline))


@command.command("redaction")
@click.option("--misses", is_flag=True, help="List the misses of the texts that the rules were made by.")
@_JSON
def redaction(*, misses: bool, as_json: bool) -> None:
    """Measure how well personal details are taken out of texts, and how much else is taken for one."""
    settings = load_settings()
    redactor = load_redactor(settings.root / REDACTION, load_clinic(settings.clinic_path).region)
    console, figures = _console(), {}
    for name in SETS:
        texts = read_marked(settings.root / "tests" / "redaction_set" / name)
        found, over = found_shares(redactor, texts), over_redacted(redactor, texts)
        figures[name] = {"found": _by_name(found), "wrongly redacted": _by_name(over)}
        if not as_json:
            console.print(terminal.shares_table(f"Found, wholly ({name})", found))
            console.print(terminal.shares_table(f"Taken for one ({name})", over))
        if misses and not as_json and name == TUNED_ON:
            # Whoever reads those of the other set can measure nothing with it any more.
            terminal.print_misses(console, [*found[:-1], *over[:-1]], len(texts))
    if as_json:
        click.echo(json.dumps(figures, indent=2))


def _by_name(shares: Sequence[Share]) -> dict[str, dict[str, float | int | None]]:
    return {share.name: _figures(share) for share in shares}


def _sets(settings: Settings, data: Path | None) -> Datasets:
    if data is None:
        return own_datasets(settings.root / "tests")
    return datasets_in(data, {topic.slug for topic in load_content(settings.knowledge_path).topics})


def _setup(settings: Settings, data: Path | None, baseline: Baseline, failures: Sequence[str]) -> Setup:
    return Setup(
        topics=tuple(topic.slug for topic in load_content(settings.knowledge_path).topics),
        signs=known_signs(settings.knowledge_path / "red_flags.yml"),
        bands=(("asked back from", ASK_BACK_FROM), ("answered from", ANSWER_FROM)),
        baseline=baseline,
        failures=tuple(failures),
        made_at=datetime.now().astimezone(),
        sets="the project's own sets" if data is None else f"the sets of {data.name}",
    )


def _as_json(evaluation: Evaluation) -> dict[str, object]:
    figures: dict[str, object] = {share.name: _figures(share) for share in evaluation.shares}
    others = {name: {"value": value} for name, value in evaluation.values.items() if name not in figures}
    return {**figures, **others}


def _figures(share: Share) -> dict[str, float | int | None]:
    low, high = share.interval
    return {"value": share.value, "low": low, "high": high, "hits": share.hits, "total": share.total}


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def _exit(failures: Sequence[str]) -> None:
    for line in failures:
        click.echo(line, err=True)
    if failures:
        sys.exit(1)

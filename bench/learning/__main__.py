"""Teaches ten corrections and measures what they bring and cost: `python -m bench.learning`.

The figures are those of `frontdesk evaluate --quick`, through the whole road, in a copy of the project; and how many of
the corrections are understood, in their own words and in others.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import machine
from bench.measures import markdown_table
from bench.terminal import say, show
from bot.cli.learning.exams import ask
from bot.cli.setting_up.fingerprint import MODEL
from bot.cli.steps import Steps
from bot.curation.gate import Exam
from bot.curation.lines import LINES, write_lines
from bot.curation.models import Lesson
from bot.db.engine import utc_now
from bot.settings import ROOT

CORRECTIONS = Path(__file__).with_name("corrections.tsv")
IN_OTHER_WORDS = Path(__file__).with_name("in_other_words.tsv")
_RESULTS = ROOT / "bench" / "results" / "learning.md"
_COLUMNS = ("figure", "before", "after", "of")


def main(arguments: list[str] | None = None) -> int:
    """Measure, teach, measure again, write the table; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.learning", description=__doc__)
    parser.add_argument("--out", type=Path, default=_RESULTS, help="the file to write")
    out = parser.parse_args(arguments).out
    lessons = _lessons(CORRECTIONS)
    load = machine.load()
    with tempfile.TemporaryDirectory(prefix="frontdesk-learning-") as folder:
        root = _copy_of_project(Path(folder))
        say("measuring before")
        before = _evaluated(root) | _understood(root)
        say(f"learning {len(lessons)} corrections")
        write_lines(root / LINES, lessons)
        _run(root, "train")
        say("measuring after")
        after = _evaluated(root) | _understood(root)
    table = markdown_table(_COLUMNS, _rows(before, after))
    show(table)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(_page(table, len(lessons), load), encoding="utf-8")
    return 0


def _lessons(path: Path) -> list[Lesson]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Lesson(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def _copy_of_project(root: Path) -> Path:
    for entry in ROOT.iterdir():
        if entry.name == "models":
            shutil.copytree(entry, root / entry.name)
        elif entry.name != "var":
            (root / entry.name).symlink_to(entry)
    (root / "var").mkdir()
    return root


def _evaluated(root: Path) -> dict[str, dict[str, Any]]:
    # Its exit status says whether the baseline holds; here before and after are compared.
    told = _run(root, "evaluate", "--quick", "--json", check=False)
    figures: dict[str, dict[str, Any]] = json.loads(told[told.index("{") :])
    return figures


def _understood(root: Path) -> dict[str, dict[str, Any]]:
    """Count what the model understands of the corrections."""
    figures = {}
    for name, path in (("corrections understood", CORRECTIONS), ("and in other words", IN_OTHER_WORDS)):
        exams = [Exam(text=one.question, intents=(str(one.intent),), figure=name) for one in _lessons(path)]
        with Steps(sys.stderr).step(name) as step:
            answers = ask(root, step, root / MODEL, [exam.text for exam in exams])
        passed = sum(exam.is_passed(answer) for exam, answer in zip(exams, answers, strict=True))
        figures[name] = {"hits": passed, "total": len(exams)}
    return figures


def _run(root: Path, *command: str, check: bool = True) -> str:
    env = {**os.environ, "FRONTDESK_ROOT": str(root)}
    done = subprocess.run(  # noqa: S603 - our own program.
        [sys.executable, "-m", "bot", *command], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=check
    )
    return done.stdout


def _rows(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for name, old in before.items():
        new = after[name]
        counted = "hits" in old
        shown = (str(one["hits"]) if counted else f"{one['value']:.3f}" for one in (old, new))
        rows.append((name, *shown, str(old.get("total", ""))))
    return rows


def _page(table: str, count: int, load: float) -> str:
    return f"""# What learning brings and costs

Written by `python -m bench.learning` on {utc_now().date()};
[docs/benchmarks.md](../../docs/benchmarks.md#learning-from-staff)
explains it. Taught were {count} questions that the assistant took for others.

{table}

{machine.description()}; load {load:.1f}.
"""


if __name__ == "__main__":
    sys.exit(main())

"""Measures the store of answers as it grows: `python -m bench.knowledge`."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import click

from bench import machine
from bench.knowledge.generated import generate
from bench.measures import markdown_table, percentile
from bench.picture import draw, of_table
from bench.terminal import say, show
from bot.claims.rules import FILE as CLAIMS
from bot.claims.rules import ClaimRules
from bot.cli.commands.database import upgrade
from bot.db.engine import Database, utc_now
from bot.knowledge import store
from bot.knowledge.answering.search import search
from bot.knowledge.exchange.export import content_of, write_content
from bot.knowledge.exchange.importing import Change, import_content
from bot.knowledge.files.content import load_content
from bot.knowledge.serving import Rules
from bot.settings import ROOT, load_settings

LOOKUPS = 2000
SIZES = (100, 1_000, 10_000, 100_000)
RESULTS = ROOT / "bench" / "results"
HEAD = (
    "answers",
    "check, s",
    "claims, s",
    "import, s",
    "import again, s",
    "export, s",
    *(f"{what}, {share} ms" for what in ("look-up", "search") for share in ("p50", "p95", "p95 of the processor")),
)
PANELS = {
    "one look (ms)": ["look-up, p50 ms", "look-up, p95 ms", "search, p50 ms", "search, p95 ms"],
    "all of them (s)": ["check, s", "import, s", "import again, s", "export, s"],
}


@click.command()
@click.option(
    "--answers",
    multiple=True,
    type=int,
    default=SIZES,
    show_default=True,
    help="How many answers there are.",
)
@click.option("--database", help="SQLAlchemy address of an empty database, for one size; else SQLite files of its own.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=RESULTS, help="Where the table goes.")
def main(answers: tuple[int, ...], database: str | None, out: Path) -> None:
    """Import so many answers, look them up, search them, write them out; then the next number."""
    if database and len(answers) != 1:
        raise click.UsageError("--database goes with one --answers: it has to be empty.")
    rows = []
    for number in answers:
        say(f"{number:,} answers")
        with tempfile.TemporaryDirectory(prefix="bench-knowledge-") as place:
            folder = Path(place) / "knowledge"
            settings = replace(load_settings({}), database_url=database or f"sqlite:///{place}/bench.db")
            generate(folder, number)
            upgrade(settings)
            opened = Database.of(settings)
            try:
                rows.append([f"{number:,}", *_measure(opened, folder, number)])
            finally:
                opened.close()
        say(", ".join(f"{name}: {cell}" for name, cell in zip(HEAD, rows[-1], strict=True)))
    text = _page(rows)
    show(text)
    out.mkdir(parents=True, exist_ok=True)
    (out / "knowledge.md").write_text(text, encoding="utf-8")
    draw(of_table(HEAD, rows, PANELS, log=True), out / "knowledge.png")
    say(f"written to {out}: knowledge.md, knowledge.png")


def _measure(database: Database, folder: Path, answers: int) -> list[str]:
    """Give the cells of a row, but for the first."""
    figures: dict[str, float] = {}
    with _timed(figures, "check"):
        content = load_content(folder)
    claims = ClaimRules.from_file(load_settings({}).knowledge_path / CLAIMS)
    with _timed(figures, "claims"):
        for entry in content.answers:
            for words in entry.texts():
                claims.check(words)
    with _timed(figures, "import"):
        done = import_content(database, content)
    assert done.count(Change.ADDED) == answers  # noqa: S101  (a figure of half an import would be a wrong one)
    with _timed(figures, "again"):
        import_content(database, content)
    with _timed(figures, "export"), database.read() as session:
        write_content(content_of(session), folder.parent / "out")
    pairs = [(entry.treatments[0], entry.topic) for entry in content.answers]
    chosen = random.Random(0).choices(pairs, k=LOOKUPS)  # noqa: S311  (no secret)
    rules = Rules(today=utc_now().date(), samples=True)

    def look_up(pair: tuple[str, str]) -> object:
        with database.read() as session:
            found = store.find_answer(session, treatment=pair[0], topic=pair[1], rules=rules)
            return None if found is None else [row.source.title for row in found.version.citations]

    def find(pair: tuple[str, str]) -> object:
        with database.read() as session:
            return search(session, pair[0].replace("_", " "), rules, limit=10)

    looked_up, searched = _milliseconds(look_up, chosen), _milliseconds(find, chosen[:200])
    return [*(f"{seconds:.1f}" for seconds in figures.values()), *looked_up, *searched]


def _page(rows: list[list[str]]) -> str:
    date = datetime.now(tz=timezone.utc).date().isoformat()
    return f"""# The store of answers, as it grows

Written by `python -m bench.knowledge` on {date}; [docs/benchmarks.md](../../docs/benchmarks.md) explains it.

{markdown_table(HEAD, rows)}

![Looking up, searching and importing over the number of answers](knowledge.png)

Machine: {machine.description()}. Load average at the end {machine.load():.1f}.
"""


@contextmanager
def _timed(figures: dict[str, float], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    figures[name] = time.perf_counter() - begun


def _milliseconds(look: Callable[[tuple[str, str]], object], pairs: list[tuple[str, str]]) -> tuple[str, str, str]:
    """Give the median, the slow end, and the slow end of the processor's time: what others do is not in that."""
    for pair in pairs[:50]:
        look(pair)
    waited, worked = [], []
    for pair in pairs:
        begun, begun_working = time.perf_counter(), time.process_time()
        look(pair)
        worked.append((time.process_time() - begun_working) * 1000)
        waited.append((time.perf_counter() - begun) * 1000)
    return f"{percentile(waited, 0.5):.2f}", f"{percentile(waited, 0.95):.2f}", f"{percentile(worked, 0.95):.2f}"


if __name__ == "__main__":
    main()

"""Measures the store of answers: `python -m bench.knowledge --answers 10000`."""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from bench.knowledge.generated import generate
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
from bot.settings import load_settings

LOOKUPS = 2000


@click.command()
@click.option("--answers", default=10_000, show_default=True, help="How many answers the made-up clinic has.")
@click.option("--database", help="SQLAlchemy address of an empty database; a SQLite file of its own by default.")
def main(answers: int, database: str | None) -> None:
    """Import that many answers, look them up, search them, write them out; print one JSON object."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "knowledge"
        settings = replace(load_settings({}), database_url=database or f"sqlite:///{place}/bench.db")
        generate(folder, answers)
        upgrade(settings)
        opened = Database.of(settings)
        try:
            click.echo(json.dumps(_measure(opened, folder, answers), indent=2))
        finally:
            opened.close()


def _measure(database: Database, folder: Path, answers: int) -> dict[str, object]:
    figures: dict[str, object] = {"answers": answers}
    with _timed(figures, "check_seconds"):
        content = load_content(folder)
    claims = ClaimRules.from_file(load_settings({}).knowledge_path / CLAIMS)
    with _timed(figures, "claims_seconds"):
        found = sum(len(claims.check(words)) for entry in content.answers for words in entry.texts())
    figures["claims"] = found
    with _timed(figures, "import_seconds"):
        done = import_content(database, content)
    assert done.count(Change.ADDED) == answers  # noqa: S101  (a figure of half an import would be a wrong one)
    with _timed(figures, "import_again_seconds"):
        import_content(database, content)
    with _timed(figures, "export_seconds"), database.read() as session:
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

    figures["lookup"] = _milliseconds(look_up, chosen)
    figures["search"] = _milliseconds(find, chosen[:200])
    return figures


@contextmanager
def _timed(figures: dict[str, object], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    figures[name] = round(time.perf_counter() - begun, 2)


def _milliseconds(look: Callable[[tuple[str, str]], object], pairs: list[tuple[str, str]]) -> dict[str, float]:
    for pair in pairs[:50]:
        look(pair)
    waited, worked = [], []
    for pair in pairs:
        begun, begun_working = time.perf_counter(), time.process_time()
        look(pair)
        worked.append((time.process_time() - begun_working) * 1000)
        waited.append((time.perf_counter() - begun) * 1000)
    return {
        "p50_ms": round(statistics.median(waited), 2),
        "p95_ms": round(statistics.quantiles(waited, n=20)[-1], 2),
        # What other programs on the machine do does not count here.
        "p95_processor_ms": round(statistics.quantiles(worked, n=20)[-1], 2),
    }


if __name__ == "__main__":
    main()

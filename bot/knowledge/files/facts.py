"""The file of facts: what sources say, and the facts that a citation in an answer's file stands for."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.errors import ContentError
from bot.knowledge.files.entries import FactEntry
from bot.reading.mistakes import in_words

FILE = "facts.tsv"
COLUMNS = tuple(FactEntry.model_fields)


def read_facts(path: Path, sources: frozenset[str] | None, problems: list[ContentError]) -> dict[str, FactEntry]:
    """Read the facts by id.

    Args:
        path: Of facts.tsv: tab-separated, one header line, no quoting; there may be none.
        sources: The sources there are; None where they could not be read.
        problems: Takes what is wrong, each with its line.
    """
    if not path.exists():
        return {}
    facts: dict[str, FactEntry] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            problems.append(ContentError(path, f"must begin with the columns {', '.join(COLUMNS)}.", 1))
            return {}
        for row in reader:
            line = reader.line_num
            problems += [ContentError(path, problem, line) for problem in _take(row, facts, sources)]
    return facts


def _take(row: dict[str, Any], facts: dict[str, FactEntry], sources: frozenset[str] | None) -> list[str]:
    """Add a row to the facts; give what is wrong with it."""
    label = row.get("id") or "a row"
    try:
        fact = FactEntry.model_validate(row)
    except ValidationError as error:
        return [f"{label}: {'.'.join(map(str, found['loc']))}: {in_words(found)}." for found in error.errors()]
    if fact.id in facts:
        return [f"{fact.id} stands here twice; keep one."]
    if sources is not None and fact.source not in sources:
        return [f"{fact.id}: there is no source '{fact.source}' in sources.yml."]
    facts[fact.id] = fact
    return []


def write_facts(facts: Iterable[FactEntry]) -> str:
    """Give the text of a file of facts."""
    rows = [fact.model_dump(mode="json") for fact in facts]
    return "".join("\t".join(values) + "\n" for values in [COLUMNS, *([row[name] for name in COLUMNS] for row in rows)])


def with_facts(part: Any, facts: Mapping[str, FactEntry]) -> Any:
    """Resolve what a paragraph cites: a fact's id stands for that fact and its source.

    Args:
        part: The paragraph as the file has it; anything that is none is given back.
        facts: By id.
    """
    if not isinstance(part, dict) or not isinstance(part.get("cites"), list):
        return part
    cited = [str(name) for name in part["cites"]]
    sources = list(dict.fromkeys(facts[name].source if name in facts else name for name in cited))
    return {**part, "cites": sources, "facts": in_order([name for name in cited if name in facts], sources, facts)}


def in_order(ids: Sequence[str], sources: Sequence[str], facts: Mapping[str, FactEntry]) -> list[str]:
    """Give facts each once, in the order of their sources."""
    return sorted(dict.fromkeys(ids), key=lambda name: sources.index(facts[name].source))


def as_cited(cites: Sequence[str], ids: Sequence[str], facts: Mapping[str, FactEntry]) -> list[str]:
    """Give what a file says for sources and facts: the facts, and the sources that stand there without one."""
    written: list[str] = []
    for source in cites:
        of_source = [name for name in ids if name in facts and facts[name].source == source]
        written += of_source or [source]
    return written

"""What came of trying the clinic's treatments for a condition, as a table, for who names no treatment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.clinic import Clinic
from bot.errors import ContentError
from bot.knowledge.answering.parts import parts_about
from bot.knowledge.answering.render import citation_of, option_for
from bot.knowledge.mentioned import Mentioned
from bot.knowledge.models import AnswerVersion, Source, Topic, Treatment
from bot.knowledge.serving import ServedAnswer
from bot.reply import Reply, Table, TableRow
from bot.vocabulary import CONDITIONS_TREATED, EFFECTIVENESS, ReplyKind
from bot.yaml_file import read_plain

STRENGTHS = ("strong", "fair", "weak", "very_weak", "none")
MOST_TABLES = 2
"""Who names more conditions than this gets tables of the first ones."""


@dataclass(frozen=True, kw_only=True)
class FindingWords:
    """How findings are told (data/knowledge/finding_words.yml).

    Attributes:
        caption: The table's, with a place for the condition.
        intro: What is said before it.
        columns: The headings: treatment, result, strength.
        strength: How each strength of a finding is called.
    """

    caption: str
    intro: str
    columns: Mapping[str, str]
    strength: Mapping[str, str] = field(repr=False)

    @classmethod
    def from_file(cls, path: Path) -> FindingWords | None:
        """Read them; None where a clinic has none, and so gets no tables.

        Raises:
            ContentError: A wording is missing, or there is one too many.
        """
        if not path.is_file():
            return None
        said = read_plain(path)
        for there, wanted in (
            (said, {"caption", "intro", "columns", "strength"}),
            (said.get("columns"), {"treatment", "result", "strength"}),
            (said.get("strength"), set(STRENGTHS)),
        ):
            if not isinstance(there, dict) or there.keys() != wanted:
                raise ContentError(path, f"must have just these together: {', '.join(sorted(wanted))}.", 1)
        return cls(**said)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a table takes its words from: how findings are told, conditions called and the clinic's gaps filled."""

    words: FindingWords
    condition_names: Mapping[str, str]
    clinic: Clinic
    unset: Callable[[str], str]


Served = Sequence[tuple[Treatment, ServedAnswer]]


def finding_tables(
    served: Served, named: Sequence[str], mentioned: Mentioned, topics: Mapping[str, Topic], wording: Wording
) -> list[Reply]:
    """Give a table for each condition that was named and that some treatment was tried for.

    Args:
        served: Each treatment with its answer on what it is used for, in the clinic's order.
        named: Conditions and body parts of the question.
        mentioned: Says which name another one says more closely.
        topics: All topics, for the questions to go on with.
        wording: What the words are taken from.
    """
    tables: dict[str, Reply] = {}
    for name in mentioned.narrowest(named):
        rows = [
            (treatment, answer, row)
            for treatment, answer in served
            if (row := _row_of(answer, name, mentioned)) is not None
        ]
        if rows:
            condition = str(rows[0][2]["about"][0])
            tables.setdefault(condition, _reply(condition, rows, topics, wording))
    return list(tables.values())[:MOST_TABLES]


def _row_of(answer: ServedAnswer, name: str, mentioned: Mentioned) -> Mapping[str, Any] | None:
    details = answer.version.body["details"]
    places = parts_about(CONDITIONS_TREATED, details, [name], mentioned)
    return next((details[place] for place in places if details[place].get("finding")), None)


def _reply(
    condition: str,
    rows: Sequence[tuple[Treatment, ServedAnswer, Mapping[str, Any]]],
    topics: Mapping[str, Topic],
    wording: Wording,
) -> Reply:
    words = wording.words
    called = wording.condition_names.get(condition, condition.replace("_", " "))
    known: dict[str, Source] = {
        row.source_id: row.source for _treatment, answer, _detail in rows for row in answer.version.citations
    }
    sources = {name: known[name] for _treatment, _answer, detail in rows for name in detail["cites"]}
    numbers = {source: number for number, source in enumerate(sources, 1)}
    told = tuple(
        TableRow(
            cells=(treatment.name, detail["finding"]["result"], words.strength[detail["finding"]["strength"]]),
            citations=tuple(numbers[source] for source in detail["cites"]),
        )
        for treatment, _answer, detail in rows
    )
    caption = words.caption.replace("{condition}", called)
    sure = words.columns["strength"]
    lines = [f"{caption}:"]
    lines += [f"{row.cells[0]}: {row.cells[1]}. {sure}: {row.cells[2].lower()}." for row in told]
    versions = [answer.version for _treatment, answer, _detail in rows]
    status = wording.clinic.fill(_statuses(versions), wording.unset) or None
    return Reply(
        kind=ReplyKind.ANSWER,
        topic=CONDITIONS_TREATED,
        text="\n\n".join(part for part in (words.intro, "\n".join(lines), status) if part),
        citations=tuple(citation_of(number, sources[source]) for source, number in numbers.items()),
        short=words.intro,
        table=Table(
            caption=caption,
            columns=tuple(words.columns[name] for name in ("treatment", "result", "strength")),
            rows=told,
        ),
        regulatory_status=status,
        sample=any(version.sample for version in versions),
        related=tuple(option_for(topics[EFFECTIVENESS], [treatment]) for treatment, _answer, _detail in rows)[:4]
        if EFFECTIVENESS in topics
        else (),
    )


def _statuses(versions: Sequence[AnswerVersion]) -> str:
    """Give the regulatory status of each treatment, what they all begin with ("FDA status: ") said once."""
    said = list(dict.fromkeys(version.regulatory_status for version in versions if version.regulatory_status))
    parts = [text.partition(": ") for text in said]
    if len({(head, colon) for head, colon, _rest in parts}) != 1:
        return " ".join(said)
    return f"{parts[0][0]}: {' '.join(rest[:1].upper() + rest[1:] for _head, _colon, rest in parts)}"

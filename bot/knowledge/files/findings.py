"""The table of conditions by treatment: its rows become paragraphs of the answers on what treatments are used for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from pydantic import Field

from bot.knowledge.files.entries import AnswerEntry, FindingEntry, Line, ParagraphEntry, Strict
from bot.vocabulary import CONDITIONS_TREATED

FILE = "conditions.yml"
KEY = "conditions"


class RowEntry(FindingEntry):
    """What came of one treatment for a condition, in the table and in one to three sentences."""

    treatment: str
    text: Line = Field(min_length=1)
    cites: tuple[str, ...] = Field(min_length=1)
    facts: tuple[str, ...] = ()

    def as_paragraph(self, about: tuple[str, ...]) -> ParagraphEntry:
        """Give the paragraph of the treatment's answer that it becomes."""
        finding = FindingEntry(**{name: getattr(self, name) for name in FindingEntry.model_fields})
        return ParagraphEntry(text=self.text, cites=self.cites, facts=self.facts, about=about, finding=finding)


class ConditionEntry(Strict):
    """A condition with what came of each treatment; it is called by the first of the names that it is about."""

    about: tuple[str, ...] = Field(min_length=1)
    treatments: tuple[RowEntry, ...] = Field(min_length=1)


def is_of_table(entry: AnswerEntry) -> bool:
    """Tell whether an answer takes the rows of the table: one that holds findings of its own does not."""
    return (
        entry.topic == CONDITIONS_TREATED
        and entry.id == f"{entry.home}.{CONDITIONS_TREATED}"
        and not any(claim.finding for claim in entry.details)
    )


def with_table(answers: Iterable[AnswerEntry], table: Sequence[ConditionEntry]) -> list[AnswerEntry]:
    """Put the rows of the table at the end of the answers of their treatments."""
    return [_with_rows(entry, table) if is_of_table(entry) else entry for entry in answers]


def without_table(answers: Sequence[AnswerEntry]) -> tuple[list[AnswerEntry], list[ConditionEntry]]:
    """Take the findings out of answers into a table, but where reading it back would give another answer."""
    taken = {place for place, entry in enumerate(answers) if any(claim.finding for claim in entry.details)}
    while True:
        # A draft is written like the words in service where it says the same of all conditions.
        table = _table([answers[place] for place in sorted(taken) if not answers[place].is_draft])
        written = [_without_findings(entry) if place in taken else entry for place, entry in enumerate(answers)]
        others = {
            place
            for place, entry in enumerate(written)
            if (_with_rows(entry, table) if is_of_table(entry) else entry) != answers[place]
        }
        if not others:
            return written, table
        left = {answers[place].home for place in others - taken}
        taken -= others | {place for place in taken if answers[place].home in left}


def _with_rows(entry: AnswerEntry, table: Sequence[ConditionEntry]) -> AnswerEntry:
    rows = [
        row.as_paragraph(condition.about)
        for condition in table
        for row in condition.treatments
        if row.treatment == entry.home
    ]
    return entry.model_copy(update={"details": (*entry.details, *rows)})


def _without_findings(entry: AnswerEntry) -> AnswerEntry:
    return entry.model_copy(update={"details": tuple(claim for claim in entry.details if claim.finding is None)})


def _table(answers: Sequence[AnswerEntry]) -> list[ConditionEntry]:
    rows: dict[tuple[str, ...], dict[tuple[str, str], RowEntry]] = {}
    for entry in answers:
        for claim in entry.details:
            if claim.finding is not None:
                row = _row(entry.home, claim, claim.finding)
                # A draft that says the same as the words in service stands there once.
                rows.setdefault(claim.about, {}).setdefault((entry.home, claim.text), row)
    return [ConditionEntry(about=about, treatments=tuple(rows[about].values())) for about in _order(answers)]


def _order(answers: Sequence[AnswerEntry]) -> list[tuple[str, ...]]:
    """Give the conditions in an order that is that of each answer, but of those that contradict one before them."""
    before: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for entry in answers:
        told = [claim.about for claim in entry.details if claim.finding is not None]
        both = {about: list(earlier) for about, earlier in before.items()}
        for earlier, about in zip([None, *told], told, strict=False):
            both.setdefault(about, []).extend([] if earlier is None else [earlier])
        try:
            TopologicalSorter(both).prepare()
        except CycleError:
            both = before | {about: [] for about in told if about not in before}
        before = both
    return list(TopologicalSorter(before).static_order())


def _row(treatment: str, claim: ParagraphEntry, finding: FindingEntry) -> RowEntry:
    return RowEntry(treatment=treatment, text=claim.text, cites=claim.cites, facts=claim.facts, **finding.model_dump())


def problems_of_table(
    table: Sequence[ConditionEntry], answers: Iterable[AnswerEntry], named: Mapping[str, frozenset[str] | None]
) -> list[tuple[int, str]]:
    """List what is wrong with the names in a table, each with the place of its condition.

    Args:
        table: As the file has it.
        answers: The answers there are: a row needs one that takes it.
        named: The names there are of "treatment", "name" (in data/nlu), "source"; None where nothing is known.
    """
    homes = {entry.home for entry in answers if is_of_table(entry)}
    problems = []
    seen: set[tuple[str, str]] = set()
    for place, condition in enumerate(table):
        used = [("name", name) for name in condition.about]
        used += [("source", source) for row in condition.treatments for source in row.cites]
        for kind, name in used:
            there = named.get(kind)
            if there is not None and name not in there:
                problems.append((place, f"there is no {kind} '{name}'"))
        for row in condition.treatments:
            cell = (condition.about[0], row.treatment)
            if row.treatment not in homes:
                problems.append((place, f"there is no answer {row.treatment}.{CONDITIONS_TREATED} to take its row"))
            if cell in seen:
                problems.append((place, f"{row.treatment} stands here twice; keep one"))
            seen.add(cell)
    return problems

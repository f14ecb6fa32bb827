"""The sets of questions that Frontdesk is measured with, read from their files."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ContentError
from bot.yaml_file import plain, read_yaml

TREATMENT_NAMES = {"exosome": "exosomes"}
"""Other spellings of our slugs in sets made elsewhere."""


@dataclass(frozen=True, kw_only=True)
class TopicQuestion:
    """A question with the topics that are right for it.

    `both_wanted` says that the message asks two things and both are to be answered.
    """

    id: str
    text: str
    topics: tuple[str, ...]
    treatments: frozenset[str]
    both_wanted: bool


@dataclass(frozen=True, kw_only=True)
class LabelledText:
    """A text with one label: a kind of out of scope, or a level of danger (None: no danger), and perhaps a sign."""

    id: str
    text: str
    label: str | None
    sign: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExpectedTurn:
    """A turn of a dialogue with what is right for it; None where several things are."""

    text: str
    topic: str | None
    treatments: frozenset[str] | None
    kind: str | None


@dataclass(frozen=True, kw_only=True)
class ExpectedDialogue:
    """A dialogue to be talked through."""

    id: str
    turns: tuple[ExpectedTurn, ...]


@dataclass(frozen=True, kw_only=True)
class FactQuestion:
    """A question that one answer must meet, citing one of these sources."""

    id: str
    text: str
    answer_id: str
    sources: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class FactAsked:
    """A question about a single fact, and what must be found in the words of the answers to it."""

    id: str
    text: str
    told: re.Pattern[str]


@dataclass(frozen=True, kw_only=True)
class Datasets:
    """All sets of a measurement; one that its folder does not hold is empty."""

    questions: tuple[TopicQuestion, ...]
    out_of_scope: tuple[LabelledText, ...]
    red_flags: tuple[LabelledText, ...]
    dialogues: tuple[ExpectedDialogue, ...]
    facts: tuple[FactQuestion, ...]
    single_facts: tuple[FactAsked, ...] = ()


def own_datasets(tests: Path) -> Datasets:
    """Read the project's own sets from its tests folder.

    Raises:
        ContentError: A file is broken.
    """
    return Datasets(
        questions=_questions(tests / "nlu" / "questions.tsv"),
        out_of_scope=_out_of_scope(tests / "nlu" / "out_of_scope.tsv"),
        red_flags=_red_flags(tests / "triage_set"),
        dialogues=_dialogues(tests / "nlu" / "dialogues.yml"),
        facts=_facts(tests / "facts" / "seed_facts.yml"),
        single_facts=_single_facts(tests / "facts" / "single_facts.tsv"),
    )


def datasets_in(folder: Path, topics: Collection[str]) -> Datasets:
    """Read the sets that a folder holds, as .tsv: questions, out_of_scope, danger (three files), single_facts.

    Args:
        folder: Where the files are.
        topics: The topics there are.

    Raises:
        ContentError: The folder holds none of them, a file is broken, or a question has a topic that there is not.
    """
    found = Datasets(
        questions=_questions(folder / "questions.tsv"),
        out_of_scope=_out_of_scope(folder / "out_of_scope.tsv"),
        red_flags=_red_flags(folder),
        dialogues=(),
        facts=(),
        single_facts=_single_facts(folder / "single_facts.tsv"),
    )
    if not (found.questions or found.out_of_scope or found.red_flags or found.single_facts):
        names = "questions, out_of_scope, red_flags, not_red_flags, labelled_posts or single_facts .tsv"
        raise ContentError(folder, f"holds no {names}.")
    for question in found.questions:
        for topic in question.topics:
            if topic not in topics:
                raise ContentError(folder / "questions.tsv", f"{question.id}: there is no topic '{topic}'.")
    return found


def _rows(path: Path, needed: Sequence[str]) -> list[Mapping[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[Mapping[str, str]] = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows, 2):
        for name in needed:
            if row.get(name) is None:
                raise ContentError(path, f"has no column '{name}' here.", number)
    return rows


def _questions(path: Path) -> tuple[TopicQuestion, ...]:
    questions = []
    for row in _rows(path, ("id", "text", "topic", "treatments")):
        named = [part.strip() for part in row["treatments"].split(",") if part.strip()]
        second = (row.get("second_topic") or "").strip()
        questions.append(
            TopicQuestion(
                id=row["id"],
                text=row["text"],
                topics=(row["topic"], second) if second else (row["topic"],),
                treatments=frozenset(TREATMENT_NAMES.get(name, name) for name in named),
                both_wanted=bool(second) and row["id"].startswith("D"),
            )
        )
    return tuple(questions)


def _out_of_scope(path: Path) -> tuple[LabelledText, ...]:
    rows = _rows(path, ("id", "text", "kind"))
    return tuple(LabelledText(id=row["id"], text=row["text"], label=row["kind"]) for row in rows)


_LEVELS = ("emergency", "same_day")
_HARMLESS = "none"


def _red_flags(folder: Path) -> tuple[LabelledText, ...]:
    dangers = _rows(folder / "red_flags.tsv", ("id", "text"))
    harmless = _rows(folder / "not_red_flags.tsv", ("id", "text"))
    # Real posts, some of them labelled "unclear": readers would differ, so they count for nothing.
    posts = _rows(folder / "labelled_posts.tsv", ("id", "text", "level"))
    dangers += [row for row in posts if row["level"] in _LEVELS]
    harmless += [row for row in posts if row["level"] == _HARMLESS]
    return (
        *(
            LabelledText(
                id=row["id"], text=row["text"], label=row.get("level") or row.get("urgent"), sign=row.get("sign")
            )
            for row in dangers
        ),
        *(LabelledText(id=row["id"], text=row["text"], label=None) for row in harmless),
    )


def _dialogues(path: Path) -> tuple[ExpectedDialogue, ...]:
    dialogues = []
    for item in plain(read_yaml(path)).get("dialogues", ()):
        turns = tuple(
            ExpectedTurn(
                text=turn["text"],
                topic=turn.get("topic"),
                treatments=None if turn.get("treatments") is None else frozenset(turn["treatments"]),
                kind=turn.get("kind"),
            )
            for turn in item["turns"]
        )
        dialogues.append(ExpectedDialogue(id=item["id"], turns=turns))
    return tuple(dialogues)


def _facts(path: Path) -> tuple[FactQuestion, ...]:
    return tuple(
        FactQuestion(id=item["id"], text=item["question"], answer_id=item["answer"], sources=frozenset(item["sources"]))
        for item in plain(read_yaml(path)).get("facts", ())
    )


def _single_facts(path: Path) -> tuple[FactAsked, ...]:
    found = []
    for number, row in enumerate(_rows(path, ("id", "text", "told")), 2):
        try:
            told = re.compile(row["told"], re.IGNORECASE | re.DOTALL)
        except re.error as error:
            raise ContentError(path, f"{row['id']}: 'told' is no pattern ({error}).", number) from error
        found.append(FactAsked(id=row["id"], text=row["text"], told=told))
    return tuple(found)

"""The content folder read and checked: treatments, topics, sources and answers, every error with file and line."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.clinic import Clinic
from bot.errors import ContentError
from bot.vocabulary import COMPARISON, ReviewStatus
from bot.yaml_file import line_of, plain, read_yaml

SHORT_WORDS = 60
"""The most words that an answer says first (DESIGN's content model)."""
_BRACES = re.compile(r"\{([^{}]*)\}")

SourceKind = Literal[
    "regulator", "review", "trial", "survey", "guideline", "clinic_page", "general_article", "clinic_policy"
]
Model = TypeVar("Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TreatmentEntry(_Strict):
    """A treatment as its file has it."""

    slug: str = Field(pattern=r"^[a-z_]+$")
    name: str
    short_name: str
    kind: Literal["offered", "general", "alternative"]


class TopicEntry(_Strict):
    """A topic as its file has it."""

    slug: str = Field(pattern=r"^[a-z_]+$")
    title: str
    question: str
    unknown_treatment: Literal["main", "general", "ask"]


class SourceEntry(_Strict):
    """A source as its file has it."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    publisher: str
    published_on: dt.date | None = None
    kind: SourceKind
    address: str


class _Cited(_Strict):
    cites: tuple[str, ...] = Field(min_length=1)


class ClaimEntry(_Cited):
    """A paragraph of an answer with the sources behind it."""

    text: str = Field(min_length=1)


class ListedEntry(_Cited):
    """Conditions and body parts, by their names in data/nlu, that sources say a treatment is used for."""

    conditions: tuple[str, ...] = Field(min_length=1)


class ReviewEntry(_Strict):
    """The review of an answer."""

    status: ReviewStatus
    by: str = Field(min_length=1)
    on: dt.date
    due: dt.date
    sample: bool = False

    @model_validator(mode="after")
    def _due_after_review(self) -> ReviewEntry:
        if self.due <= self.on:
            raise ValueError("the review's due date must be after its date")
        return self


class AnswerEntry(_Strict):
    """An answer as its file has it, with the file's defaults filled in."""

    id: str = Field(pattern=r"^[a-z0-9_]+\.[a-z_]+$")
    topic: str
    treatments: tuple[str, ...] = Field(min_length=1)
    compared_with: tuple[str, ...] = ()
    is_general: bool = False
    sources_differ: bool = False
    evidence: SourceKind
    regulatory_status: str | None = None
    short: ClaimEntry
    details: tuple[ClaimEntry, ...] = ()
    listed: tuple[ListedEntry, ...] | None = None
    related: tuple[str, ...] = ()
    owner: str
    review: ReviewEntry

    @model_validator(mode="after")
    def _short_is_short(self) -> AnswerEntry:
        words = len(self.short.text.split())
        if words > SHORT_WORDS:
            raise ValueError(f"the short answer has {words} words; at most {SHORT_WORDS} are read first")
        return self

    @property
    def claims(self) -> tuple[_Cited, ...]:
        """Everything that cites sources, in the order in which it is read."""
        return (self.short, *self.details, *(self.listed or ()))

    def content_hash(self) -> str:
        """Give a hash that changes when anything of the answer changes."""
        return hashlib.sha256(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything that the content folder says."""

    treatments: tuple[TreatmentEntry, ...]
    topics: tuple[TopicEntry, ...]
    sources: tuple[SourceEntry, ...]
    answers: tuple[AnswerEntry, ...]


def load_content(folder: Path) -> Content:
    """Read and check the whole content folder.

    Args:
        folder: The folder with treatments.yml, topics.yml, sources.yml and answers/.

    Raises:
        ContentError: The first thing that is wrong, with its file and line.
    """
    treatments = _entries(folder / "treatments.yml", "treatments", TreatmentEntry)
    topics = _entries(folder / "topics.yml", "topics", TopicEntry)
    sources = _entries(folder / "sources.yml", "sources", SourceEntry)
    known = _Known(
        treatments={entry.slug for entry in treatments},
        topics={entry.slug for entry in topics},
        sources={entry.id for entry in sources},
    )
    answers: dict[str, AnswerEntry] = {}
    for path in sorted((folder / "answers").glob("*.yml")):
        for entry, line in _answers_of(path, known):
            if entry.id in answers:
                problem = f"answer {entry.id} stands in two places; give one of them another id."
                raise ContentError(path, problem, line)
            answers[entry.id] = entry
    if not answers:
        raise ContentError(folder / "answers", "holds no answers; add a file like prolotherapy.yml.")
    return Content(treatments=treatments, topics=topics, sources=sources, answers=tuple(answers.values()))


@dataclass(frozen=True, kw_only=True)
class _Known:
    treatments: set[str]
    topics: set[str]
    sources: set[str]


def _entries(path: Path, key: str, model: type[Model]) -> tuple[Model, ...]:
    raw = read_yaml(path)
    items = raw.get(key)
    if not isinstance(items, list):
        raise ContentError(path, f"must hold a list under '{key}:'.", 1)
    entries: dict[str, Model] = {}
    for index, item in enumerate(items):
        entry = _validated(path, model, plain(item), items, index)
        name = str(getattr(entry, "slug", None) or getattr(entry, "id", ""))
        if name in entries:
            raise ContentError(path, f"{name} stands here twice; keep one.", line_of(items, index))
        entries[name] = entry
    return tuple(entries.values())


def _answers_of(path: Path, known: _Known) -> list[tuple[AnswerEntry, int | None]]:
    raw = read_yaml(path)
    items = raw.get("answers")
    if not isinstance(items, list):
        raise ContentError(path, "must hold a list under 'answers:'.", 1)
    file_treatment = raw.get("treatment")
    entries = []
    for index, item in enumerate(items):
        fields, line = plain(item), line_of(items, index)
        if not isinstance(fields, dict):
            raise ContentError(path, "each answer must be named values (topic:, short:, ...).", line)
        fields.setdefault("owner", raw.get("owner"))
        fields.setdefault("review", plain(raw.get("review")))
        if file_treatment is not None:
            fields.setdefault("id", f"{file_treatment}.{fields.get('topic')}")
            fields.setdefault("treatments", [str(file_treatment)])
        fields["is_general"] = file_treatment == "regenerative_medicine"
        entry = _validated(path, AnswerEntry, fields, items, index, defaults=raw)
        _check_names(path, entry, item, known)
        entries.append((entry, line))
    return entries


def _check_names(path: Path, entry: AnswerEntry, item: Any, known: _Known) -> None:
    """Make sure that every name an answer uses exists, and that a comparison compares."""
    wanted = [
        ("topic", {entry.topic, *entry.related}, known.topics, "topics.yml"),
        ("treatment", {*entry.treatments, *entry.compared_with}, known.treatments, "treatments.yml"),
        ("source", {source for claim in entry.claims for source in claim.cites}, known.sources, "sources.yml"),
        ("value", _values_in(entry), {f"clinic.{name}" for name in Clinic.model_fields}, "clinic.yml"),
    ]
    for what, named, there, file in wanted:
        unknown = sorted(named - there)
        if unknown:
            raise ContentError(path, f"{entry.id}: there is no {what} '{unknown[0]}' in {file}.", line_of(item))
    if entry.topic == COMPARISON and len(entry.treatments) + len(entry.compared_with) < 2:
        raise ContentError(path, f"{entry.id}: a comparison needs two treatments.", line_of(item))


def _values_in(entry: AnswerEntry) -> set[str]:
    """Give what stands in braces: only a value of the clinic may, or the patient would read the braces."""
    texts = [claim.text for claim in (entry.short, *entry.details)]
    return {name for text in (*texts, entry.regulatory_status or "") for name in _BRACES.findall(text)}


def _validated(path: Path, model: type[Model], fields: Any, items: Any, index: int, *, defaults: Any = None) -> Model:
    """Make an entry of an item of a list; `defaults` holds what the file says for all of them."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        label = fields.get("id") or fields.get("slug") or fields.get("topic") or "" if isinstance(fields, dict) else ""
        message = first["msg"].removeprefix("Value error, ")
        name = ".".join(str(part) for part in first["loc"])
        problem = " ".join(part for part in (f"{label}:" if label else "", f"{name}:" if name else "", message) if part)
        raise ContentError(path, f"{problem}.", _line_within(items, index, first["loc"], defaults)) from error


def _line_within(items: Any, index: int, place: tuple[int | str, ...], defaults: Any) -> int | None:
    """Give the line of the innermost part of an item that stands in the file."""
    node, line = items[index], line_of(items, index)
    if place and isinstance(node, dict) and place[0] not in node and defaults and place[0] in defaults:
        node, line = defaults, line_of(defaults, place[0])
    for part in place:
        try:
            inner = node[part]
        except (KeyError, IndexError, TypeError):
            break
        node, line = inner, line_of(node, part)
    return line

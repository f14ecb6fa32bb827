"""The content folder read and checked as a whole: every error in it is told, with file and line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml.comments import CommentedMap

from bot.claims import rules as claims
from bot.claims.rules import ClaimRules
from bot.errors import BrokenContentError, ContentError, all_of
from bot.knowledge.files import facts as facts_file
from bot.knowledge.files import findings
from bot.knowledge.files.entries import (
    AnswerEntry,
    ClaimEntry,
    FactEntry,
    NotAnsweredEntry,
    SourceEntry,
    TopicEntry,
    TreatmentEntry,
)
from bot.knowledge.files.follow_ups import FollowUpTopics
from bot.knowledge.files.heard import FILE as HEARD
from bot.knowledge.files.heard import Heard
from bot.knowledge.files.names import Known, Place, name_problems, unshown
from bot.knowledge.files.when_to_call import FILE as WHEN_TO_CALL
from bot.knowledge.files.when_to_call import WhenToCall
from bot.knowledge.mentioned import Mentioned
from bot.paragraphs import answer_id
from bot.reading.mistakes import in_words
from bot.vocabulary import COMPARISON
from bot.yaml_file import as_written, line_at, read_plain, read_yaml

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything that the content folder says; an answer may stand there twice, as approved and as a draft."""

    treatments: tuple[TreatmentEntry, ...]
    topics: tuple[TopicEntry, ...]
    sources: tuple[SourceEntry, ...]
    answers: tuple[AnswerEntry, ...]
    not_answered: tuple[NotAnsweredEntry, ...] = ()
    facts: tuple[FactEntry, ...] = ()
    when_to_call: WhenToCall = field(default_factory=WhenToCall)

    def entries_by_id(self) -> dict[str, list[AnswerEntry]]:
        """Give the entries of each answer: its words in service, then a draft."""
        found: dict[str, list[AnswerEntry]] = defaultdict(list)
        for entry in self.answers:
            found[entry.id].append(entry)
        return {answer_id: sorted(entries, key=lambda entry: entry.is_draft) for answer_id, entries in found.items()}


def load_content(folder: Path) -> Content:
    """Read and check the whole content folder.

    Args:
        folder: The folder with treatments.yml, topics.yml, sources.yml, answers/ and perhaps facts.tsv,
            not_answered.yml and follow_ups.yml.

    Raises:
        BrokenContentError: Something is wrong; all that is, each with its file and line.
    """
    return _Reading(folder).content()


class _File:
    """A file of the folder: its values, and their lines once somebody must be told where to look."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def values(self) -> dict[str, Any]:
        return read_plain(self.path)

    @cached_property
    def located(self) -> CommentedMap:
        return read_yaml(self.path)

    def line(self, key: str, index: int, place: Place = ()) -> int | None:
        """Give the line of the innermost part of a list's item that stands in the file."""
        return line_at(self.located, self._whole_place(key, index, place))

    def written(self, key: str, index: int, place: Place = ()) -> str:
        """Give a value of a list's item as it stands in the file."""
        return as_written(self.path, self._whole_place(key, index, place))

    def _whole_place(self, key: str, index: int, place: Place) -> Place:
        item = self.located[key][index]
        # Some things the file says once for all items.
        is_shared = place and isinstance(item, dict) and place[0] not in item and place[0] in self.located
        return place if is_shared else (key, index, *place)


class _Reading:
    """One reading of a folder, which collects what is wrong on its way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._problems: list[ContentError] = []
        self._named: dict[str, frozenset[str]] = {}
        self._facts: dict[str, FactEntry] = {}
        self._policy: frozenset[str] = frozenset()
        self._claims: ClaimRules | None = None

    def content(self) -> Content:
        treatments = self._list("treatments", TreatmentEntry, "slug")
        topics = self._list("topics", TopicEntry, "slug")
        sources = self._list("sources", SourceEntry, "id")
        known = Known(
            treatments=self._named.get("treatments"),
            topics=self._named.get("topics"),
            sources=self._named.get("sources"),
            mentioned=self._mentioned(),
        )
        self._facts = facts_file.read_facts(self._folder / facts_file.FILE, known.sources, self._problems)
        self._policy = frozenset(source.id for source in sources or () if source.kind == "clinic_policy")
        sources_of_facts = {name: fact.source for name, fact in self._facts.items()}
        staff_words = frozenset(source.id for source in sources or () if source.kind == "clinic_staff")
        known = replace(known, policies=self._policy, staff_words=staff_words, facts=sources_of_facts)
        self._claims = self._claim_rules()
        answers = self._answers(known)
        answers = findings.with_table(answers, self._table(known, answers))
        not_answered = self._not_answered(known, answers)
        self._check_follow_ups(known)
        self._check_heard(known)
        when_to_call = self._when_to_call()
        if self._problems:
            raise BrokenContentError(self._problems)
        return Content(
            treatments=tuple(treatments or ()),
            topics=tuple(topics or ()),
            sources=tuple(sources or ()),
            answers=tuple(answers),
            not_answered=not_answered,
            facts=tuple(self._facts.values()),
            when_to_call=when_to_call,
        )

    def _list(self, key: str, model: type[Model], name: str) -> list[Model] | None:
        """Read a file that is a list of entries; None when it cannot be read as one."""
        file = _File(self._folder / f"{key}.yml")
        items = self._items(file, key)
        if items is None:
            return None
        # An entry that is broken is there all the same: what names it is not to blame.
        self._named[key] = frozenset(str(item.get(name)) for item in items if isinstance(item, dict))
        entries: dict[str, Model] = {}
        for index, item in enumerate(items):
            entry = self._entry(file, key, index, model, item)
            if entry is None:
                continue
            slug = str(getattr(entry, name))
            if slug in entries:
                self._tell(file.path, f"{slug} stands here twice; keep one.", file.line(key, index))
            entries[slug] = entry
        return list(entries.values())

    def _items(self, file: _File, key: str) -> list[Any] | None:
        try:
            items = file.values.get(key)
        except ContentError as error:
            self._problems.extend(all_of(error))
            return None
        if not isinstance(items, list):
            self._tell(file.path, f"must hold a list under '{key}:'.", 1)
            return None
        return items

    def _entry(self, file: _File, key: str, index: int, model: type[Model], fields: Any) -> Model | None:
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            for found in error.errors():
                is_shared = bool(found["loc"]) and found["loc"][0] not in file.values[key][index]
                label = "" if is_shared and found["loc"][0] in file.values else _label(fields)
                name = ".".join(str(part) for part in found["loc"])
                words = in_words(found, partial(file.written, key, index))
                parts = (f"{label}:" if label else "", f"{name}:" if name else "", words)
                line = file.line(key, index, found["loc"])
                self._tell(file.path, f"{' '.join(part for part in parts if part)}.", line)
            return None

    def _answers(self, known: Known) -> list[AnswerEntry]:
        paths = sorted((self._folder / "answers").glob("*.yml"))
        if not paths:
            self._tell(self._folder / "answers", "holds no answers; add a file named after a treatment.", None)
        seen: set[tuple[str, bool]] = set()
        answers = []
        for path in paths:
            file = _File(path)
            for index, item in enumerate(self._items(file, "answers") or ()):
                entry = self._answer(file, index, item, known)
                if entry is None:
                    continue
                if (entry.id, entry.is_draft) in seen:
                    problem = f"answer {entry.id} stands in two places; give one of them another id."
                    self._tell(path, problem, file.line("answers", index))
                seen.add((entry.id, entry.is_draft))
                answers.append(entry)
        return answers

    def _answer(self, file: _File, index: int, item: Any, known: Known) -> AnswerEntry | None:
        if not isinstance(item, dict):
            line = file.line("answers", index)
            self._tell(file.path, "each answer must be named values (topic:, short:, ...).", line)
            return None
        home = file.values.get("treatment")
        entry = self._entry(file, "answers", index, AnswerEntry, _with_defaults(self._resolved(item), file.values))
        if entry is None:
            return None
        for problem in name_problems(entry, known):
            line = file.line("answers", index, problem.place)
            self._tell(file.path, f"{entry.id}: {problem.text}.", line)
        for place, words in self._uncited(entry):
            self._tell(file.path, f"{entry.id}: {words}.", file.line("answers", index, place))
        if home is not None and entry.home != home and entry.topic != COMPARISON:
            line = file.line("answers", index, ("id",))
            self._tell(file.path, f"{entry.id}: an id in this file must begin with '{home}.'.", line)
        return entry

    def _table(self, known: Known, answers: Sequence[AnswerEntry]) -> list[findings.ConditionEntry]:
        file = _File(self._folder / findings.FILE)
        if not file.path.exists():
            return []
        table = []
        for index, item in enumerate(self._items(file, findings.KEY) or ()):
            rows = item.get("treatments") if isinstance(item, dict) else None
            fields = item
            if isinstance(rows, list):
                fields = {**item, "treatments": [facts_file.with_facts(row, self._facts) for row in rows]}
            entry = self._entry(file, findings.KEY, index, findings.ConditionEntry, fields)
            if entry is None:
                continue
            table.append(entry)
            for row in entry.treatments:
                for words in unshown(row.as_paragraph(entry.about), known):
                    self._tell(file.path, f"{row.treatment}: {words}.", file.line(findings.KEY, index))
        named = {"name": known.mentioned, "source": known.sources}
        for place, problem in findings.problems_of_table(table, answers, named):
            self._tell(file.path, f"{table[place].about[0]}: {problem}.", file.line(findings.KEY, place))
        return table

    def _resolved(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Put facts and sources for what the parts of an answer cite."""
        fields = dict(item)
        for name in {"short", "sms"} & fields.keys():
            fields[name] = facts_file.with_facts(fields[name], self._facts)
        for name in ("details", "listed"):
            if isinstance(fields.get(name), list):
                fields[name] = [facts_file.with_facts(part, self._facts) for part in fields[name]]
        return fields

    def _uncited(self, entry: AnswerEntry) -> Iterator[tuple[Place, str]]:
        """Give the paragraphs that rest on nothing but say more than what to ask, tell us or do."""
        for place, part in entry.cited_parts():
            # A folder that was written somewhere else has no rules beside it; where it is served it has.
            if self._claims is not None and isinstance(part, ClaimEntry) and set(part.cites) <= self._policy:
                more = self._claims.more_than_advice(part.text)
                if more is not None:
                    yield (*place, "text"), f"'{more}' cites nothing, and is no plain advice"

    def _claim_rules(self) -> ClaimRules | None:
        path = self._folder / claims.FILE
        try:
            return ClaimRules.from_file(path) if path.is_file() else None
        except ContentError:
            # Told by whoever reads the rules for themselves.
            return None

    def _not_answered(self, known: Known, answers: Iterable[AnswerEntry]) -> tuple[NotAnsweredEntry, ...]:
        file = _File(self._folder / "not_answered.yml")
        if not file.path.exists():
            return ()
        answered = {
            (treatment, entry.topic)
            for entry in answers
            if entry.topic != COMPARISON and not entry.is_draft
            for treatment in entry.treatments
        }
        entries: dict[tuple[str, str], NotAnsweredEntry] = {}
        for index, item in enumerate(self._items(file, "not_answered") or ()):
            entry = self._entry(file, "not_answered", index, NotAnsweredEntry, item)
            if entry is None:
                continue
            cell = (entry.treatment, entry.topic)
            for problem in _cell_problems(cell, known, cell in answered, cell in entries):
                self._tell(file.path, f"{entry.treatment}.{entry.topic}: {problem}.", file.line("not_answered", index))
            entries[cell] = entry
        return tuple(entries.values())

    def _mentioned(self) -> frozenset[str] | None:
        """Give the names that messages mention; None where there are no files of them beside the folder."""
        try:
            names = Mentioned.from_folder(self._folder).names
            return names | Heard.from_file(self._folder / HEARD).names if names else None
        except ContentError as error:
            self._problems.extend(all_of(error))
            return None

    def _check_heard(self, known: Known) -> None:
        try:
            Heard.from_file(self._folder / HEARD, known.topics)
        except ContentError as error:
            self._problems.extend(all_of(error))

    def _when_to_call(self) -> WhenToCall:
        try:
            return WhenToCall.from_file(self._folder / WHEN_TO_CALL)
        except ContentError as error:
            self._problems.extend(all_of(error))
            return WhenToCall()

    def _check_follow_ups(self, known: Known) -> None:
        try:
            FollowUpTopics.from_file(self._folder / "follow_ups.yml", known.topics)
        except ContentError as error:
            self._problems.extend(all_of(error))

    def _tell(self, path: Path, problem: str, line: int | None) -> None:
        error = ContentError(path, problem, line)
        if str(error) not in {str(known) for known in self._problems}:
            # What a file says once for all its answers is wrong once.
            self._problems.append(error)


def _with_defaults(item: Mapping[str, Any], file: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what a file says once for all its answers."""
    fields = {str(key): value for key, value in item.items()}
    for name in ("owner", "review"):
        if name in file:
            fields.setdefault(name, file[name])
    home = file.get("treatment")
    if home is not None:
        fields.setdefault("id", answer_id(home, str(fields.get("topic"))))
        fields.setdefault("treatments", [home])
    return fields


def _cell_problems(cell: tuple[str, str], known: Known, is_answered: bool, is_twice: bool) -> list[str]:  # noqa: FBT001  (two findings)
    treatment, topic = cell
    problems = []
    if known.treatments is not None and treatment not in known.treatments:
        problems.append(f"there is no treatment '{treatment}' in treatments.yml")
    if known.topics is not None and topic not in known.topics:
        problems.append(f"there is no topic '{topic}' in topics.yml")
    if is_answered:
        problems.append("there is an answer to it; remove one of the two")
    if is_twice:
        problems.append("stands here twice; keep one")
    return problems


def _label(fields: Any) -> str:
    if not isinstance(fields, dict):
        return ""
    return str(fields.get("id") or fields.get("slug") or fields.get("topic") or "")

"""Bringing the store to what the content folder says; what was edited in the console is kept unless told otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from bot.db.engine import Database, utc_now
from bot.knowledge import store
from bot.knowledge.exchange.reviewers import IsClinician, nobody, says_reviewed, with_badges
from bot.knowledge.exchange.versions import (
    CONSOLE,
    FILES,
    Names,
    Written,
    add_version,
    entry_of,
    in_service,
    latest,
    retire_all,
)
from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import AnswerEntry, hash_of
from bot.knowledge.models import Answer, AnswerEvent, AnswerVersion, Fact, NotAnswered, Source, Topic, Treatment
from bot.vocabulary import ReviewStatus, Role

FROM_FILES = Written(origin=FILES, by="Content files")
BATCH = 500
"""Answers that are written at a time: enough to be quick, few enough to hold in memory."""


class Change(str, Enum):
    """What an import does to an answer."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    KEPT = "kept"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class AnswerChange:
    """What an import does to one answer, with its words before and after."""

    answer_id: str
    change: Change
    before: AnswerEntry | None = None
    after: AnswerEntry | None = None


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What an import did, or would do: every answer that does not simply stay as it is, and counts.

    Attributes:
        changes: What becomes of each answer that does not stay as it is.
        unchanged: How many stay.
        not_believed: Who is said to have reviewed answers, but is no clinician here, and how many answers: these keep
            the badge "not reviewed by a clinician".
    """

    changes: tuple[AnswerChange, ...]
    unchanged: int
    not_believed: Mapping[str, int] = field(default_factory=dict)

    def count(self, change: Change) -> int:
        """Give how many answers changed that way."""
        if change is Change.UNCHANGED:
            return self.unchanged
        return Counter(found.change for found in self.changes)[change]


def import_content(
    database: Database,
    content: Content,
    *,
    overwrite: bool = False,
    dry_run: bool = False,
    is_clinician: IsClinician = nobody,
) -> ImportResult:
    """Bring the store to what the files say, in one transaction.

    A changed answer becomes a new version and the old one stays in the history; an answer that left the files is
    retired, never deleted.

    Args:
        database: The store.
        content: The files, checked.
        overwrite: Whether the files also replace what was edited in the console.
        dry_run: Whether only to say what would change.
        is_clinician: Who the clinic's clinicians are. A review by anybody else keeps the badge.
    """
    if dry_run:
        with database.read() as session:
            result = _import(session, content, is_clinician, overwrite=overwrite)
            session.rollback()
            return result
    with database.write() as session:
        return _import(session, content, is_clinician, overwrite=overwrite)


def _import(session: Session, content: Content, is_clinician: IsClinician, *, overwrite: bool) -> ImportResult:
    _names(session, content)
    names = Names(topics=store.topics(session), treatments=store.treatments(session))
    wanted = content.entries_by_id()
    existing = {row.id: row.file_hash for row in session.execute(select(Answer.id, Answer.file_hash))}
    session.expunge_all()
    changes: list[AnswerChange] = []
    not_believed: Counter[str] = Counter()
    touched = [gone for gone in existing if gone not in wanted and (overwrite or existing[gone] != "")]
    for answer_id, entries in wanted.items():
        # What was believed at an earlier import is not asked again: a clinician may have left since.
        if overwrite or existing.get(answer_id) != hash_of(entries):
            badged = with_badges(entries, (), is_clinician)
            if overwrite or existing.get(answer_id) != hash_of(badged):
                touched.append(answer_id)
            else:
                not_believed.update(_not_believed(entries, badged))
    unchanged = len(wanted) - sum(1 for answer_id in touched if answer_id in wanted)
    for start in range(0, len(touched), BATCH):
        batch = touched[start : start + BATCH]
        for answer_id, answer in _answers(session, batch):
            said = wanted.get(answer_id, [])
            entries = with_badges(said, [] if answer is None else _standing(answer), is_clinician)
            not_believed.update(_not_believed(said, entries))
            found = _import_answer(session, answer_id, answer, entries, names, overwrite=overwrite)
            if found.change is Change.UNCHANGED:
                unchanged += int(answer_id in wanted)
            else:
                changes.append(found)
        session.flush()
        session.expunge_all()
    return ImportResult(changes=tuple(changes), unchanged=unchanged, not_believed=dict(not_believed))


def _not_believed(said: Sequence[AnswerEntry], kept: Sequence[AnswerEntry]) -> list[str]:
    """Give who the files say reviewed answers that keep their badge all the same."""
    return [str(one.review.by) for one, other in zip(said, kept, strict=True) if one.review != other.review]


def _answers(session: Session, ids: Sequence[str]) -> Iterable[tuple[str, Answer | None]]:
    query = (
        select(Answer).where(Answer.id.in_(ids)).options(selectinload(Answer.versions), selectinload(Answer.treatments))
    )
    found = {answer.id: answer for answer in session.scalars(query)}
    return [(answer_id, found.get(answer_id)) for answer_id in ids]


def _names(session: Session, content: Content) -> None:
    for position, treatment in enumerate(content.treatments):
        session.merge(Treatment(position=position, **treatment.model_dump()))
    for position, topic in enumerate(content.topics):
        session.merge(Topic(position=position, **topic.model_dump()))
    for source in content.sources:
        session.merge(Source(**source.model_dump()))
    session.flush()
    session.execute(delete(Fact))
    session.add_all(Fact(**fact.model_dump()) for fact in content.facts)
    session.execute(delete(NotAnswered))
    session.add_all(NotAnswered(**cell.model_dump()) for cell in content.not_answered)
    session.flush()


def _import_answer(
    session: Session,
    answer_id: str,
    answer: Answer | None,
    entries: list[AnswerEntry],
    names: Names,
    *,
    overwrite: bool,
) -> AnswerChange:
    if answer is None:
        answer = Answer(id=answer_id, versions=[], treatments=[])
        session.add(answer)
        return _write(session, answer, entries, names, Change.ADDED)
    before = entry_of(in_service(answer) or latest(answer))
    edited = latest(answer).origin == CONSOLE
    if not entries:
        return _left_the_files(session, answer, before, is_kept=edited and not overwrite)
    news = [entry for entry in entries if entry not in _standing(answer)]
    if not news and not _has_stray_draft(answer, entries):
        answer.file_hash = hash_of(entries)
        for version in answer.versions:
            version.search_heading = names.heading(entry_of(version))
        return AnswerChange(answer_id=answer_id, change=Change.UNCHANGED)
    if edited and not overwrite:
        # The hash stays: the next import says again that the two differ.
        return AnswerChange(answer_id=answer_id, change=Change.KEPT, before=before, after=entries[0])
    return _write(session, answer, entries, names, Change.CHANGED, before=before)


def _standing(answer: Answer) -> list[AnswerEntry]:
    """Give what an answer says now: the words in service, and what was written last."""
    served = in_service(answer)
    return [entry_of(version) for version in {id(v): v for v in (served, latest(answer)) if v is not None}.values()]


def _has_stray_draft(answer: Answer, entries: list[AnswerEntry]) -> bool:
    """Tell whether the store's newest words are a draft that the files do not have (any more)."""
    return latest(answer).is_draft and not any(entry.is_draft for entry in entries)


def _write(
    session: Session,
    answer: Answer,
    entries: list[AnswerEntry],
    names: Names,
    change: Change,
    *,
    before: AnswerEntry | None = None,
) -> AnswerChange:
    standing = _standing(answer) if answer.versions else []
    if answer.versions and _has_stray_draft(answer, entries):
        for version in answer.versions:
            if version.is_draft:
                version.status = ReviewStatus.RETIRED.value
    for entry in entries:
        if entry not in standing:
            version = add_version(answer, entry, names, FROM_FILES)
            version.reviewed_by_role = Role.CLINICIAN.value if says_reviewed(entry) else None
            _note(session, answer.id, version, entry.review.status.value)
    if all(entry.review.status is ReviewStatus.RETIRED for entry in entries):
        retire_all(answer)
    answer.file_hash = hash_of(entries)
    return AnswerChange(answer_id=answer.id, change=change, before=before, after=entries[0])


def _left_the_files(session: Session, answer: Answer, before: AnswerEntry, *, is_kept: bool) -> AnswerChange:
    """Retire what the files no longer hold, unless it was written in the console."""
    if answer.file_hash == "" and latest(answer).origin == CONSOLE:
        # It never was in the files.
        return AnswerChange(answer_id=answer.id, change=Change.UNCHANGED)
    if is_kept:
        return AnswerChange(answer_id=answer.id, change=Change.KEPT, before=before)
    answer.file_hash = ""
    if latest(answer).status == ReviewStatus.RETIRED.value:
        return AnswerChange(answer_id=answer.id, change=Change.UNCHANGED)
    retire_all(answer)
    _note(session, answer.id, latest(answer), ReviewStatus.RETIRED.value)
    return AnswerChange(answer_id=answer.id, change=Change.RETIRED, before=before)


def _note(session: Session, answer_id: str, version: AnswerVersion, step: str) -> None:
    session.add(
        AnswerEvent(answer_id=answer_id, version=version.version, step=step, by=FROM_FILES.by, at=utc_now(), note="")
    )

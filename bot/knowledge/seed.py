"""Loading the content folder into the store: once or a hundred times, the result is the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.engine import Database, utc_now
from bot.knowledge.content import AnswerEntry, Content
from bot.knowledge.models import Answer, AnswerTreatment, AnswerVersion, Citation, Source, Topic, Treatment
from bot.vocabulary import ReviewStatus


@dataclass(frozen=True, kw_only=True)
class SeedResult:
    """What a seeding changed: counts of answers."""

    added: int
    changed: int
    retired: int
    unchanged: int


def seed(database: Database, content: Content) -> SeedResult:
    """Bring the store to what the files say, in one transaction.

    A changed answer becomes a new version and the old one stays in the history; an answer that left the
    files is retired, never deleted.
    """
    counts = {"added": 0, "changed": 0, "retired": 0, "unchanged": 0}
    with database.write() as session:
        _seed_names(session, content)
        existing = {answer.id: answer for answer in session.scalars(select(Answer))}
        for entry in content.answers:
            answer = existing.pop(entry.id, None)
            counts[_seed_answer(session, answer, entry)] += 1
        for gone in existing.values():
            counts["retired"] += _retire(gone)
    return SeedResult(**counts)


def _seed_names(session: Session, content: Content) -> None:
    for position, treatment in enumerate(content.treatments):
        session.merge(Treatment(position=position, **treatment.model_dump()))
    for position, topic in enumerate(content.topics):
        session.merge(Topic(position=position, **topic.model_dump()))
    for source in content.sources:
        session.merge(Source(**source.model_dump()))
    session.flush()


def _seed_answer(session: Session, answer: Answer | None, entry: AnswerEntry) -> str:
    fresh = answer is None
    if answer is None:
        answer = Answer(id=entry.id)
        session.add(answer)
    latest = answer.versions[-1] if answer.versions else None
    if latest is not None and latest.content_hash == entry.content_hash():
        return "unchanged"
    if fresh or entry.review.status is ReviewStatus.APPROVED:
        # Until a draft is approved the earlier words are served, and only for the treatments they were approved for.
        answer.topic = entry.topic
        answer.is_general = entry.is_general
        answer.compared_with = list(entry.compared_with)
        answer.owner = entry.owner
        _set_treatments(answer, entry)
    answer.versions.append(_new_version(entry, 1 if latest is None else latest.version + 1))
    if entry.review.status is ReviewStatus.RETIRED:
        for version in answer.versions:
            version.status = ReviewStatus.RETIRED.value
    session.flush()
    return "added" if fresh else "changed"


def _set_treatments(answer: Answer, entry: AnswerEntry) -> None:
    wanted = set(entry.treatments)
    answer.treatments = [row for row in answer.treatments if row.treatment in wanted]
    present = {row.treatment for row in answer.treatments}
    answer.treatments.extend(AnswerTreatment(treatment=slug) for slug in entry.treatments if slug not in present)


def _new_version(entry: AnswerEntry, number: int) -> AnswerVersion:
    cited = list(dict.fromkeys(source for claim in entry.claims for source in claim.cites))
    return AnswerVersion(
        version=number,
        short=entry.short.text,
        body={
            "short_cites": list(entry.short.cites),
            "details": [{"text": claim.text.strip(), "cites": list(claim.cites)} for claim in entry.details],
            "listed": None if entry.listed is None else [name for part in entry.listed for name in part.conditions],
            "related": list(entry.related),
        },
        evidence=entry.evidence,
        regulatory_status=entry.regulatory_status,
        sources_differ=entry.sources_differ,
        content_hash=entry.content_hash(),
        created_at=utc_now(),
        status=entry.review.status.value,
        sample=entry.review.sample,
        reviewed_by=entry.review.by,
        reviewed_on=entry.review.on,
        review_due_on=entry.review.due,
        citations=[Citation(position=position, source_id=source) for position, source in enumerate(cited, 1)],
    )


def _retire(answer: Answer) -> int:
    latest = answer.versions[-1]
    if latest.status == ReviewStatus.RETIRED.value:
        return 0
    for version in answer.versions:
        version.status = ReviewStatus.RETIRED.value
    # A later return of the same words must count as a change, so the hash is let go.
    latest.content_hash = ""
    return 1

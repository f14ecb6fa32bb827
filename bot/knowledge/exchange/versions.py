"""An answer's entry turned into a version in the store, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.db.engine import utc_now
from bot.knowledge.files.entries import AnswerEntry, ClaimEntry, ListedEntry, ParagraphEntry, ReviewEntry
from bot.knowledge.models import Answer, AnswerTreatment, AnswerVersion, Citation, Topic, Treatment
from bot.knowledge.serving import ServedAnswer
from bot.vocabulary import ReviewStatus

FILES, CONSOLE = "files", "console"
"""Where a version was written."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """What topics and treatments are called, by slug."""

    topics: Mapping[str, Topic]
    treatments: Mapping[str, Treatment]

    def is_general(self, entry: AnswerEntry) -> bool:
        """Tell whether an answer is one of those that hold for several treatments."""
        home = self.treatments.get(entry.home)
        return home is not None and home.kind == "general"

    def heading(self, entry: AnswerEntry) -> str:
        """Give the words by which an answer is looked for: its topic's, and its treatments'."""
        topic = self.topics[entry.topic]
        there = [self.treatments[slug] for slug in (*entry.treatments, *entry.compared_with)]
        called = [name for treatment in there for name in (treatment.name, treatment.short_name)]
        return " ".join([topic.title, topic.question.replace("{treatment}", ""), *called])


@dataclass(frozen=True, kw_only=True)
class Written:
    """Where a version comes from and who wrote it."""

    origin: str
    by: str
    by_id: int | None = None


def add_version(answer: Answer, entry: AnswerEntry, names: Names, written: Written) -> AnswerVersion:
    """Put an entry on top of an answer's history, and into service if it is approved."""
    number = max((version.version for version in answer.versions), default=0) + 1
    version = _version(entry, number, names, written)
    answer.versions.append(version)
    if number == 1 or not entry.is_draft:
        take_scope(answer, entry, names)
    return version


def take_scope(answer: Answer, entry: AnswerEntry, names: Names) -> None:
    """Let an answer be for what these words are for.

    Until a draft is approved the earlier words are served, and only for the treatments they were approved for.
    """
    answer.topic = entry.topic
    answer.is_general = names.is_general(entry)
    answer.compared_with = list(entry.compared_with)
    answer.owner = entry.owner
    wanted = set(entry.treatments)
    answer.treatments = [row for row in answer.treatments if row.treatment in wanted]
    present = {row.treatment for row in answer.treatments}
    answer.treatments.extend(AnswerTreatment(treatment=slug) for slug in entry.treatments if slug not in present)


def retire_all(answer: Answer) -> None:
    """Take every version of an answer out of service: no older words come back by themselves."""
    for version in answer.versions:
        version.status = ReviewStatus.RETIRED.value


def latest(answer: Answer) -> AnswerVersion:
    """Give the version that was written last."""
    return answer.versions[-1]


def in_service(answer: Answer) -> AnswerVersion | None:
    """Give the version in service that was written last; it is served while its review lasts."""
    there = [version for version in answer.versions if version.is_in_service]
    return there[-1] if there else None


def entry_of(version: AnswerVersion) -> AnswerEntry:
    """Give a version in the form that files have."""
    return AnswerEntry(
        id=version.answer_id,
        topic=version.answer.topic,
        treatments=tuple(version.treatments),
        compared_with=tuple(version.compared_with),
        sources_differ=version.sources_differ,
        evidence=version.evidence,  # type: ignore[arg-type]  # pydantic checks that it is a known kind
        regulatory_status=version.regulatory_status,
        # Versions from before there were facts, or parts, have none.
        short=ClaimEntry(
            text=version.short,
            cites=tuple(version.body["short_cites"]),
            facts=tuple(version.body.get("short_facts", ())),
        ),
        details=tuple(ParagraphEntry.model_validate(claim) for claim in version.body["details"]),
        listed=_listed(version.body.get("listed")),
        related=tuple(version.body["related"]),
        owner=version.owner,
        review=ReviewEntry(
            status=ReviewStatus(version.status),
            by=version.reviewed_by,
            on=version.reviewed_on,
            due=version.review_due_on,
            sample=version.sample,
        ),
    )


def as_served(entry: AnswerEntry, names: Names) -> ServedAnswer:
    """Give an entry as it would be served; its version is only looked at and has no place in any history."""
    return ServedAnswer(
        answer_id=entry.id,
        topic=entry.topic,
        treatments=entry.treatments,
        compared_with=entry.compared_with,
        is_general=names.is_general(entry),
        version=_version(entry, 0, names, Written(origin=CONSOLE, by="")),
    )


def _listed(parts: list[dict[str, list[str]]] | None) -> tuple[ListedEntry, ...] | None:
    return None if parts is None else tuple(ListedEntry.model_validate(part) for part in parts)


def is_overdue(version: AnswerVersion, today: dt.date) -> bool:
    """Tell whether a version's review has run out."""
    return version.review_due_on is not None and version.review_due_on < today


def _version(entry: AnswerEntry, number: int, names: Names, written: Written) -> AnswerVersion:
    body = " ".join([*(claim.text for claim in entry.paragraphs()), entry.regulatory_status or ""])
    return AnswerVersion(
        version=number,
        answer_id=entry.id,
        treatments=list(entry.treatments),
        compared_with=list(entry.compared_with),
        owner=entry.owner,
        short=entry.short.text,
        body={
            "short_cites": list(entry.short.cites),
            "short_facts": list(entry.short.facts),
            "details": [claim.model_dump(mode="json") for claim in entry.details],
            "listed": None if entry.listed is None else [part.model_dump(mode="json") for part in entry.listed],
            "related": list(entry.related),
        },
        evidence=entry.evidence,
        regulatory_status=entry.regulatory_status,
        sources_differ=entry.sources_differ,
        created_at=utc_now(),
        origin=written.origin,
        written_by=written.by,
        written_by_id=written.by_id,
        status=entry.review.status.value,
        sample=entry.review.sample,
        reviewed_by=entry.review.by,
        reviewed_on=entry.review.on,
        review_due_on=entry.review.due,
        search_heading=names.heading(entry),
        search_body=body.strip(),
        citations=[Citation(position=position, source_id=source) for position, source in enumerate(entry.cited(), 1)],
    )

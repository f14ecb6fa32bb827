"""The only SQL that looks up what may be said to a patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Select, String, bindparam, cast, func, select
from sqlalchemy.orm import Session, aliased

from bot.knowledge.models import Answer, AnswerTreatment, AnswerVersion, Citation, Source, Topic, Treatment
from bot.vocabulary import ReviewStatus


@dataclass(frozen=True, kw_only=True)
class ServedAnswer:
    """An answer with the version that may be served today."""

    answer_id: str
    topic: str
    treatments: tuple[str, ...]
    compared_with: tuple[str, ...]
    is_general: bool
    version: AnswerVersion


def _servable() -> Select[Answer, AnswerVersion]:
    newer = aliased(AnswerVersion)
    newest_approved = (
        select(func.max(newer.version))
        .where(newer.answer_id == Answer.id, newer.status == ReviewStatus.APPROVED.value)
        .correlate(Answer)
        .scalar_subquery()
    )
    return (
        select(Answer, AnswerVersion)
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .where(
            AnswerVersion.version == newest_approved, AnswerVersion.review_due_on >= bindparam("today", type_=Date())
        )
    )


_SOURCE_TEXT = (
    Source.title
    + "\x1f"
    + Source.publisher
    + "\x1f"
    + func.coalesce(cast(Source.published_on, String), "")
    + "\x1f"
    + Source.kind
    + "\x1f"
    + Source.address
)
# Made once: putting a statement together takes as long as running it.
SERVABLE = _servable()
"""Every answer that may be served, with the version that is; takes the parameter `today`."""
_FOR_TREATMENT = (
    SERVABLE.join(AnswerTreatment)
    # Not by the index on topics: a treatment has some tens of topics, a topic may have hundreds of treatments.
    .where(Answer.topic.concat("") == bindparam("topic"), AnswerTreatment.treatment == bindparam("treatment"))
    .order_by(Answer.is_general, func.json_array_length(AnswerVersion.treatments), Answer.id)
    .limit(1)
)
# All that can change of an answer in service: its words never do, and the texts of its sources only by an import.
_FACTS = _FOR_TREATMENT.with_only_columns(
    Answer.id,
    Answer.topic,
    Answer.is_general,
    AnswerVersion.id,
    AnswerVersion.sample,
    AnswerVersion.reviewed_by,
    AnswerVersion.reviewed_on,
    AnswerVersion.review_due_on,
    select(func.aggregate_strings(_SOURCE_TEXT, "\x1f"))
    .join(Citation, Citation.source_id == Source.id)
    .where(Citation.version_id == AnswerVersion.id)
    .correlate(AnswerVersion)
    .scalar_subquery(),
    maintain_column_froms=True,
)
_FOR_TOPIC = SERVABLE.where(Answer.topic == bindparam("topic")).order_by(Answer.id)
_TREATMENTS = select(Treatment).order_by(Treatment.position)
_TOPICS = select(Topic).order_by(Topic.position)


def find_answer(session: Session, *, treatment: str, topic: str, today: dt.date) -> ServedAnswer | None:
    """Give the answer that may be given for a treatment and topic today, or None.

    The treatment's own answer comes before a general one; an answer is never given for a treatment that it
    does not list, and only an approved version whose review is not overdue is served.
    """
    values = {"today": today, "treatment": treatment, "topic": topic}
    row = session.execute(_FOR_TREATMENT, values).first()
    return None if row is None else served_of(row[0], row[1])


def facts_of_answer(session: Session, *, treatment: str, topic: str, today: dt.date) -> tuple[Any, ...] | None:
    """Give what tells whether the answer that `find_answer` would give is another one than before; None for none."""
    session.flush()
    values = {"today": today, "treatment": treatment, "topic": topic}
    row = session.connection().execute(_FACTS, values).first()
    return None if row is None else tuple(row)


def find_comparison(
    session: Session, *, treatments: Iterable[str], alternatives: Iterable[str], topic: str, today: dt.date
) -> ServedAnswer | None:
    """Give the answer that compares exactly these treatments and alternatives, or None."""
    wanted = (frozenset(treatments), frozenset(alternatives))
    for served in comparisons(session, topic=topic, today=today):
        if (frozenset(served.treatments), frozenset(served.compared_with)) == wanted:
            return served
    return None


def comparisons(session: Session, *, topic: str, today: dt.date) -> list[ServedAnswer]:
    """Give all comparisons that may be served today."""
    rows = session.execute(_FOR_TOPIC, {"today": today, "topic": topic})
    return [served_of(answer, version) for answer, version in rows]


def treatments(session: Session) -> dict[str, Treatment]:
    """Give all treatments by slug, in the clinic's order."""
    return {row.slug: row for row in session.scalars(_TREATMENTS)}


def topics(session: Session) -> dict[str, Topic]:
    """Give all topics by slug, in order."""
    return {row.slug: row for row in session.scalars(_TOPICS)}


def coverage(session: Session, today: dt.date) -> set[tuple[str, str]]:
    """Give every (treatment, topic) for which some answer may be served today."""
    rows = session.execute(SERVABLE, {"today": today})
    return {(treatment, answer.topic) for answer, version in rows for treatment in version.treatments}


def served_of(answer: Answer, version: AnswerVersion) -> ServedAnswer:
    """Give a row of `SERVABLE` in the form that others see."""
    return ServedAnswer(
        answer_id=answer.id,
        topic=answer.topic,
        treatments=tuple(sorted(version.treatments)),
        compared_with=tuple(sorted(version.compared_with)),
        is_general=answer.is_general,
        version=version,
    )

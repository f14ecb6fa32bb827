"""The only SQL that looks up what may be said to a patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from bot.knowledge.models import Answer, AnswerTreatment, AnswerVersion, Topic, Treatment
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


def find_answer(session: Session, *, treatment: str, topic: str, today: dt.date) -> ServedAnswer | None:
    """Give the answer that may be given for a treatment and topic today, or None.

    The treatment's own answer comes before a general one; an answer is never given for a treatment that it
    does not list, and only an approved version whose review is not overdue is served.
    """
    query = servable(today).join(AnswerTreatment).where(Answer.topic == topic, AnswerTreatment.treatment == treatment)
    found = [served_of(answer, version) for answer, version in session.execute(query)]
    found.sort(key=lambda served: (served.is_general, len(served.treatments)))
    return found[0] if found else None


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
    query = servable(today).where(Answer.topic == topic).order_by(Answer.id)
    return [served_of(answer, version) for answer, version in session.execute(query)]


def treatments(session: Session) -> dict[str, Treatment]:
    """Give all treatments by slug, in the clinic's order."""
    return {row.slug: row for row in session.scalars(select(Treatment).order_by(Treatment.position))}


def topics(session: Session) -> dict[str, Topic]:
    """Give all topics by slug, in order."""
    return {row.slug: row for row in session.scalars(select(Topic).order_by(Topic.position))}


def coverage(session: Session, today: dt.date) -> set[tuple[str, str]]:
    """Give every (treatment, topic) for which some answer may be served today."""
    return {
        (row.treatment, answer.topic) for answer, _ in session.execute(servable(today)) for row in answer.treatments
    }


def servable(today: dt.date) -> Select[Answer, AnswerVersion]:
    """Give the query for every answer that may be served today, with the version that is."""
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
        .where(AnswerVersion.version == newest_approved, AnswerVersion.review_due_on >= today)
    )


def served_of(answer: Answer, version: AnswerVersion) -> ServedAnswer:
    """Give a row of `servable` in the form that others see."""
    return ServedAnswer(
        answer_id=answer.id,
        topic=answer.topic,
        treatments=tuple(sorted(row.treatment for row in answer.treatments)),
        compared_with=tuple(sorted(answer.compared_with)),
        is_general=answer.is_general,
        version=version,
    )

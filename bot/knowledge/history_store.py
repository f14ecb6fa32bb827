"""The only SQL on what staff see of answers: all their versions, the steps of their reviews, what is left to staff."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload, load_only, selectinload

from bot.db.engine import utc_now
from bot.errors import NotFoundError
from bot.knowledge.models import Answer, AnswerEvent, AnswerVersion, Fact, NotAnswered, Source


def all_answers(session: Session) -> list[Answer]:
    """Give every answer with all its versions, by id."""
    query = select(Answer).options(selectinload(Answer.versions), selectinload(Answer.treatments)).order_by(Answer.id)
    return list(session.scalars(query))


def answers_by_review(session: Session) -> list[Answer]:
    """Give every answer with what is known of its versions' reviews, without their words, by id."""
    of_versions = selectinload(Answer.versions).options(
        load_only(
            AnswerVersion.version,
            AnswerVersion.status,
            AnswerVersion.sample,
            AnswerVersion.created_at,
            AnswerVersion.review_due_on,
            # What is missing here is read one by one.
            raiseload=True,
        ),
        lazyload(AnswerVersion.citations),
    )
    query = select(Answer).options(load_only(Answer.topic, Answer.owner), of_versions).order_by(Answer.id)
    return list(session.scalars(query))


def get_answer(session: Session, answer_id: str, *, to_change: bool = False) -> Answer:
    """Give an answer with all its versions.

    Args:
        session: The open session.
        answer_id: Which one.
        to_change: Whether others must wait until this session is done.

    Raises:
        NotFoundError: There is none with this id.
    """
    found = session.get(Answer, answer_id, with_for_update=True if to_change else None)
    if found is None:
        raise NotFoundError(f"There is no answer {answer_id}.")
    return found


def get_version(session: Session, answer_id: str, number: int) -> AnswerVersion:
    """Give one version of an answer.

    Raises:
        NotFoundError: There is none with this number.
    """
    query = select(AnswerVersion).where(AnswerVersion.answer_id == answer_id, AnswerVersion.version == number)
    found = session.scalar(query)
    if found is None:
        raise NotFoundError(f"There is no version {number} of {answer_id}.")
    return found


def sources(session: Session) -> list[Source]:
    """Give all sources, by id."""
    return list(session.scalars(select(Source).order_by(Source.id)))


def facts(session: Session, ids: Collection[str] | None = None) -> dict[str, Fact]:
    """Give facts by id, in its order.

    Args:
        session: The open session.
        ids: Those wanted; all if None.
    """
    query = select(Fact).order_by(Fact.id)
    return {fact.id: fact for fact in session.scalars(query if ids is None else query.where(Fact.id.in_(ids)))}


def sources_with_facts(session: Session) -> set[str]:
    """Name the sources of which there are facts."""
    return set(session.scalars(select(Fact.source).distinct()))


def not_answered(session: Session) -> list[NotAnswered]:
    """Give what is left to staff on purpose, by treatment and topic."""
    return list(session.scalars(select(NotAnswered).order_by(NotAnswered.treatment, NotAnswered.topic)))


def add_event(session: Session, answer_id: str, *, version: int, step: str, by: str, note: str = "") -> None:
    """Note a step in the life of an answer."""
    session.add(AnswerEvent(answer_id=answer_id, version=version, step=step, by=by, at=utc_now(), note=note))


def events(session: Session, answer_id: str) -> Sequence[AnswerEvent]:
    """Give the steps in the life of an answer, newest first."""
    query = select(AnswerEvent).where(AnswerEvent.answer_id == answer_id).order_by(AnswerEvent.id.desc())
    return session.scalars(query).all()

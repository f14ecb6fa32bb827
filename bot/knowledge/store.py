"""The only SQL that looks up what may be said to a patient."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Boolean, ColumnElement, Date, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.knowledge.models import Answer, AnswerTreatment, AnswerVersion, Citation, Fact, Source, Topic, Treatment
from bot.knowledge.serving import Rules, ServedAnswer, winner
from bot.vocabulary import ReviewStatus


def _is_in_service(version: type[AnswerVersion]) -> ColumnElement[bool]:
    """As `AnswerVersion.is_in_service` has it."""
    is_sample = and_(version.sample.is_(True), version.status != ReviewStatus.RETIRED.value)
    return or_(version.status == ReviewStatus.APPROVED.value, is_sample)


def _servable() -> Select[Answer, AnswerVersion]:
    newer = aliased(AnswerVersion)
    newest = (
        select(func.max(newer.version))
        .where(newer.answer_id == Answer.id, _is_in_service(newer))
        .correlate(Answer)
        .scalar_subquery()
    )
    return (
        select(Answer, AnswerVersion)
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .where(
            AnswerVersion.version == newest,
            AnswerVersion.review_due_on >= bindparam("today", type_=Date()),
            or_(bindparam("samples", type_=Boolean()), AnswerVersion.sample.is_(False)),
        )
    )


# Made once: putting a statement together takes as long as running it.
SERVABLE = _servable()
"""Every answer that may be served, with the version that is; takes the parameters `today` and `samples`."""
_FOR_TREATMENT = (
    SERVABLE.join(AnswerTreatment)
    # Not by the index on topics: a treatment has some tens of topics, a topic may have hundreds of treatments.
    .where(Answer.topic.concat("") == bindparam("topic"), AnswerTreatment.treatment == bindparam("treatment"))
)
_FOR_TOPIC = SERVABLE.where(Answer.topic == bindparam("topic")).order_by(Answer.id)
_BY_ID = SERVABLE.where(Answer.id == bindparam("answer_id"))
# All that an answer is made of, and its sources, as the columns stand there: what rows say tells whether objects that
# were made of them still hold.
_SAID = [
    column
    for table in (Answer, AnswerVersion, Citation, Source)
    for column in table.__table__.columns
    if column.name not in {"search_heading", "search_body"}
]
AS_ROWS_FOR_TREATMENT, AS_ROWS_FOR_TOPIC = (
    query.outerjoin(Citation, Citation.version_id == AnswerVersion.id)
    .outerjoin(Source, Source.id == Citation.source_id)
    .with_only_columns(*_SAID, maintain_column_froms=True)
    .order_by(None)
    .order_by(Answer.id, Citation.position)
    for query in (_FOR_TREATMENT, _FOR_TOPIC)
)
_TREATMENTS = select(Treatment).order_by(Treatment.position)
_TOPICS = select(Topic).order_by(Topic.position)


def find_answer(session: Session, *, treatment: str, topic: str, rules: Rules) -> ServedAnswer | None:
    """Give the answer that may be given for a treatment and topic, or None."""
    there = answers(session, treatment=treatment, topic=topic, rules=rules)
    return winner(there, treatment=treatment, topic=topic)


def answers(session: Session, *, treatment: str, topic: str, rules: Rules) -> list[ServedAnswer]:
    """Give all answers on a topic that list a treatment and may be served."""
    return _served(session, _FOR_TREATMENT, rules, treatment=treatment, topic=topic)


def answer_by_id(session: Session, answer_id: str, rules: Rules) -> ServedAnswer | None:
    """Give an answer, if it may be served."""
    return next(iter(_served(session, _BY_ID, rules, answer_id=answer_id)), None)


def comparisons(session: Session, *, topic: str, rules: Rules) -> list[ServedAnswer]:
    """Give all comparisons that may be served, by id."""
    return _served(session, _FOR_TOPIC, rules, topic=topic)


def servable(session: Session, rules: Rules) -> list[ServedAnswer]:
    """Give every answer that may be served."""
    return _served(session, SERVABLE, rules)


def treatments(session: Session) -> dict[str, Treatment]:
    """Give all treatments by slug, in the clinic's order."""
    return {row.slug: row for row in session.scalars(_TREATMENTS)}


def topics(session: Session) -> dict[str, Topic]:
    """Give all topics by slug, in order."""
    return {row.slug: row for row in session.scalars(_TOPICS)}


def sources_cited(session: Session, cites: Collection[str]) -> list[Source]:
    """Give the sources behind citations, each an id of a source or of a fact, in the order in which they are cited."""
    of_facts = {fact.id: fact.source for fact in session.scalars(select(Fact).where(Fact.id.in_(cites)))}
    ids = list(dict.fromkeys(of_facts.get(name, name) for name in cites))
    found = {source.id: source for source in session.scalars(select(Source).where(Source.id.in_(ids)))}
    return [found[name] for name in ids if name in found]


def coverage(session: Session, rules: Rules) -> set[tuple[str, str]]:
    """Give every (treatment, topic) for which some answer may be served."""
    return {(treatment, served.topic) for served in servable(session, rules) for treatment in served.treatments}


def _served(session: Session, query: Select[Answer, AnswerVersion], rules: Rules, **values: str) -> list[ServedAnswer]:
    rows = session.execute(query, {"today": rules.today, "samples": rules.samples, **values})
    return [served_of(answer, version) for answer, version in rows]


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

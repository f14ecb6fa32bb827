"""The only SQL on questions that wait to be learned from, on lessons, and on trainings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.conversations.models import Conversation, Message
from bot.conversations.store import StoredMessage
from bot.curation.models import GatheredQuestion, Lesson, Training
from bot.curation.states import LessonStatus, TrainingStatus, WhyGathered
from bot.db.engine import utc_now
from bot.errors import NotFoundError
from bot.knowledge.models import AnswerVersion, Feedback
from bot.vocabulary import Author, Counted, ReviewStatus

_WHY = {
    Counted.ASKED_BACK: WhyGathered.ASKED_BACK,
    Counted.NOT_UNDERSTOOD: WhyGathered.NOT_UNDERSTOOD,
    Counted.NO_ANSWER: WhyGathered.NO_ANSWER,
    Counted.PASSED_ON: WhyGathered.PASSED_ON,
}
_IN_HAND = (LessonStatus.OPEN, LessonStatus.WAITING, LessonStatus.READY, LessonStatus.REFUSED, LessonStatus.UNDONE)


@dataclass(frozen=True, kw_only=True)
class NotHelped:
    """A question as it was asked, with the reply that did not help.

    Attributes:
        name: The patient's name, if the conversation knows it.
    """

    message_id: int
    reply_id: int
    conversation_id: str
    text: str
    topic: str | None
    why: WhyGathered
    asked_at: dt.datetime
    name: str


def new_questions(session: Session, *, limit: int) -> list[NotHelped]:
    """Give questions that were not answered well and are not gathered yet, oldest first.

    What a button says is none: only what patients wrote themselves.
    """
    asked, reply = aliased(Message), aliased(Message)
    known = select(GatheredQuestion.message_id).where(GatheredQuestion.message_id == asked.id)
    query = (
        select(asked, reply, Conversation.patient_name)
        .join(reply, reply.in_reply_to == asked.id)
        .join(Conversation, Conversation.id == asked.conversation_id)
        .outerjoin(Feedback, (Feedback.message_id == reply.id) & Feedback.helpful.is_(False))
        .where(
            asked.author == Author.PATIENT.value,
            asked.in_reply_to.is_(None),
            reply.author == Author.BOT.value,
            or_(reply.counted_as.in_([one.value for one in _WHY]), Feedback.message_id.is_not(None)),
            ~known.exists(),
        )
        .order_by(asked.id, reply.id)
        .limit(limit)
    )
    found: dict[int, NotHelped] = {}
    for message, said, name in session.execute(query):
        counted = Counted(said.counted_as) if said.counted_as else None
        why = _WHY.get(counted, WhyGathered.NOT_HELPED) if counted else WhyGathered.NOT_HELPED
        found.setdefault(
            message.id,
            NotHelped(
                message_id=message.id,
                reply_id=said.id,
                conversation_id=message.conversation_id,
                text=message.text,
                topic=said.topic,
                why=why,
                asked_at=message.created_at,
                name=name or "",
            ),
        )
    return list(found.values())


def add_gathered(session: Session, asked: NotHelped, *, text: str, vector: str) -> None:
    """Put a question aside, redacted."""
    session.add(
        GatheredQuestion(
            message_id=asked.message_id,
            reply_id=asked.reply_id,
            conversation_id=asked.conversation_id,
            why=asked.why.value,
            text=text,
            topic=asked.topic,
            vector=vector,
            asked_at=asked.asked_at,
        )
    )


def note_wrong_topic(session: Session, asked: StoredMessage, reply_id: int, lesson: Lesson) -> None:
    """Note that staff said of a question that it was taken for another topic; it waits for nothing more.

    Args:
        session: The open session.
        asked: The patient's message.
        reply_id: The answer that it got.
        lesson: What was made of it, with the question redacted.
    """
    row = session.get(GatheredQuestion, asked.id)
    if row is None:
        row = GatheredQuestion(
            message_id=asked.id,
            reply_id=reply_id,
            conversation_id=asked.conversation_id,
            text=lesson.question,
            vector="",
            asked_at=asked.created_at,
        )
        session.add(row)
    row.why = WhyGathered.WRONG_TOPIC.value
    row.lesson_id = row.lesson_id or lesson.id
    session.flush()


def waiting_questions(session: Session, *, limit: int) -> list[GatheredQuestion]:
    """Give the questions that belong to no lesson and were not set aside, newest first."""
    query = select(GatheredQuestion).where(
        GatheredQuestion.lesson_id.is_(None), GatheredQuestion.set_aside_by.is_(None)
    )
    return list(session.scalars(query.order_by(GatheredQuestion.message_id.desc()).limit(limit)))


def set_aside(session: Session, message_ids: Collection[int], by: str) -> None:
    """Note that nothing is to be learned from some questions."""
    session.execute(
        update(GatheredQuestion).where(GatheredQuestion.message_id.in_(message_ids)).values(set_aside_by=by)
    )


def give_to_lesson(session: Session, message_ids: Collection[int], lesson_id: int) -> None:
    """Note that some questions belong to a lesson."""
    session.execute(
        update(GatheredQuestion).where(GatheredQuestion.message_id.in_(message_ids)).values(lesson_id=lesson_id)
    )


def gathered(session: Session, message_ids: Collection[int]) -> list[GatheredQuestion]:
    """Give some gathered questions, those that are there."""
    return list(session.scalars(select(GatheredQuestion).where(GatheredQuestion.message_id.in_(message_ids))))


def questions_of(session: Session, lesson_id: int) -> list[str]:
    """Give the gathered questions of a lesson, redacted, oldest first."""
    query = select(GatheredQuestion.text).where(GatheredQuestion.lesson_id == lesson_id)
    return list(session.scalars(query.order_by(GatheredQuestion.message_id)))


def count_of_lessons(session: Session) -> dict[int, int]:
    """Give how many gathered questions each lesson has."""
    query = select(GatheredQuestion.lesson_id, func.count()).where(GatheredQuestion.lesson_id.is_not(None))
    rows = session.execute(query.group_by(GatheredQuestion.lesson_id))
    return {lesson_id: count for lesson_id, count in rows if lesson_id is not None}


def add_lesson(session: Session, lesson: Lesson) -> Lesson:
    """Store a new lesson; it has its number then."""
    session.add(lesson)
    session.flush()
    return lesson


def get_lesson(session: Session, lesson_id: int, *, to_change: bool = False) -> Lesson:
    """Give a lesson.

    Raises:
        NotFoundError: There is none with this number.
    """
    found = session.get(Lesson, lesson_id, with_for_update=True if to_change else None)
    if found is None:
        raise NotFoundError(f"There is no lesson {lesson_id}.")
    return found


def lessons_in_hand(session: Session) -> list[Lesson]:
    """Give the lessons that are not learned and not dropped, oldest first."""
    return _lessons(session, _IN_HAND)


def lessons_with(session: Session, status: LessonStatus) -> list[Lesson]:
    """Give the lessons that stand at one point, oldest first."""
    return _lessons(session, (status,))


def lessons_of(session: Session, training_id: int) -> list[Lesson]:
    """Give the lessons that a training learned or refused, oldest first."""
    return list(session.scalars(select(Lesson).where(Lesson.training_id == training_id).order_by(Lesson.id)))


def _lessons(session: Session, wanted: Sequence[LessonStatus]) -> list[Lesson]:
    query = select(Lesson).where(Lesson.status.in_([status.value for status in wanted]))
    return list(session.scalars(query.order_by(Lesson.id)))


def approved_lessons(session: Session) -> list[Lesson]:
    """Give the lessons that waited for the approval of their answer, and have it."""
    approved = select(AnswerVersion.id).where(
        AnswerVersion.answer_id == Lesson.answer_id,
        AnswerVersion.version >= Lesson.answer_version,
        AnswerVersion.status == ReviewStatus.APPROVED.value,
    )
    query = select(Lesson).where(Lesson.status == LessonStatus.WAITING.value, approved.exists())
    return list(session.scalars(query.order_by(Lesson.id)))


def add_training(session: Session) -> Training:
    """Note that a training begins."""
    training = Training(status=TrainingStatus.RUNNING.value, started_at=utc_now(), figures={}, reasons=[])
    session.add(training)
    session.flush()
    return training


def get_training(session: Session, training_id: int) -> Training:
    """Give a training.

    Raises:
        NotFoundError: There is none with this number.
    """
    found = session.get(Training, training_id)
    if found is None:
        raise NotFoundError(f"There is no training {training_id}.")
    return found


def trainings(session: Session, *, limit: int) -> list[Training]:
    """Give the newest trainings, the last one first."""
    return list(session.scalars(select(Training).order_by(Training.id.desc()).limit(limit)))


def newest_in_service(session: Session) -> list[tuple[int, str]]:
    """Give the newest trainings that were in service, and whether they are: it changes with what is learned."""
    states = (TrainingStatus.LIVE, TrainingStatus.UNDONE)
    query = select(Training.id, Training.status).where(Training.status.in_([state.value for state in states]))
    return [(number, status) for number, status in session.execute(query.order_by(Training.id.desc()).limit(5))]


def trainings_with(session: Session, status: TrainingStatus) -> list[Training]:
    """Give the trainings that stand at one point, newest first."""
    return list(session.scalars(select(Training).where(Training.status == status.value).order_by(Training.id.desc())))

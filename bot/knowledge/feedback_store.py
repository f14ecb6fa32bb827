"""The only SQL on what patients thought of the answers they were given."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.db.engine import utc_now
from bot.knowledge.models import Feedback


def save_feedback(
    session: Session,
    *,
    message_id: int,
    conversation_id: str,
    answer: tuple[str, int],
    helpful: bool,
    reason: str | None,
) -> bool:
    """Store a patient's judgment of one answer; a second one on the same message replaces the first.

    Args:
        session: The open session.
        message_id: The message that gave the answer.
        conversation_id: Whose it is.
        answer: The answer's id and version.
        helpful: Thumbs up or down.
        reason: Why not, if the patient said.

    Returns:
        Whether this message had no thumbs down before and has one now.
    """
    found = session.get(Feedback, message_id)
    was_down = found is not None and not found.helpful
    if found is None:
        found = Feedback(
            message_id=message_id, conversation_id=conversation_id, answer_id=answer[0], answer_version=answer[1]
        )
        session.add(found)
    found.helpful, found.reason = helpful, reason
    found.created_at, found.looked_at, found.looked_at_by = utc_now(), None, None
    session.flush()
    return not helpful and not was_down


def count_downs(session: Session, conversation_id: str) -> int:
    """Give how many answers of a conversation have a thumbs down."""
    query = select(func.count()).where(Feedback.conversation_id == conversation_id, Feedback.helpful.is_(False))
    return session.scalar(query) or 0


def waiting(session: Session) -> Sequence[Feedback]:
    """Give the thumbs down that nobody has looked at, newest first."""
    query = select(Feedback).where(Feedback.helpful.is_(False), Feedback.looked_at.is_(None))
    return session.scalars(query.order_by(Feedback.created_at.desc())).all()


def counts(session: Session) -> dict[str, tuple[int, int]]:
    """Give the thumbs up and down of every answer that has any."""
    query = select(Feedback.answer_id, Feedback.helpful, func.count()).group_by(Feedback.answer_id, Feedback.helpful)
    found: dict[str, tuple[int, int]] = {}
    for answer_id, helpful, count in session.execute(query):
        up, down = found.get(answer_id, (0, 0))
        found[answer_id] = (up + count, down) if helpful else (up, down + count)
    return found


def mark_looked_at(session: Session, answer_id: str, by: str) -> None:
    """Take an answer's thumbs down off the queue."""
    session.execute(
        update(Feedback)
        .where(Feedback.answer_id == answer_id, Feedback.helpful.is_(False), Feedback.looked_at.is_(None))
        .values(looked_at=utc_now(), looked_at_by=by)
    )

"""A draft answer made of what a staff member replied: it cites the clinic's staff; who approves it stands for it."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from bot.curation.models import Lesson
from bot.curation.states import NOT_FOR_US
from bot.errors import ConflictError, NotFoundError
from bot.knowledge import history_store
from bot.knowledge.exchange.versions import entry_of, latest
from bot.knowledge.files.entries import SHORT_WORDS, AnswerEntry, ClaimEntry, ParagraphEntry, ReviewEntry
from bot.vocabulary import INTENT_PREFIX, ReviewStatus

STAFF = "clinic_staff"
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")
_PLACEHOLDER = re.compile(r"\[[a-z ]+\]")


def drafted(session: Session, lesson: Lesson, *, owner: str) -> tuple[AnswerEntry, int]:
    """Give the draft, and the number of the version that it is put on top of (0 for a new answer).

    To an answer that is there the words are added as a paragraph: nothing that was approved is lost.

    Args:
        session: The open session.
        lesson: The lesson, with what is proposed.
        owner: Who is told when the review runs out.

    Raises:
        ConflictError: Something is missing; says what.
    """
    if lesson.intent is None or lesson.intent == NOT_FOR_US:
        raise ConflictError("Choose the topic that the answer is for.")
    if lesson.treatment is None:
        raise ConflictError("Choose the treatment that the answer is for.")
    if not lesson.proposed:
        raise ConflictError("Write the answer first.")
    if _PLACEHOLDER.search(lesson.proposed):
        raise ConflictError(
            "Something personal was taken out of the answer. Write that sentence anew, without the square brackets."
        )
    source = next((one.id for one in history_store.sources(session) if one.kind == STAFF), None)
    if source is None:
        raise ConflictError("The sources have none of the kind clinic_staff, which a reply of staff could cite.")
    topic = lesson.intent.removeprefix(INTENT_PREFIX)
    answer_id = f"{lesson.treatment}.{topic}"
    try:
        newest = latest(history_store.get_answer(session, answer_id))
    except NotFoundError:
        return _new(answer_id, topic, lesson, source, owner), 0
    entry = entry_of(newest)
    added = ParagraphEntry(text=lesson.proposed, cites=(source,))
    review = ReviewEntry(status=ReviewStatus.DRAFT)
    return entry.model_copy(update={"details": (*entry.details, added), "review": review}), newest.version


def _new(answer_id: str, topic: str, lesson: Lesson, source: str, owner: str) -> AnswerEntry:
    short, rest = _parted(lesson.proposed)
    return AnswerEntry(
        id=answer_id,
        topic=topic,
        treatments=(lesson.treatment or "",),
        evidence="clinic_staff",
        short=ClaimEntry(text=short, cites=(source,)),
        details=(ParagraphEntry(text=rest, cites=(source,)),) if rest else (),
        owner=owner,
        review=ReviewEntry(status=ReviewStatus.DRAFT),
    )


def _parted(words: str) -> tuple[str, str]:
    """Part a reply into what is said first, as many whole sentences as may be, and the rest."""
    sentences = [one.strip() for one in _SENTENCE.findall(words) if one.strip()]
    first: list[str] = []
    while sentences and len(" ".join([*first, sentences[0]]).split()) <= SHORT_WORDS:
        first.append(sentences.pop(0))
    if not first:
        raise ConflictError(f"The first sentence has more than {SHORT_WORDS} words. Make it shorter.")
    return " ".join(first), " ".join(sentences)

"""What the assistant may learn: questions that were not answered well, the tasks made of them, and the trainings."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.bootstrap import Services
from bot.curation import store as curation
from bot.curation.gathering import waiting_groups
from bot.curation.models import Lesson, Training
from bot.curation.nearness import MOST
from bot.curation.states import NOT_FOR_US, LessonStatus, TrainingStatus, WhyGathered
from bot.errors import InvalidMessageError
from bot.knowledge import store
from bot.staff import store as staff
from bot.staff.sign_in import SignedIn
from bot.vocabulary import INTENT_PREFIX
from bot.web.dependencies import CheckedMember, Member, ServicesOf
from bot.web.knowledge.frame import answers_frame, editor_of, moment
from bot.web.pages import render

router = APIRouter(prefix="/staff/knowledge/learning", include_in_schema=False)

WHY_LABELS = {
    WhyGathered.ASKED_BACK: "Asked back",
    WhyGathered.NOT_UNDERSTOOD: "Not understood",
    WhyGathered.NO_ANSWER: "No answer",
    WhyGathered.PASSED_ON: "Passed to staff",
    WhyGathered.NOT_HELPED: "Did not help",
    WhyGathered.WRONG_TOPIC: "Not this topic",
}
LESSON_LABELS = {
    LessonStatus.OPEN: "To do",
    LessonStatus.WAITING: "Answer waits for approval",
    LessonStatus.READY: "Waits for training",
    LessonStatus.LEARNED: "Learned",
    LessonStatus.REFUSED: "Turned down",
    LessonStatus.UNDONE: "Undone",
    LessonStatus.DROPPED: "Dropped",
}
TRAINING_LABELS = {
    TrainingStatus.RUNNING: "Under way",
    TrainingStatus.LIVE: "In service",
    TrainingStatus.REFUSED: "Turned down",
    TrainingStatus.FAILED: "Failed",
    TrainingStatus.UNDO_WANTED: "Being undone",
    TrainingStatus.UNDONE: "Undone",
}
SHOWN_TRAININGS = 10
SHOWN_GROUPS = 50


@router.get("")
async def learning_page(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show what may be learned, what is in hand, and what became of it."""
    return render(request, "knowledge/learning.html", await run_sync(_context, services, member))


@router.post("/look")
async def look(services: ServicesOf, member: CheckedMember) -> Response:  # noqa: ARG001  (who is signed in may)
    """Have new questions gathered now."""
    services.trainings.want_gathering()
    return RedirectResponse("/staff/knowledge/learning?looking=1", status_code=303)


@router.post("/groups")
async def take_group(
    services: ServicesOf,
    member: CheckedMember,
    *,
    messages: Annotated[str, Form(max_length=12 * MOST)] = "",
    owner: Annotated[str, Form(max_length=12)] = "",
    then: Annotated[str, Form()] = "",
) -> Response:
    """Make a task of some questions, or set them aside."""
    ids, editor = _ids(messages), editor_of(member)
    if then == "aside":
        await run_sync(services.lessons.set_aside, ids, editor)
        return RedirectResponse("/staff/knowledge/learning", status_code=303)
    owner_id = int(owner) if owner.isascii() and owner.isdigit() else None
    number = await run_sync(partial(services.lessons.from_group, ids, editor, owner_id=owner_id))
    return RedirectResponse(f"/staff/knowledge/lessons/{number}", status_code=303)


@router.post("/trainings/{number}/undo")
async def undo(services: ServicesOf, member: CheckedMember, number: Annotated[int, Path(ge=1, le=10**8)]) -> Response:
    """Have the newest training undone."""
    await run_sync(services.trainings.want_undone, number, editor_of(member))
    return RedirectResponse("/staff/knowledge/learning#trainings", status_code=303)


def _context(services: Services, member: SignedIn) -> dict[str, Any]:
    groups = waiting_groups(services.database)
    with services.database.read() as session:
        lessons = curation.lessons_in_hand(session)
        counts = curation.count_of_lessons(session)
        trainings = curation.trainings(session, limit=SHOWN_TRAININGS)
        live = curation.trainings_with(session, TrainingStatus.LIVE)
        learned = {training.id: curation.lessons_of(session, training.id) for training in trainings}
        titles = {slug: topic.title for slug, topic in store.topics(session).items()}
        people = staff.names(session)
        everybody = staff.all_names(session)
        rows = [lesson_row(lesson, titles, everybody, counts) for lesson in lessons]
        history = [_training_row(one, learned[one.id], services) for one in trainings]
    return {
        **answers_frame(services, member, "learning"),
        "groups": [
            {
                "count": len(group.message_ids),
                "messages": ",".join(map(str, group.message_ids)),
                "samples": group.samples,
                "reasons": [(WHY_LABELS[why], count) for why, count in group.reasons],
                "topic": titles.get(group.topic or "", ""),
            }
            for group in groups[:SHOWN_GROUPS]
        ],
        "more_groups": max(0, len(groups) - SHOWN_GROUPS),
        "questions": sum(len(group.message_ids) for group in groups),
        "lessons": rows,
        "trainings": history,
        "undoable": live[0].id if live else None,
        "people": people,
    }


def lesson_row(
    lesson: Lesson, titles: dict[str, str], people: dict[int, str], counts: dict[int, int]
) -> dict[str, Any]:
    """Give what lists show of a lesson."""
    return {
        "id": lesson.id,
        "question": lesson.question,
        "about": intent_label(lesson.intent, titles),
        "status": lesson.status,
        "label": LESSON_LABELS[LessonStatus(lesson.status)],
        "owner": people.get(lesson.owner_id or 0),
        "count": counts.get(lesson.id, 0),
    }


def intent_label(intent: str | None, titles: dict[str, str]) -> str:
    """Say what a question is about, in words; nothing while nobody has said."""
    if intent is None:
        return ""
    if intent == NOT_FOR_US:
        return "Nothing for the assistant"
    return titles.get(intent.removeprefix(INTENT_PREFIX), intent)


def _training_row(training: Training, lessons: list[Lesson], services: Services) -> dict[str, Any]:
    return {
        "id": training.id,
        "status": training.status,
        "label": TRAINING_LABELS[TrainingStatus(training.status)],
        "at": moment(training.ended_at or training.started_at, services),
        "figures": [{"name": name, **counted} for name, counted in training.figures.items()],
        "reasons": training.reasons,
        "lessons": [(lesson.id, lesson.question) for lesson in lessons],
        "undo_by": training.undo_by,
    }


def _ids(written: str) -> list[int]:
    parts = written.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) < 12 for part in parts):
        raise InvalidMessageError("This form names no questions. Reload the page and try again.")
    return [int(part) for part in parts]

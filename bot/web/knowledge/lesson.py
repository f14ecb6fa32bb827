"""The page of one lesson: the question without personal details, what it is about, and the answer to draft from it."""

from __future__ import annotations

import re
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.bootstrap import Services
from bot.curation import store as curation
from bot.curation.states import NOT_FOR_US, LessonStatus
from bot.errors import ConflictError, RasaUnavailableError
from bot.knowledge import store
from bot.staff import store as staff
from bot.staff.sign_in import SignedIn
from bot.vocabulary import COMPARISON, INTENT_PREFIX, Entities
from bot.web.dependencies import CheckedMember, Member, ServicesOf
from bot.web.knowledge.frame import answers_frame, editor_of
from bot.web.knowledge.learning import intent_label, lesson_row
from bot.web.pages import render

router = APIRouter(prefix="/staff/knowledge/lessons", include_in_schema=False)

Number = Annotated[int, Path(ge=1, le=10**8)]
_PLACEHOLDER = re.compile(r"(\[[a-z ]+\])")


@router.get("/{number}")
async def lesson_page(request: Request, services: ServicesOf, member: Member, number: Number) -> HTMLResponse:
    """Show a lesson."""
    return render(request, "knowledge/lesson.html", await run_sync(_context, services, member, number))


@router.post("/from-reply")
async def from_reply(
    services: ServicesOf,
    member: CheckedMember,
    *,
    conversation: Annotated[str, Form(max_length=64)],
    message: Annotated[int, Form(ge=1, le=2**62)],
) -> Response:
    """Make a lesson of what a staff member replied."""
    editor = editor_of(member)
    number = await run_sync(services.lessons.from_reply, conversation, message, editor)
    await _guess(services, number)
    return RedirectResponse(f"/staff/knowledge/lessons/{number}", status_code=303)


@router.post("/wrong-topic")
async def wrong_topic(
    services: ServicesOf,
    member: CheckedMember,
    *,
    conversation: Annotated[str, Form(max_length=64)],
    message: Annotated[int, Form(ge=1, le=2**62)],
) -> Response:
    """Make a lesson of a question that was taken for another."""
    number = await run_sync(services.lessons.wrong_topic, conversation, message, editor_of(member))
    return RedirectResponse(f"/staff/knowledge/lessons/{number}", status_code=303)


@router.post("/{number}")
async def change(
    request: Request,
    services: ServicesOf,
    member: CheckedMember,
    number: Number,
    *,
    question: Annotated[str, Form(max_length=2000)] = "",
    intent: Annotated[str, Form(max_length=80)] = "",
    treatment: Annotated[str, Form(max_length=60)] = "",
    proposed: Annotated[str, Form(max_length=4000)] = "",
    owner: Annotated[str, Form(max_length=12)] = "",
    then: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Store what was filled in; then draft the answer, have the question learned, or give the lesson up."""
    values = {
        "question": question,
        "intent": intent,
        "treatment": treatment,
        "proposed": proposed,
        "owner_id": int(owner) if owner.isascii() and owner.isdigit() else None,
    }
    try:
        await run_sync(_step, services, member, number, values, then)
    except ConflictError as error:
        context = await run_sync(_context, services, member, number)
        return render(request, "knowledge/lesson.html", {**context, "problem": str(error)}, 409)
    return RedirectResponse(f"/staff/knowledge/lessons/{number}", status_code=303)


def _step(services: Services, member: SignedIn, number: int, values: dict[str, Any], then: str) -> None:
    editor, lessons = editor_of(member), services.lessons
    if then == "drop":
        lessons.drop(number, editor)
        return
    lessons.say(number, editor, values=values)
    if then == "draft":
        lessons.draft(number, editor)
    elif then == "teach":
        lessons.teach(number, editor)


async def _guess(services: Services, number: int) -> None:
    """Put what Rasa takes the question for into the form, where nothing is known; a person looks at it next."""
    with services.database.read() as session:
        lesson = curation.get_lesson(session, number)
        known, question = (lesson.intent, lesson.treatment), lesson.question
    if None not in known:
        return
    try:
        parsed = await services.rasa.understand(question)
    except RasaUnavailableError:
        parsed = {}
    await run_sync(services.lessons.suggest, number, *_likeliest(parsed))


def _likeliest(parsed: dict[str, Any]) -> tuple[str | None, str | None]:
    ranking = [str(one.get("name")) for one in parsed.get("intent_ranking") or ()]
    entities = parsed.get("entities") or ()
    named = [str(one["value"]) for one in entities if one.get("entity") == Entities.TREATMENT]
    intent = next((one for one in ranking if one.startswith(INTENT_PREFIX)), None)
    return intent, named[0] if named else None


def _context(services: Services, member: SignedIn, number: int) -> dict[str, Any]:
    """Gather a lesson with what can be chosen.

    Raises:
        NotFoundError: There is no such lesson.
    """
    with services.database.read() as session:
        lesson = curation.get_lesson(session, number)
        topics, treatments = store.topics(session), store.treatments(session)
        titles = {slug: topic.title for slug, topic in topics.items()}
        samples = curation.questions_of(session, number)
        training = None if lesson.training_id is None else curation.get_training(session, lesson.training_id)
        intents = [(f"{INTENT_PREFIX}{slug}", title) for slug, title in titles.items() if slug != COMPARISON]
        served = None
        if lesson.intent and lesson.treatment and lesson.intent != NOT_FOR_US:
            topic = lesson.intent.removeprefix(INTENT_PREFIX)
            served = store.find_answer(session, treatment=lesson.treatment, topic=topic, rules=services.serving_rules())
        return {
            **answers_frame(services, member, "learning"),
            "lesson": {
                **lesson_row(lesson, titles, staff.all_names(session), {}),
                "intent": lesson.intent or "",
                "treatment": lesson.treatment or "",
                "proposed": lesson.proposed,
                "parts": _PLACEHOLDER.split(lesson.proposed) if _PLACEHOLDER.search(lesson.proposed) else [],
                "answer_id": lesson.answer_id,
                "made_by": lesson.made_by,
                "owner_id": lesson.owner_id,
            },
            "is_settled": lesson.status in {LessonStatus.LEARNED.value, LessonStatus.DROPPED.value},
            "about": intent_label(lesson.intent, titles),
            "samples": samples,
            "served": None
            if served is None
            else {
                "id": served.answer_id,
                "short": services.clinic.fill(served.version.short, services.responses.unset),
            },
            "reasons": [] if training is None else training.reasons,
            "intents": [*intents, (NOT_FOR_US, intent_label(NOT_FOR_US, titles))],
            "treatments": [(slug, row.name) for slug, row in treatments.items() if row.kind != "alternative"],
            "people": staff.names(session),
        }

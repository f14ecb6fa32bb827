"""The pages of one answer: what is served, what waits, every version of it, and the steps of its review."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.errors import ConflictError, NotFoundError
from bot.knowledge import history_store, store
from bot.knowledge.exchange.versions import entry_of, in_service, is_overdue, latest
from bot.knowledge.models import Answer, AnswerVersion
from bot.knowledge.reviewing.diff import field_diffs
from bot.knowledge.reviewing.preview import preview
from bot.knowledge.reviewing.review import Editor, may_approve_topic, samples_for
from bot.knowledge.reviewing.trial import question_changes
from bot.staff.sign_in import SignedIn
from bot.vocabulary import ReviewStatus
from bot.web.dependencies import CheckedMember, Member, ServicesOf
from bot.web.knowledge.answer_row import STATES, answer_row
from bot.web.knowledge.frame import answers_frame, editor_of, moment
from bot.web.pages import render

router = APIRouter(prefix="/staff/knowledge", include_in_schema=False)

AnswerId = Annotated[str, Path(max_length=120, pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]
Number = Annotated[int, Path(ge=1, le=10**8)]

STEPS = {
    "draft": "Saved as a draft",
    "in_review": "Sent to review",
    "sent_back": "Sent back",
    "approved": "Approved",
    "retired": "Retired",
}


@router.get("/answers/{answer_id}")
async def answer(
    request: Request,
    services: ServicesOf,
    member: Member,
    answer_id: AnswerId,
    approved: Annotated[str, Query(max_length=120)] = "",
) -> HTMLResponse:
    """Show an answer: what is served, what waits, its history; and which one was approved on the page before."""
    context = await run_sync(answer_context, services, member, answer_id)
    context["just_approved"] = await run_sync(_just_approved, services, approved) if approved else None
    return render(request, "knowledge/answer.html", context)


@router.get("/answers/{answer_id}/versions/{number}")
async def version(
    request: Request, services: ServicesOf, member: Member, answer_id: AnswerId, number: Number
) -> HTMLResponse:
    """Show one version as patients read it then."""
    context = await run_sync(version_context, services, member, answer_id, number)
    return render(request, "knowledge/version.html", context)


@router.get("/answers/{answer_id}/next")
async def next_sample(services: ServicesOf, member: Member, answer_id: AnswerId) -> Response:
    """Go on to the next answer that nobody has approved yet."""
    return RedirectResponse(await run_sync(_next_sample, services, editor_of(member), answer_id), status_code=303)


@router.post("/answers/{answer_id}/versions/{number}/{step}")
async def take_step(
    services: ServicesOf,
    member: CheckedMember,
    answer_id: AnswerId,
    number: Number,
    step: str,
    *,
    due: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "",
    note: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Submit, approve, send back, retire or restore a version."""
    editor, reviewing = editor_of(member), services.reviewing
    if step == "submit":
        await run_sync(reviewing.submit, answer_id, number, editor)
    elif step == "approve":
        day = _due_date(due)
        if day is None:
            raise ConflictError("Choose the day on which the next review is due.")
        await run_sync(partial(reviewing.approve, answer_id, number, editor, due=day))
        if then == "next":
            address = await run_sync(_next_sample, services, editor, answer_id)
            told = urlencode({"approved": answer_id})
            return RedirectResponse(f"{address}{'&' if '?' in address else '?'}{told}", status_code=303)
    elif step == "send-back":
        await run_sync(reviewing.send_back, answer_id, number, editor, note)
    elif step == "retire":
        await run_sync(reviewing.retire, answer_id, editor, note)
    elif step == "restore":
        await run_sync(reviewing.restore, answer_id, number, editor)
    else:
        raise ConflictError("There is no such step.")
    return RedirectResponse(f"/staff/knowledge/answers/{answer_id}", status_code=303)


def _next_sample(services: Services, editor: Editor, answer_id: str) -> str:
    """Give the address of the next answer that nobody has approved yet; of the list of answers if there is none."""
    with services.database.read() as session:
        found = samples_for(session, editor)
    after = [sample for sample in found if sample > answer_id] + [sample for sample in found if sample < answer_id]
    return f"/staff/knowledge/answers/{after[0]}" if after else "/staff/knowledge?state=sample"


def _just_approved(services: Services, answer_id: str) -> dict[str, str] | None:
    """Give what an answer is called that somebody has just approved; None if no approval of it stands."""
    with services.database.read() as session:
        try:
            row = history_store.get_answer(session, answer_id)
        except NotFoundError:
            return None
        served = in_service(row)
        if served is None or served.sample:
            return None
        known = store.treatments(session)
        names = [known[each.treatment].short_name for each in row.treatments if each.treatment in known]
        return {"id": row.id, "title": store.topics(session)[row.topic].title, "treatments": ", ".join(names)}


def answer_context(services: Services, member: SignedIn, answer_id: str) -> dict[str, Any]:
    """Gather one answer: what is served, what waits, and every step of its life.

    Raises:
        NotFoundError: There is no such answer.
    """
    today = services.clinic.today()
    context = answers_frame(services, member, "list")
    with services.database.read() as session:
        answer = history_store.get_answer(session, answer_id)
        topics = store.topics(session)
        titles = {slug: topic.title for slug, topic in topics.items()}
        editor = context["editor"]
        served, newest = in_service(answer), latest(answer)
        waiting = newest if served is None or newest.version > served.version else None
        is_pending = waiting is not None and waiting.is_draft
        return {
            **context,
            "answer": answer_row(answer, titles, today),
            "served": None if served is None else _version_view(session, services, served),
            "served_is_overdue": served is not None and is_overdue(served, today),
            "waiting": _version_view(session, services, waiting) if waiting is not None and is_pending else None,
            "diff": field_diffs(None if served is None else entry_of(served), entry_of(waiting))
            if waiting is not None and is_pending
            else [],
            "changes": question_changes(session, entry_of(waiting), services.serving_rules())
            if waiting is not None and is_pending
            else [],
            "newest": newest.version,
            "is_retired": newest.status == ReviewStatus.RETIRED.value,
            "may_approve_this": services.reviewing.may_approve(answer, editor),
            "needs_clinician": not may_approve_topic(topics[answer.topic], editor),
            "samples_left": len(samples_for(session, editor)) if served is newest and newest.sample else 0,
            "due": (today + dt.timedelta(days=365)).isoformat(),
            "events": [_event_view(event, services) for event in history_store.events(session, answer_id)],
            "versions": _history(answer, services),
        }


def version_context(services: Services, member: SignedIn, answer_id: str, number: int) -> dict[str, Any]:
    """Gather one version as it was, and what it changed.

    Raises:
        NotFoundError: There is no such version.
    """
    with services.database.read() as session:
        version = history_store.get_version(session, answer_id, number)
        answer = version.answer
        before = next((one for one in reversed(answer.versions) if one.version < number), None)
        return {
            **answers_frame(services, member, "list"),
            "answer_id": answer_id,
            "version": _version_view(session, services, version),
            "diff": field_diffs(None if before is None else entry_of(before), entry_of(version)),
            "before": None if before is None else before.version,
            "newest": latest(answer).version,
        }


def _version_view(session: Session, services: Services, version: AnswerVersion) -> dict[str, Any]:
    entry = entry_of(version)
    return {
        "number": version.version,
        "status": version.status,
        "written_by": version.written_by,
        "written_at": moment(version.created_at, services),
        "reviewed_by": version.reviewed_by,
        "reviewed_on": version.reviewed_on,
        "due": version.review_due_on,
        "sample": version.sample,
        "owner": version.owner,
        "treatments": version.treatments,
        "preview": preview(session, entry, services.clinic, services.responses.unset),
    }


def _history(answer: Answer, services: Services) -> list[dict[str, Any]]:
    return [
        {
            "number": version.version,
            "status": STATES.get(version.status, version.status.replace("_", " ").capitalize()),
            "written_by": version.written_by,
            "written_at": moment(version.created_at, services),
            "reviewed_by": version.reviewed_by,
            "reviewed_on": version.reviewed_on,
        }
        for version in reversed(answer.versions)
    ]


def _event_view(event: Any, services: Services) -> dict[str, Any]:
    return {
        "step": STEPS.get(event.step, event.step),
        "version": event.version,
        "by": event.by,
        "at": moment(event.at, services),
        "note": event.note,
    }


def _due_date(raw: str) -> dt.date | None:
    """Read the day until which an approval lasts; None if it is none."""
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        return None

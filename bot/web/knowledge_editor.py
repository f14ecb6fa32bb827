"""The pages on answers in the staff console: list, coverage, editor with preview, review, history."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.errors import ConflictError, NotFoundError, PermissionDeniedError, RasaUnavailableError
from bot.knowledge import feedback_store, history_store, store
from bot.knowledge.entries import AnswerEntry
from bot.knowledge.trial import in_force, served_for, with_draft
from bot.knowledge.versions import Names, entry_of, latest
from bot.vocabulary import INTENT_PREFIX
from bot.web.conversations import ServicesOf
from bot.web.knowledge_form import AnswerForm, ReadForm, form_from, read_form
from bot.web.knowledge_views import (
    answer_context,
    care_context,
    conflict_context,
    coverage_context,
    due_date,
    edit_context,
    editor_of,
    feedback_context,
    list_context,
    newest_form,
    preview_of,
    version_context,
)
from bot.web.pages import render, templates
from bot.web.staff_sign_in import CheckedMember, Member

router = APIRouter(prefix="/staff/knowledge", include_in_schema=False)

AnswerId = Annotated[str, Path(max_length=120, pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]
Number = Annotated[int, Path(ge=1, le=10**8)]


@router.get("")
async def answers(
    request: Request,
    services: ServicesOf,
    member: Member,
    *,
    state: str = "",
    treatment: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Show the list of answers."""
    context = await run_sync(partial(list_context, services, member, state=state, treatment=treatment, words=q.strip()))
    return render(request, "staff/knowledge/list.html", context)


@router.get("/coverage")
async def coverage_page(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show topics by treatments."""
    return render(request, "staff/knowledge/coverage.html", await run_sync(coverage_context, services, member))


@router.get("/care")
async def care_page(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show what needs its owner."""
    return render(request, "staff/knowledge/care.html", await run_sync(care_context, services, member))


@router.get("/feedback")
async def feedback_page(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show which answers patients were not helped by."""
    return render(request, "staff/knowledge/feedback.html", await run_sync(feedback_context, services, member))


@router.post("/answers/{answer_id}/feedback")
async def looked_at(services: ServicesOf, member: CheckedMember, answer_id: AnswerId) -> Response:
    """Take an answer's thumbs down off the queue."""

    def mark() -> None:
        with services.database.write() as session:
            feedback_store.mark_looked_at(session, answer_id, member.name)

    await run_sync(mark)
    return RedirectResponse("/staff/knowledge/feedback", status_code=303)


@router.get("/new")
async def new(request: Request, services: ServicesOf, member: Member, treatment: str = "", topic: str = "") -> Response:
    """Show the editor for an answer that is not there yet."""
    _require_writer(member)
    form = AnswerForm(topic=topic, home=treatment, treatments=(treatment,) if treatment else (), owner=member.name)
    return render(request, "staff/knowledge/edit.html", await run_sync(edit_context, services, member, form))


@router.post("/preview")
async def show_preview(request: Request, services: ServicesOf, _member: CheckedMember) -> JSONResponse:
    """Give the preview of what stands in the form, and the remarks for each field."""
    read = await _read(request, services)
    if read.entry is None:
        return JSONResponse({"html": "", "remarks": _problem_remarks(read)})
    found = await run_sync(preview_of, services, read.entry)
    html = templates.get_template("staff/knowledge/_preview.html").render(preview=found)
    remarks: dict[str, list[dict[str, Any]]] = {
        f"paragraph-{place}": [{"text": remark.text, "bars": remark.bars} for remark in part]
        for place, part in enumerate(found.remarks)
    }
    return JSONResponse({"html": html, "remarks": remarks})


@router.post("/try")
async def try_question(request: Request, services: ServicesOf, _member: CheckedMember) -> JSONResponse:
    """Say which answer a typed question would get if the draft in the form were approved."""
    form = await request.form()
    question = " ".join(str(form.get("question", "")).split())[:500]
    read = await _read(request, services)
    if not question or read.entry is None:
        return JSONResponse({"lines": ["Type a question, and complete the answer first."]})
    try:
        understood = await services.rasa.understand(question)
    except RasaUnavailableError:
        return JSONResponse({"lines": ["The assistant is not running, so questions cannot be tried now."]})
    asked = understood.get("questions") or [
        {"intent": (understood.get("intent") or {}).get("name"), "treatments": _treatments(understood)}
    ]
    lines = await run_sync(_would_serve, services, read.entry, asked)
    return JSONResponse({"lines": lines})


@router.get("/answers/{answer_id}")
async def answer(request: Request, services: ServicesOf, member: Member, answer_id: AnswerId) -> HTMLResponse:
    """Show an answer: what is served, what waits, its history."""
    context = await run_sync(answer_context, services, member, answer_id)
    return render(request, "staff/knowledge/answer.html", context)


@router.get("/answers/{answer_id}/edit")
async def edit(request: Request, services: ServicesOf, member: Member, answer_id: AnswerId) -> HTMLResponse:
    """Show the editor with an answer's newest words."""
    _require_writer(member)
    form = await run_sync(newest_form, services, answer_id)
    return render(request, "staff/knowledge/edit.html", await run_sync(edit_context, services, member, form))


@router.get("/answers/{answer_id}/versions/{number}")
async def version(
    request: Request, services: ServicesOf, member: Member, answer_id: AnswerId, number: Number
) -> HTMLResponse:
    """Show one version as patients read it then."""
    context = await run_sync(version_context, services, member, answer_id, number)
    return render(request, "staff/knowledge/version.html", context)


@router.post("/save")
async def save(request: Request, services: ServicesOf, member: CheckedMember) -> Response:
    """Store the form as a draft; with `submit` also ask for its approval."""
    data = await request.form()
    editor = editor_of(member)
    form = form_from(data, await run_sync(_listed, services, str(data.get("id", ""))))
    read = read_form(form)
    if read.entry is None:
        context = await run_sync(partial(edit_context, services, member, form, problems=dict(read.problems)))
        return render(request, "staff/knowledge/edit.html", context, 422)
    entry = read.entry
    try:
        number = await run_sync(partial(services.reviewing.save, entry, base=form.base, editor=editor, note=form.note))
    except ConflictError as error:
        return await _not_saved(request, services=services, member=member, form=form, read=read, error=error)
    if "submit" in data:
        await run_sync(services.reviewing.submit, entry.id, number, editor)
    return _to(entry.id)


@router.post("/answers/{answer_id}/versions/{number}/{step}")
async def take_step(
    services: ServicesOf,
    member: CheckedMember,
    answer_id: AnswerId,
    number: Number,
    step: str,
    *,
    due: Annotated[str, Form()] = "",
    note: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Submit, approve, send back, retire or restore a version."""
    editor, reviewing = editor_of(member), services.reviewing
    if step == "submit":
        await run_sync(reviewing.submit, answer_id, number, editor)
    elif step == "approve":
        day = due_date(due)
        if day is None:
            raise ConflictError("Choose the day on which the next review is due.")
        await run_sync(partial(reviewing.approve, answer_id, number, editor, due=day))
    elif step == "send-back":
        await run_sync(reviewing.send_back, answer_id, number, editor, note)
    elif step == "retire":
        await run_sync(reviewing.retire, answer_id, editor, note)
    elif step == "restore":
        await run_sync(reviewing.restore, answer_id, number, editor)
    else:
        raise ConflictError("There is no such step.")
    return _to(answer_id)


async def _not_saved(
    request: Request, *, services: ServicesOf, member: Member, form: AnswerForm, read: ReadForm, error: ConflictError
) -> Response:
    """Show the form again with everything in it, and what stood in the way."""
    context: dict[str, Any] = {"problem": str(error)}
    if form.base and read.entry is not None:
        newest = await run_sync(newest_form, services, form.id)
        if newest.base != form.base:
            context["conflict"] = await run_sync(conflict_context, services, form.id, form, read.entry)
            form = AnswerForm(**{**form.__dict__, "base": newest.base})
    context = {**await run_sync(edit_context, services, member, form), **context}
    return render(request, "staff/knowledge/edit.html", context, 409)


async def _read(request: Request, services: ServicesOf) -> ReadForm:
    data = await request.form()
    listed = await run_sync(_listed, services, str(data.get("id", "")))
    return read_form(form_from(data, listed))


def _listed(services: ServicesOf, answer_id: str) -> Any:
    """Give the conditions that an answer's newest version lists; the form does not show them."""
    with services.database.read() as session:
        try:
            return entry_of(latest(history_store.get_answer(session, answer_id))).listed
        except NotFoundError:
            # A new answer.
            return None


def _would_serve(services: ServicesOf, entry: AnswerEntry, asked: list[dict[str, Any]]) -> list[str]:
    lines = []
    with services.database.read() as session:
        names = Names(topics=store.topics(session), treatments=store.treatments(session))
        serving = with_draft(in_force(session, services.clinic.today()), entry, names)
        for question in asked:
            topic = str(question.get("intent") or "").removeprefix(INTENT_PREFIX)
            treatments = question.get("treatments") or [services.clinic.main_treatment]
            if topic not in names.topics:
                lines.append("This is not understood as a question about a topic.")
                continue
            for slug in treatments:
                found = served_for(serving, treatment=str(slug), topic=topic)
                about = f"{names.topics[topic].title}, {names.treatments[slug].short_name}"
                if found is None:
                    lines.append(f"{about}: no answer; the patient is offered a person.")
                elif found.answer_id == entry.id:
                    lines.append(f"{about}: this draft, {found.answer_id}.")
                else:
                    lines.append(f"{about}: another answer, {found.answer_id}.")
    return lines


def _treatments(understood: dict[str, Any]) -> list[str]:
    found = understood.get("entities") or []
    return [str(item["value"]) for item in found if item.get("entity") == "treatment"]


def _problem_remarks(read: ReadForm) -> dict[str, list[dict[str, Any]]]:
    return {name: [{"text": problem, "bars": True} for problem in problems] for name, problems in read.problems.items()}


def _require_writer(member: Member) -> None:
    if not editor_of(member).may_write:
        raise PermissionDeniedError("Your role may read answers but not change them.")


def _to(answer_id: str) -> Response:
    return RedirectResponse(f"/staff/knowledge/answers/{answer_id}", status_code=303)

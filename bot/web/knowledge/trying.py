"""Trying a draft before it is saved: how it would look, and which questions it would answer."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.bootstrap import Services
from bot.errors import RasaUnavailableError
from bot.knowledge import store
from bot.knowledge.exchange.versions import Names
from bot.knowledge.files.entries import AnswerEntry
from bot.knowledge.reviewing.preview import Preview, preview
from bot.knowledge.reviewing.trial import with_draft
from bot.knowledge.serving import winner
from bot.vocabulary import INTENT_PREFIX
from bot.web.dependencies import CheckedMember, ServicesOf
from bot.web.knowledge.editor import sent_form
from bot.web.knowledge.form import ReadForm, read_form
from bot.web.pages import templates

router = APIRouter(prefix="/staff/knowledge", include_in_schema=False)


@router.post("/preview")
async def show_preview(request: Request, services: ServicesOf, _member: CheckedMember) -> JSONResponse:
    """Give the preview of what stands in the form, and the remarks for each field."""
    read = read_form(await sent_form(request, services))
    if read.entry is None:
        return JSONResponse({"html": "", "remarks": _problem_remarks(read)})
    found = await run_sync(_preview_of, services, read.entry)
    html = templates.get_template("knowledge/_preview.html").render(preview=found)
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
    read = read_form(await sent_form(request, services))
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


def _preview_of(services: Services, entry: AnswerEntry) -> Preview:
    """Show a draft as it would be served."""
    with services.database.read() as session:
        return preview(session, entry, services.clinic, services.responses.unset)


def _would_serve(services: Services, entry: AnswerEntry, asked: list[dict[str, Any]]) -> list[str]:
    lines = []
    with services.database.read() as session:
        names = Names(topics=store.topics(session), treatments=store.treatments(session))
        serving = with_draft(store.servable(session, services.serving_rules()), entry, names)
        for question in asked:
            topic = str(question.get("intent") or "").removeprefix(INTENT_PREFIX)
            treatments = question.get("treatments") or [services.clinic.main_treatment]
            if topic not in names.topics:
                lines.append("This is not understood as a question about a topic.")
                continue
            for slug in treatments:
                found = winner(serving, treatment=str(slug), topic=topic)
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

"""The page on which administrators change what the clinic says of itself, with its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.bootstrap import Services
from bot.clinic_settings.values import CHANGED_HERE, BadValuesError
from bot.errors import ConflictError, NotFoundError
from bot.knowledge import store as knowledge
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import ServicesOf, actor_of, reader_who_may, writer_who_may
from bot.web.pages import console_frame, render
from bot.web.staff.clinic import form as clinic_form
from bot.web.staff.times import ago, exact
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff", include_in_schema=False)

ClinicReader = Annotated[SignedIn, Depends(reader_who_may(Permission.CHANGE_CLINIC))]
ClinicWriter = Annotated[SignedIn, Depends(writer_who_may(Permission.CHANGE_CLINIC))]
ChangeId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/clinic")
async def clinic(request: Request, services: ServicesOf, member: ClinicReader, saved: str = "") -> HTMLResponse:
    """Show the clinic's values as a form, and their history."""
    notice = {"yes": "Saved. Patients get it from now on.", "no": "Nothing was different, so nothing was changed."}
    context = await run_sync(_context, services, member)
    return render(request, "staff/clinic.html", {**context, "notice": notice.get(saved)})


@router.post("/clinic", response_model=None)
async def change(request: Request, services: ServicesOf, member: ClinicWriter) -> Response:
    """Change what was changed in the form."""
    values, seen, problems = clinic_form.read_form(await request.form())
    context = await run_sync(_context, services, member)
    if not set(values["first_questions"]) <= {one for group in context["questions"].values() for one in group}:
        problems["first_questions"] = "holds one that is not in the list"
    if not problems:
        try:
            changed = await run_sync(lambda: services.clinic_settings.change(values, seen=seen, by=actor_of(member)))
        except BadValuesError as error:
            problems = error.problems
            # Whoever saves again after they were told of somebody else's change has seen it.
            seen |= {name: value for name, value in clinic_form.now(services.clinic).items() if name in problems}
        else:
            return RedirectResponse(f"/staff/clinic?saved={'yes' if changed else 'no'}", status_code=303)
    context |= {"form": clinic_form.shown(values), "seen": json.dumps(seen), "problems": problems}
    return render(request, "staff/clinic.html", context, 422)


@router.post("/clinic/changes/{change_id}/undo", response_model=None)
async def undo(request: Request, services: ServicesOf, member: ClinicWriter, change_id: ChangeId) -> Response:
    """Put the value before a change back."""
    try:
        await run_sync(services.clinic_settings.undo, change_id, actor_of(member))
    except ConflictError as error:
        context = await run_sync(_context, services, member)
        return render(request, "staff/clinic.html", {**context, "problem": str(error)}, 409)
    return RedirectResponse("/staff/clinic?saved=yes#history", status_code=303)


@router.post("/clinic/decide", response_model=None)
async def decide(
    services: ServicesOf,
    member: ClinicWriter,
    *,
    name: Annotated[str, Form(max_length=40)],
    take: Annotated[str, Form(max_length=10)],
) -> Response:
    """Settle of a value which of clinic.yml and the console holds."""
    if name not in CHANGED_HERE or take not in {"file", "console"}:
        raise NotFoundError("There is nothing to decide here.")
    await run_sync(lambda: services.clinic_settings.decide(name, take_file=take == "file", by=actor_of(member)))
    return RedirectResponse("/staff/clinic?saved=yes", status_code=303)


def _context(services: Services, member: SignedIn) -> dict[str, Any]:
    services.clinic_settings.refresh()
    settings, values = services.clinic_settings, clinic_form.now(services.clinic)
    with services.database.read() as session:
        topics = {slug: topic.title for slug, topic in knowledge.topics(session).items()}
        names = {slug: treatment.short_name for slug, treatment in knowledge.treatments(session).items()}
    offered = {slug: names.get(slug, slug) for slug in services.clinic.treatments}
    questions = clinic_form.first_questions(topics, offered, values["first_questions"])
    titles = {question: words for group in questions.values() for question, words in group.items()}
    changed = settings.changed_here()
    return {
        **console_frame(services.clinic, member),
        "labels": clinic_form.LABELS,
        "form": clinic_form.shown(values),
        "seen": json.dumps(values),
        "questions": questions,
        "longest": clinic_form.LONGEST,
        "in_file": {name: clinic_form.in_words(name, settings.as_in_file(name), titles) for name in changed},
        "conflicts": [
            {
                "name": found.name,
                "here": clinic_form.in_words(found.name, found.here, titles),
                "in_file": clinic_form.in_words(found.name, found.in_file, titles),
                "problem": found.problem,
                "by": found.by,
                "when": exact(found.at, ZoneInfo(services.clinic.timezone)),
            }
            for found in settings.conflicts()
        ],
        "history": _history(services, titles),
        "problems": {},
    }


def _history(services: Services, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    zone = ZoneInfo(services.clinic.timezone)
    shown = []
    for change in services.clinic_settings.history():
        before, after = clinic_form.changes_in_words(change.name, change.before, change.after, titles)
        shown.append(
            {
                "id": change.id,
                "label": clinic_form.LABELS.get(change.name, change.name),
                "before": before,
                "after": after,
                "decided": change.before == change.after,
                "by": change.by,
                "ago": ago(change.at),
                "when": exact(change.at, zone),
                "undoable": change.undoable,
            }
        )
    return shown

"""The editor of an answer: the form, saving it as a draft, and what stands in the way of that."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.bootstrap import Services
from bot.errors import ConflictError, NotFoundError, PermissionDeniedError
from bot.knowledge import history_store, store
from bot.knowledge.exchange.versions import entry_of, latest
from bot.knowledge.files.entries import DRAWING_NAMES, SOURCE_KINDS, AnswerEntry, ListedEntry
from bot.knowledge.reviewing.diff import field_diffs
from bot.staff.sign_in import SignedIn
from bot.vocabulary import COMPARISON, CONDITIONS_TREATED
from bot.web.dependencies import CheckedMember, Member, ServicesOf
from bot.web.knowledge.answer import AnswerId
from bot.web.knowledge.form import AnswerForm, Paragraph, ReadForm, form_from, form_of, read_form
from bot.web.knowledge.frame import answers_frame, editor_of
from bot.web.pages import render
from bot.words import source_kind

router = APIRouter(prefix="/staff/knowledge", include_in_schema=False)


@router.get("/new")
async def new(request: Request, services: ServicesOf, member: Member, treatment: str = "", topic: str = "") -> Response:
    """Show the editor for an answer that is not there yet."""
    _require_writer(member)
    form = AnswerForm(topic=topic, home=treatment, treatments=(treatment,) if treatment else (), owner=member.name)
    return render(request, "knowledge/edit.html", await run_sync(_edit_context, services, member, form))


@router.get("/answers/{answer_id}/edit")
async def edit(request: Request, services: ServicesOf, member: Member, answer_id: AnswerId) -> HTMLResponse:
    """Show the editor with an answer's newest words."""
    _require_writer(member)
    form = await run_sync(_newest_form, services, answer_id)
    return render(request, "knowledge/edit.html", await run_sync(_edit_context, services, member, form))


@router.post("/save")
async def save(request: Request, services: ServicesOf, member: CheckedMember) -> Response:
    """Store the form as a draft; with `submit` also ask for its approval."""
    data = await request.form()
    editor = editor_of(member)
    form = await sent_form(request, services)
    read = read_form(form)
    if read.entry is None:
        context = await run_sync(partial(_edit_context, services, member, form, problems=dict(read.problems)))
        return render(request, "knowledge/edit.html", context, 422)
    entry = read.entry
    try:
        number = await run_sync(partial(services.reviewing.save, entry, base=form.base, editor=editor, note=form.note))
    except ConflictError as error:
        return await _not_saved(request, services=services, member=member, form=form, read=read, error=error)
    if "submit" in data:
        await run_sync(services.reviewing.submit, entry.id, number, editor)
    return RedirectResponse(f"/staff/knowledge/answers/{entry.id}", status_code=303)


async def sent_form(request: Request, services: Services) -> AnswerForm:
    """Read the form that a browser sent."""
    data = await request.form()
    form = form_from(data, await run_sync(_listed, services, str(data.get("id", ""))))
    return await run_sync(_with_sources, services, form)


def _with_sources(services: Services, form: AnswerForm) -> AnswerForm:
    """Cite the sources of the facts that paragraphs name; a source that has facts is cited by them alone."""
    with services.database.read() as session:
        facts = history_store.facts(session, {name for part in form.paragraphs for name in part.facts})
        of_facts = history_store.sources_with_facts(session)

    def cited(part: Paragraph) -> Paragraph:
        shown = [facts[name].source for name in part.facts if name in facts]
        kept = [source for source in part.cites if source in shown or source not in of_facts]
        return replace(part, cites=tuple(dict.fromkeys((*kept, *shown))))

    return replace(form, paragraphs=tuple(map(cited, form.paragraphs)), sms=cited(form.sms))


async def _not_saved(
    request: Request, *, services: ServicesOf, member: Member, form: AnswerForm, read: ReadForm, error: ConflictError
) -> Response:
    """Show the form again with everything in it, and what stood in the way."""
    context: dict[str, Any] = {"problem": str(error)}
    if form.base and read.entry is not None:
        newest = await run_sync(_newest_form, services, form.id)
        if newest.base != form.base:
            context["conflict"] = await run_sync(_conflict_context, services, form.id, form, read.entry)
            form = AnswerForm(**{**form.__dict__, "base": newest.base})
    context = {**await run_sync(_edit_context, services, member, form), **context}
    return render(request, "knowledge/edit.html", context, 409)


def _listed(services: Services, answer_id: str) -> tuple[ListedEntry, ...] | None:
    """Give the conditions that an answer's newest version lists; the form does not show them."""
    with services.database.read() as session:
        try:
            return entry_of(latest(history_store.get_answer(session, answer_id))).listed
        except NotFoundError:
            # A new answer.
            return None


def _edit_context(
    services: Services, member: SignedIn, form: AnswerForm, *, problems: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """Gather the editor around a form."""
    with services.database.read() as session:
        topics, treatments = store.topics(session), store.treatments(session)
        sources = history_store.sources(session)
        of_facts = history_store.sources_with_facts(session)
    # Sources with facts are cited by the numbers of those; hundreds of boxes for each paragraph help nobody.
    chosen = {source for part in (*form.paragraphs, form.sms) for source in part.cites}
    offered = [row for row in sources if row.id in chosen or row.id not in of_facts]
    return {
        **answers_frame(services, member, "list"),
        "form": form,
        "is_new": form.base == 0,
        "problems": problems or {},
        "topics": topics,
        "about": treatments,
        "source_items": [(row.id, f"{row.title} ({source_kind(row.kind)})") for row in offered],
        "has_facts": bool(of_facts),
        "has_findings": form.topic == CONDITIONS_TREATED,
        "drawing_names": DRAWING_NAMES,
        "topic_items": [(row.slug, row.title) for row in topics.values()],
        "alternative_items": [(row.slug, row.name) for row in treatments.values() if row.kind == "alternative"],
        "kinds": {kind: source_kind(kind) for kind in SOURCE_KINDS},
        "comparison": COMPARISON,
    }


def _conflict_context(services: Services, answer_id: str, form: AnswerForm, mine: AnswerEntry) -> dict[str, Any]:
    """Gather what two people wrote at once: theirs against what both began with, and mine against theirs."""
    with services.database.read() as session:
        answer = history_store.get_answer(session, answer_id)
        theirs = latest(answer)
        base = history_store.get_version(session, answer_id, form.base)
        return {
            "theirs": theirs.version,
            "theirs_by": theirs.written_by,
            "their_changes": field_diffs(entry_of(base), entry_of(theirs)),
            "my_changes": field_diffs(entry_of(theirs), mine),
        }


def _newest_form(services: Services, answer_id: str) -> AnswerForm:
    """Put an answer's newest words into a form.

    Raises:
        NotFoundError: There is no such answer.
    """
    with services.database.read() as session:
        newest = latest(history_store.get_answer(session, answer_id))
        return form_of(entry_of(newest), newest.version)


def _require_writer(member: Member) -> None:
    if not editor_of(member).may_write:
        raise PermissionDeniedError("Your role may read answers but not change them.")

"""The list of answers, by state, treatment and words."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from bot.bootstrap import Services
from bot.knowledge import history_store, store
from bot.knowledge.answering.search import search
from bot.knowledge.reviewing.review import samples_for
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import Member, ServicesOf
from bot.web.knowledge.answer_row import STATES, answer_row
from bot.web.knowledge.frame import answers_frame
from bot.web.pages import render

router = APIRouter(prefix="/staff/knowledge", include_in_schema=False)


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
    return render(request, "knowledge/list.html", context)


def list_context(services: Services, member: SignedIn, *, state: str, treatment: str, words: str) -> dict[str, Any]:
    """Gather the list of answers.

    Args:
        services: The stores.
        member: Who is looking.
        state: One of `STATES`, or empty for all.
        treatment: The slug of a treatment, or empty for all.
        words: Words to look for in answers in service, or empty.
    """
    today = services.clinic.today()
    frame = answers_frame(services, member, "list")
    with services.database.read() as session:
        titles = {slug: topic.title for slug, topic in store.topics(session).items()}
        treatments = store.treatments(session)
        answers = history_store.all_answers(session)
        if words:
            # Samples too, which production does not serve: they are there to be reviewed.
            rules = replace(services.serving_rules(), samples=True)
            place = {hit.answer_id: n for n, hit in enumerate(search(session, words, rules, limit=200))}
            answers = sorted((one for one in answers if one.id in place), key=lambda one: place[one.id])
        # As patients read it, with the clinic's own phone and hours in it.
        said = partial(services.clinic.fill, unset=services.responses.unset)
        rows = [row | {"short": said(row["short"])} for row in (answer_row(one, titles, today) for one in answers)]
        to_approve = samples_for(session, frame["editor"]) if frame["editor"].may_approve else []
    return {
        **frame,
        "to_approve": to_approve,
        "rows": [
            row
            for row in rows
            if (not state or state in row["states"]) and (not treatment or treatment in row["treatments"])
        ],
        "total": len(rows),
        "states": STATES,
        "treatments": {slug: row.name for slug, row in treatments.items()},
        "names": {slug: row.short_name for slug, row in treatments.items()},
        "chosen": {"state": state, "treatment": treatment, "q": words},
    }

"""The page of answers that need their owner."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.bootstrap import Services
from bot.knowledge import store
from bot.knowledge.reviewing import upkeep
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import Member, ServicesOf
from bot.web.knowledge.frame import answers_frame
from bot.web.pages import render

router = APIRouter(prefix="/staff/knowledge", include_in_schema=False)


@router.get("/care")
async def care_page(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show what needs its owner."""
    return render(request, "knowledge/care.html", await run_sync(care_context, services, member))


def care_context(services: Services, member: SignedIn) -> dict[str, Any]:
    """Gather what needs its owner."""
    with services.database.read() as session:
        items = upkeep.stale(session, services.clinic.today(), ZoneInfo(services.clinic.timezone))
        titles = {slug: topic.title for slug, topic in store.topics(session).items()}
    return {**answers_frame(services, member, "care"), "items": items, "titles": titles}

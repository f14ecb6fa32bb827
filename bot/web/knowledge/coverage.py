"""The page that shows topics by treatments: what is answered, and what is not."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.bootstrap import Services
from bot.knowledge.reviewing import coverage
from bot.knowledge.reviewing.coverage import CellState
from bot.staff.sign_in import SignedIn
from bot.vocabulary import COMPARISON
from bot.web.dependencies import Member, ServicesOf
from bot.web.knowledge.frame import answers_frame
from bot.web.pages import render

router = APIRouter(prefix="/staff/knowledge", include_in_schema=False)


@router.get("/coverage")
async def coverage_page(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show topics by treatments."""
    return render(request, "knowledge/coverage.html", await run_sync(coverage_context, services, member))


def coverage_context(services: Services, member: SignedIn) -> dict[str, Any]:
    """Gather the grid of topics by treatments."""
    with services.database.read() as session:
        found = coverage.grid(session, services.serving_rules())
    counts = dict.fromkeys(CellState, 0)
    for cell in found.cells.values():
        counts[cell.state] += 1
    return {**answers_frame(services, member, "coverage"), "grid": found, "counts": counts, "comparison": COMPARISON}

"""What is to be done before patients use it, for administrators: a page, and a line on the inbox until it is done."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.golive import Point, checklist
from bot.web.dependencies import ServicesOf
from bot.web.pages import console_frame, render
from bot.web.staff.clinic.page import ClinicReader

router = APIRouter(prefix="/staff", include_in_schema=False)

LINE_KEPT_SECONDS = 60.0
"""The line stands on a page that is opened all day, and looking at every point takes half a second."""


@dataclass(frozen=True, kw_only=True)
class _Line:
    """How far it was, and when that was looked at."""

    done: int
    total: int
    next: str
    at: float


@router.get("/golive")
async def golive(request: Request, services: ServicesOf, member: ClinicReader) -> HTMLResponse:
    """Show every point."""
    points = await run_sync(checklist, services)
    line = request.app.state.golive_line = _line_of(points)
    context: dict[str, Any] = {
        **console_frame(services.clinic, member),
        "points": [asdict(point) for point in points],
        "line": line,
        "blocked": sum(point.blocks and not point.done for point in points),
    }
    return render(request, "staff/golive.html", context)


@router.get("/golive/line")
async def line(request: Request, services: ServicesOf, _member: ClinicReader) -> HTMLResponse:
    """Give the line for the inbox; empty once everything is done."""
    kept: _Line | None = getattr(request.app.state, "golive_line", None)
    if kept is None or time.monotonic() - kept.at > LINE_KEPT_SECONDS:
        kept = request.app.state.golive_line = _line_of(await run_sync(checklist, services))
    return render(request, "staff/_golive_line.html", {"line": kept})


def _line_of(points: list[Point]) -> _Line:
    still_open = [point.name for point in points if not point.done]
    return _Line(
        done=len(points) - len(still_open),
        total=len(points),
        next=still_open[0] if still_open else "",
        at=time.monotonic(),
    )

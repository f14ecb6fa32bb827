"""The patient chat page."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.db.engine import utc_now
from bot.web.dependencies import ServicesOf
from bot.web.pages import render

router = APIRouter(include_in_schema=False)

SUGGESTED_TOPICS = ("definition", "session_count", "side_effects", "cost")
"""What visitors of such clinics ask first; the chat page shows these as chips."""


@router.get("/")
async def chat(request: Request, services: ServicesOf) -> HTMLResponse:
    """Show the chat."""
    clinic = services.clinic
    suggestions = await run_sync(services.answering.topic_options, SUGGESTED_TOPICS, [services.clinic.main_treatment])
    context = {
        "clinic": {
            "name": clinic.name,
            "phone": clinic.phone,
            "emergency_number": clinic.emergency_number,
            "crisis_line": clinic.crisis_line,
            "hours_line": clinic.hours_line(utc_now()),
            "sample": clinic.sample,
        },
        "timezone": clinic.timezone,
        "suggestions": [option.model_dump(mode="json") for option in suggestions],
    }
    return render(request, "patient/chat.html", context)

"""The patient chat page."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.calendar import hours_line
from bot.db.engine import utc_now
from bot.labels import FEEDBACK_REASONS
from bot.responses import FixedResponses
from bot.vocabulary import Responses
from bot.web.dependencies import ServicesOf
from bot.web.pages import render

router = APIRouter(include_in_schema=False)


@router.get("/")
async def chat(request: Request, services: ServicesOf) -> HTMLResponse:
    """Show the chat."""
    clinic = services.clinic
    suggestions = await run_sync(services.answering.topic_options, clinic.first_questions, [clinic.main_treatment])
    context = {
        "clinic": {
            "name": clinic.name,
            "phone": clinic.phone,
            "emergency_number": clinic.emergency_number,
            "crisis_line": clinic.crisis_line,
            "hours_line": hours_line(clinic, utc_now()),
            "sample": clinic.sample,
        },
        "timezone": clinic.timezone,
        "wordings": _wordings(services.responses),
        "suggestions": [option.model_dump(mode="json") for option in suggestions],
    }
    return render(request, "patient/chat.html", context)


def _wordings(responses: FixedResponses) -> dict[str, Any]:
    """Give the words that the page's script shows and that are said elsewhere too."""
    return {
        "optionNone": responses.text(Responses.OPTION_NONE),
        "optionNotNow": responses.text(Responses.OPTION_NOT_NOW),
        "optionPerson": responses.text(Responses.OPTION_PERSON),
        "feedbackReasons": [{"reason": reason.value, "label": label} for reason, label in FEEDBACK_REASONS.items()],
    }

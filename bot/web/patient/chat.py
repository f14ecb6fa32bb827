"""The patient chat page, by itself and as it stands in the frame of the widget."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.bootstrap import Services
from bot.clinic import Clinic
from bot.db.engine import utc_now
from bot.errors import NotFoundError
from bot.vocabulary import FeedbackReason, Responses
from bot.web.dependencies import ServicesOf
from bot.web.errors import said
from bot.web.framing import content_security_policy, framing_origins
from bot.web.pages import render
from bot.web.patient.directions import MAP
from bot.web.patient.hours import hours_line
from bot.web.patient.page_words import page_words
from bot.words import SCRIPT, Words, words_for

router = APIRouter(include_in_schema=False)


@router.get("/")
async def chat(request: Request, services: ServicesOf) -> HTMLResponse:
    """Show the chat."""
    return render(request, "patient/chat.html", await run_sync(_context, services))


@router.get("/embed")
async def embedded_chat(request: Request, services: ServicesOf) -> HTMLResponse:
    """Show the chat to the pages of the clinic's website that may have it in a frame.

    Raises:
        NotFoundError: No website may.
    """
    allowed = framing_origins(services.settings, services.clinic)
    if not allowed:
        raise NotFoundError(said("not-found"))
    context = await run_sync(_context, services)
    page = render(request, "patient/chat.html", {**context, "framed_by": allowed})
    page.headers["content-security-policy"] = content_security_policy(*allowed)
    return page


def _context(services: Services) -> dict[str, Any]:
    clinic = services.clinic
    words = words_for(clinic.languages)
    suggestions = [
        option
        for topic, treatment in clinic.first_asked()
        for option in services.answering.topic_options([topic], [treatment])
    ]
    return {
        "clinic": {
            "name": clinic.name,
            "phone": clinic.phone,
            "emergency_number": clinic.emergency_number,
            "crisis_line": clinic.crisis_line,
            "hours_line": hours_line(clinic, utc_now(), words),
            "sample": clinic.sample,
            "links": _links(clinic),
        },
        "timezone": clinic.timezone,
        **page_words(words),
        "script_words": words.patterns(SCRIPT),
        "wordings": _wordings(services, words),
        "suggestions": [option.model_dump(mode="json") for option in suggestions],
        "framed_by": (),
        "page_key": services.browser_keys.for_new_page(),
    }


def _links(clinic: Clinic) -> dict[str, Any]:
    """Give what becomes a link wherever it stands in what the clinic says."""
    return {
        "phones": [number for number in (clinic.phone, clinic.emergency_number, clinic.crisis_line) if number],
        "address": clinic.address if clinic.map_link else "",
        "map": MAP,
    }


def _feedback_reasons(words: Words) -> tuple[tuple[FeedbackReason, str], ...]:
    say = words.say
    return (
        (FeedbackReason.NOT_MY_QUESTION, say("reason-not-my-question")),
        (FeedbackReason.TOO_HARD, say("reason-too-hard")),
        (FeedbackReason.NOT_ENOUGH, say("reason-not-enough")),
        (FeedbackReason.LOOKS_WRONG, say("reason-looks-wrong")),
    )


def _wordings(services: Services, words: Words) -> dict[str, Any]:
    """Give the words that the page's script shows and that are said elsewhere too."""
    responses, clinic = services.responses, services.clinic
    numbers = {"phone": clinic.phone, "emergency_number": clinic.emergency_number}
    return {
        "noFiles": responses.text(Responses.SMS_PICTURE, **numbers),
        "subjects": dict(services.subject_names),
        "optionNone": responses.text(Responses.OPTION_NONE),
        "optionNotNow": responses.text(Responses.OPTION_NOT_NOW),
        "optionSafe": responses.text(Responses.OPTION_SAFE),
        "optionPerson": responses.text(Responses.OPTION_PERSON),
        "feedbackReasons": [{"reason": reason.value, "label": label} for reason, label in _feedback_reasons(words)],
    }

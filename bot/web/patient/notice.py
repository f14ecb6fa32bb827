"""The page that tells patients what is stored of them, who reads it, for how long, and how to have it deleted."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.bootstrap import Services
from bot.staff import store as staff
from bot.web.dependencies import ServicesOf
from bot.web.pages import render
from bot.web.patient.page_words import page_words
from bot.words import words_for

router = APIRouter(include_in_schema=False)


@router.get("/privacy")
async def notice(request: Request, services: ServicesOf) -> HTMLResponse:
    """Show it."""
    clinic = services.clinic
    context = {
        **page_words(words_for(clinic.languages)),
        "clinic": {
            "name": clinic.name,
            "phone": clinic.phone,
            "email": clinic.email,
            "emergency_number": clinic.emergency_number,
            "privacy_notice": clinic.privacy_notice,
        },
        "kept": clinic.retention.conversations,
        "kept_with_request": clinic.retention.tickets,
        "texts": services.settings.sms is not None,
        "handed_on": await run_sync(_is_handed_on, services),
    }
    return render(request, "patient/notice.html", context)


def _is_handed_on(services: Services) -> bool:
    """Tell whether what patients write goes to programs outside, as the clinic has set it up."""
    settings, told = services.settings, services.clinic.alerts.patients_words
    with services.database.read() as session:
        programs = [one for one in staff.integrations(session) if one.webhook_url and one.revoked_at is None]
    return bool(programs) or (told and bool(settings.smtp_url or settings.webhook_url))

"""A made-up clinic's website to try the widget on, in development only."""

from __future__ import annotations

from enum import StrEnum

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.errors import NotFoundError
from bot.web.dependencies import ServicesOf
from bot.web.errors import said
from bot.web.framing import OWN_PAGES, framing_origins
from bot.web.pages import render

router = APIRouter(include_in_schema=False)


class DemoPage(StrEnum):
    """The pages of the made-up website."""

    HOME = "home"
    VISIT = "visit"


@router.get("/demo")
@router.get("/demo/{page}")
async def demo(request: Request, services: ServicesOf, page: DemoPage = DemoPage.HOME) -> HTMLResponse:
    """Show a page of the made-up website.

    Raises:
        NotFoundError: Patients use this Frontdesk.
    """
    if OWN_PAGES not in framing_origins(services.settings, services.clinic):
        raise NotFoundError(said("not-found"))
    return render(request, "widget/demo.html", {"clinic": services.clinic, "page": page.value})

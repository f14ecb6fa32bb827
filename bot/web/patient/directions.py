"""Leads who taps the clinic's address to a map elsewhere: no page of ours names that place or asks it for anything."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from bot.errors import NotFoundError
from bot.web.dependencies import ServicesOf
from bot.web.errors import said

MAP = "/map"

router = APIRouter(include_in_schema=False)


@router.get(MAP)
async def clinic_on_map(services: ServicesOf) -> RedirectResponse:
    """Go to the clinic's address on the map of `map_link`.

    Raises:
        NotFoundError: The clinic has no address, or wants no such link.
    """
    clinic = services.clinic
    if not (clinic.address and clinic.map_link):
        raise NotFoundError(said("not-found"))
    return RedirectResponse(clinic.map_link.replace("{address}", quote(clinic.address, safe="")))

"""The clinic's own texts for replies: searched while writing one, and the page on which they are kept."""

from __future__ import annotations

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.errors import FrontdeskError
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import Reader, ServicesOf, actor_of, reader_who_may, writer_who_may
from bot.web.pages import console_frame, render

router = APIRouter(prefix="/staff", include_in_schema=False)

TextReader = Annotated[SignedIn, Depends(reader_who_may(Permission.WRITE_ANSWERS))]
TextWriter = Annotated[SignedIn, Depends(writer_who_may(Permission.WRITE_ANSWERS))]


@router.get("/canned-replies/search")
async def search_canned(
    services: ServicesOf, _member: Reader, q: Annotated[str, Query(max_length=80)] = ""
) -> JSONResponse:
    """Give the texts that fit what is typed after a slash."""
    found = await run_sync(services.canned.matching, q)
    return JSONResponse({"replies": [vars(canned) for canned in found]})


@router.get("/texts")
async def texts(request: Request, services: ServicesOf, member: TextReader) -> HTMLResponse:
    """Show the clinic's own texts for replies."""
    return await _texts(request, services, member)


@router.post("/texts", response_model=None)
async def keep_text(
    request: Request,
    services: ServicesOf,
    member: TextWriter,
    *,
    shortcut: Annotated[str, Form(max_length=60)] = "",
    text: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Keep a text under a shortcut."""
    try:
        await run_sync(services.canned.keep, shortcut, text, actor_of(member))
    except FrontdeskError as error:
        return await _texts(request, services, member, status=422, error=str(error), shortcut=shortcut, text=text)
    return RedirectResponse("/staff/texts", status_code=303)


@router.post("/texts/delete")
async def delete_text(
    services: ServicesOf, member: TextWriter, shortcut: Annotated[str, Form(max_length=60)]
) -> Response:
    """Delete a text."""
    await run_sync(services.canned.forget, shortcut, actor_of(member))
    return RedirectResponse("/staff/texts", status_code=303)


async def _texts(
    request: Request, services: ServicesOf, member: SignedIn, *, status: int = 200, **more: Any
) -> HTMLResponse:
    own = await run_sync(services.canned.own)
    context = {**console_frame(services.clinic, member), "texts": [vars(canned) for canned in own], **more}
    return render(request, "staff/texts.html", context, status=status)

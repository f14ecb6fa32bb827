"""The clinic's own texts for replies: searched while writing one, and the page on which they are kept."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.errors import InvalidMessageError
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import Reader, ServicesOf, actor_of, reader_who_may, writer_who_may
from bot.web.pages import console_frame, render

router = APIRouter(prefix="/staff", include_in_schema=False)

_DONE = {"kept": "Kept. Staff find it by typing /.", "deleted": "Deleted."}

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
async def texts(
    request: Request, services: ServicesOf, member: TextReader, *, edit: str = "", done: str = ""
) -> HTMLResponse:
    """Show the clinic's own texts for replies, one of them in the form."""
    own = {canned.shortcut: canned for canned in await run_sync(services.canned.own)}
    form: dict[str, Any] = {"shortcut": edit, "text": own[edit].text, "instead_of": edit} if edit in own else {}
    return await _texts(request, services, member, notice=_DONE.get(done), **form)


@router.post("/texts", response_model=None)
async def keep_text(
    request: Request,
    services: ServicesOf,
    member: TextWriter,
    *,
    shortcut: Annotated[str, Form(max_length=60)] = "",
    text: Annotated[str, Form(max_length=4000)] = "",
    instead_of: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Keep a text under a shortcut."""
    keep = partial(services.canned.keep, shortcut, text, actor_of(member), instead_of=instead_of or None)
    try:
        await run_sync(keep)
    except InvalidMessageError as error:
        form = {"shortcut": shortcut, "text": text, "instead_of": instead_of}
        return await _texts(request, services, member, status=422, errors={error.field: str(error)}, **form)
    return RedirectResponse("/staff/texts?done=kept", status_code=303)


@router.post("/texts/delete")
async def delete_text(
    services: ServicesOf, member: TextWriter, shortcut: Annotated[str, Form(max_length=60)]
) -> Response:
    """Delete a text."""
    await run_sync(services.canned.forget, shortcut, actor_of(member))
    return RedirectResponse("/staff/texts?done=deleted", status_code=303)


async def _texts(
    request: Request, services: ServicesOf, member: SignedIn, *, status: int = 200, **more: Any
) -> HTMLResponse:
    own = await run_sync(services.canned.own)
    texts = [vars(canned) for canned in own]
    context = {**console_frame(services.clinic, member), "texts": texts, "errors": {}, **more}
    return render(request, "staff/texts.html", context, status=status)

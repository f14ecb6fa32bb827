"""The pages of signing in to the staff console and out of it."""

from __future__ import annotations

import re
import time
from typing import Annotated
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.errors import PermissionDeniedError
from bot.staff.sign_in import SIGN_IN_HOURS
from bot.web.dependencies import SIGN_IN_COOKIE, CheckedMember, ServicesOf, require_text
from bot.web.errors import error_json
from bot.web.staff.before_sign_in import OUT_OF_DATE, is_our_form, render_form

router = APIRouter(prefix="/staff", include_in_schema=False)

HOME = "/staff/tickets"
NO_PAGES = frozenset({"/staff", "/staff/sign-in", "/staff/sign-out", "/staff/live", "/staff/audit.csv"})
LONGEST_PATH = 2000
_PAGE = re.compile(r"/staff(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+(\?[A-Za-z0-9_.~!$&'()*+,;=:@/?%-]*)?")
"""A path below the console in plain characters: no scheme, no host, no backslash, nothing that a browser drops."""


@router.get("/sign-in")
async def sign_in_page(request: Request, services: ServicesOf) -> HTMLResponse:
    """Show the sign-in form."""
    return _sign_in_form(request, services, email="", error=None, status=200)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    services: ServicesOf,
    *,
    email: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    code: Annotated[str, Form(max_length=60)] = "",
    csrf_token: Annotated[str, Form()] = "",
) -> Response:
    """Check the password and open the console."""
    if not is_our_form(request, csrf_token):
        return _sign_in_form(request, services, email=email, error=OUT_OF_DATE, status=403)
    require_text(await request.form())
    place = "" if request.client is None else request.client.host
    try:
        services.sign_in_limit.count(place, time.monotonic())
        token = await run_sync(services.staff.sign_in, email, password, code)
        services.sign_in_limit.forgive(place)
    except PermissionDeniedError as error:
        return _sign_in_form(request, services, email=email, error=str(error), status=403)
    response = RedirectResponse(_safe_next(request.query_params.get("next")), status_code=303)
    response.set_cookie(
        SIGN_IN_COOKIE,
        token,
        max_age=SIGN_IN_HOURS * 3600,
        httponly=True,
        samesite="lax",
        secure=services.settings.secure_cookies,
    )
    return response


@router.post("/sign-out")
async def sign_out(request: Request, services: ServicesOf, _member: CheckedMember) -> Response:
    """End the sign-in of this browser."""
    await run_sync(services.staff.sign_out, request.cookies.get(SIGN_IN_COOKIE))
    response = RedirectResponse("/staff/sign-in", status_code=303)
    response.delete_cookie(SIGN_IN_COOKIE)
    return response


def not_signed_in(request: Request) -> Response:
    """Answer a request without a sign-in: the form for a page, an error for a program."""
    if "text/html" in request.headers.get("accept", ""):
        # A form cannot be sent again after signing in: only a page can be gone back to.
        page = request.url.path if request.method == "GET" else HOME
        query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
        return RedirectResponse(f"/staff/sign-in?next={quote(page + query)}", status_code=303)
    return error_json(401, "not_signed_in", "You are not signed in. Sign in and try again.")


def _safe_next(path: str | None) -> str:
    """Give the page of the console that somebody wanted; the inbox for anything that is none, as another site."""
    if path is None or len(path) > LONGEST_PATH or _PAGE.fullmatch(path) is None:
        return HOME
    return HOME if path.partition("?")[0] in NO_PAGES else path


def _sign_in_form(
    request: Request, services: ServicesOf, *, email: str, error: str | None, status: int
) -> HTMLResponse:
    return render_form(request, services, "staff/sign_in.html", {"email": email, "error": error}, status)

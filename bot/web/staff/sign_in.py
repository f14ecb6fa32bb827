"""The pages of signing in to the staff console and out of it."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from typing import Annotated
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.bootstrap import Services
from bot.errors import PermissionDeniedError
from bot.staff.opening import SIGN_IN_HOURS
from bot.staff.passkeys.asking import LASTS, PasskeyNeededError
from bot.staff.tries import KNOWN_FOR, Place
from bot.tokens import new_token
from bot.web.dependencies import (
    SIGN_IN_COOKIE,
    AccountFirstError,
    CheckedMember,
    ServicesOf,
    cookie_name,
    require_text,
    sign_in_token,
)
from bot.web.door.client_address import network_of
from bot.web.door.failures import failed, too_many_failures
from bot.web.door.limiting import passing_of
from bot.web.errors import error_json
from bot.web.staff.before_sign_in import OUT_OF_DATE, is_our_form, render_form
from bot.web.staff.browsers import browser_of

router = APIRouter(prefix="/staff", include_in_schema=False)

HOME = "/staff/tickets"
KNOWN_COOKIE = "frontdesk_known"
"""Marks a browser that somebody has signed in on: strangers who guess elsewhere do not lock it out."""
FAILED_TOO_OFTEN = "Too many tries from here. Wait five minutes and try again."
NO_PAGES = frozenset({"/staff", "/staff/sign-out", "/staff/live", "/staff/audit.csv"})
LONGEST_PATH, LONGEST_ANSWER = 2000, 12_000
"""Of a page to go to; of what a passkey's device gives: a key, a signature and some certificates."""
_KNOWN = re.compile(r"[A-Za-z0-9_-]{43}")
_PAGE = re.compile(r"/staff(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+(\?[A-Za-z0-9_.~!$&'()*+,;=:@/?%-]*)?")
"""A path below the console in plain characters: no scheme, no host, no backslash, nothing that a browser drops."""


@router.get("/sign-in")
async def sign_in_page(request: Request, services: ServicesOf) -> HTMLResponse:
    """Show the sign-in form."""
    return sign_in_form(request, services, email="", error=None, status=200)


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
        return sign_in_form(request, services, email=email, error=OUT_OF_DATE, status=403)
    require_text(await request.form())
    if await too_many_failures(request):
        return sign_in_form(request, services, email=email, error=FAILED_TOO_OFTEN, status=429)
    place = place_of(request, services)
    name = browser_of(request.headers.get("user-agent", ""))
    enter = partial(services.staff.sign_in, browser=name, place=place, instead_of=sign_in_token(request))
    try:
        token = await run_sync(partial(enter, form=csrf_token), email, password, code)
    except PasskeyNeededError as needed:
        return second_step(request, services, needed.asked.challenge, options=needed.asked.options)
    except PermissionDeniedError as error:
        await failed(request)
        return sign_in_form(request, services, email=email, error=str(error), status=403)
    return opened(services, token, safe_next(request.query_params.get("next")), place)


@router.post("/sign-in/second-step")
async def confirm(
    request: Request,
    services: ServicesOf,
    *,
    ticket: Annotated[str, Form(max_length=100)] = "",
    answer: Annotated[str, Form(max_length=LONGEST_ANSWER)] = "",
    code: Annotated[str, Form(max_length=60)] = "",
    csrf_token: Annotated[str, Form()] = "",
) -> Response:
    """Check a passkey, or a code in its place, after the password was right."""
    if not is_our_form(request, csrf_token):
        return sign_in_form(request, services, error=OUT_OF_DATE, status=403)
    require_text(await request.form())
    if await too_many_failures(request):
        return sign_in_form(request, services, error=FAILED_TOO_OFTEN, status=429)
    place = place_of(request, services)
    enter = partial(
        services.staff.confirm,
        answer=answer,
        code=code,
        form=csrf_token,
        browser=browser_of(request.headers.get("user-agent", "")),
        place=place,
        instead_of=sign_in_token(request),
    )
    try:
        token = await run_sync(enter, ticket)
    except PermissionDeniedError as error:
        await failed(request)
        return sign_in_form(request, services, error=str(error), status=403)
    return opened(services, token, safe_next(request.query_params.get("next")), place)


@router.post("/sign-out")
async def sign_out(request: Request, services: ServicesOf, member: CheckedMember) -> Response:
    """End the sign-in of this browser."""
    await run_sync(services.staff.sign_out, sign_in_token(request))
    return signed_out(services, by_provider=member.by_provider)


def opened(services: Services, token: str, page: str, place: Place) -> Response:
    """Lead somebody who has just signed in to a page, with the cookies that show who they are and know the browser."""
    response = RedirectResponse(page, status_code=303)
    keep_sign_in(response, services, token)
    keep(response, services, KNOWN_COOKIE, place.browser, KNOWN_FOR)
    return response


def keep_sign_in(response: Response, services: Services, token: str) -> None:
    """Set the cookie that shows who somebody is."""
    keep(response, services, SIGN_IN_COOKIE, token, dt.timedelta(hours=SIGN_IN_HOURS))


def signed_out(services: Services, *, by_provider: bool = False) -> Response:
    """Lead somebody who has just signed out to the form, without the cookie.

    Args:
        services: The settings.
        by_provider: Whether they had come by the clinic's provider, where they may be signed in still.
    """
    response = RedirectResponse(f"/staff/sign-in{'?left=provider' if by_provider else ''}", status_code=303)
    secure = services.settings.secure_cookies
    response.delete_cookie(cookie_name(SIGN_IN_COOKIE, services.settings), secure=secure, httponly=True, samesite="lax")
    return response


def keep(response: Response, services: Services, name: str, value: str, age: dt.timedelta) -> None:
    """Set a cookie that no script reads."""
    response.set_cookie(
        cookie_name(name, services.settings),
        value,
        max_age=int(age.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=services.settings.secure_cookies,
    )


def place_of(request: Request, services: Services) -> Place:
    """Give where somebody signs in from, by the network and by what the browser has kept since an earlier time."""
    kept = request.cookies.get(cookie_name(KNOWN_COOKIE, services.settings), "")
    browser = kept if _KNOWN.fullmatch(kept) else new_token()
    return Place(network=network_of(passing_of(request).address), browser=browser)


def account_first(request: Request, error: AccountFirstError) -> Response:
    """Answer somebody who has something to do under their account first: that page, an error for a program."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/staff/account", status_code=303)
    return error_json(403, error.code, str(error))


def not_signed_in(request: Request) -> Response:
    """Answer a request without a sign-in: the form for a page, an error for a program."""
    if "text/html" in request.headers.get("accept", ""):
        # A form cannot be sent again after signing in: only a page can be gone back to (and `kept_forms.js` fills it).
        page = request.url.path if request.method == "GET" else HOME
        query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
        kept = "" if request.method == "GET" else "&kept=1"
        return RedirectResponse(f"/staff/sign-in?next={quote(page + query)}{kept}", status_code=303)
    return error_json(401, "not_signed_in", "You are not signed in. Sign in and try again.")


def safe_next(path: str | None) -> str:
    """Give the page of the console that somebody wanted; the inbox for anything that is none, as another site."""
    if path is None or len(path) > LONGEST_PATH or _PAGE.fullmatch(path) is None:
        return HOME
    page = path.partition("?")[0]
    return HOME if page in NO_PAGES or page.startswith("/staff/sign-in") else path


def second_step(
    request: Request,
    services: ServicesOf,
    ticket: str,
    *,
    options: str | None,
    error: str | None = None,
    status: int = 200,
    lasts: dt.timedelta = LASTS,
    action: str = "/staff/sign-in/second-step",
) -> HTMLResponse:
    """Ask for a passkey, where the account has one, or a code.

    Args:
        request: The request; where it leads after the sign-in stays in the address.
        services: The settings.
        ticket: What the form brings back, and what a passkey signs.
        options: What the browser asks for a passkey with, as JSON; None for a code alone.
        error: What went wrong.
        status: The page's status.
        lasts: How long there is for it.
        action: Where the form goes.
    """
    wanted = request.query_params.get("next")
    context = {
        "ticket": ticket,
        "options": options,
        "error": error,
        "minutes": lasts // dt.timedelta(minutes=1),
        "action": f"{action}?next={quote(wanted)}" if wanted else action,
    }
    return render_form(request, services, "staff/second_step.html", context, status)


def sign_in_form(
    request: Request, services: ServicesOf, *, email: str = "", error: str | None, status: int
) -> HTMLResponse:
    """Show the form, with what went wrong; where the clinic has a provider, its button too."""
    provider = services.settings.provider
    context = {"email": email, "error": error, "provider": None if provider is None else provider.name}
    return render_form(request, services, "staff/sign_in.html", context, status)

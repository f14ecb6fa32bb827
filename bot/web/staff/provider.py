"""The pages of signing in at the clinic's own provider: off to it, back from it, the code where that is asked for."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from http import HTTPStatus
from typing import Annotated

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from bot.bootstrap import Services
from bot.errors import PermissionDeniedError, ProviderError
from bot.staff.provider.signing_in import LASTS, CodeWanted, Opened, ProviderSignIns, Visit
from bot.tokens import new_token
from bot.web.dependencies import ServicesOf, cookie_name, require_text, sign_in_token
from bot.web.door.failures import failed, too_many_failures
from bot.web.staff.before_sign_in import OUT_OF_DATE, is_our_form
from bot.web.staff.browsers import browser_of
from bot.web.staff.sign_in import (
    FAILED_TOO_OFTEN,
    LONGEST_ANSWER,
    keep,
    opened,
    place_of,
    safe_next,
    second_step,
    sign_in_form,
)

logger = structlog.get_logger(__name__)

router = APIRouter(prefix="/staff/sign-in/provider", include_in_schema=False)

PROVIDER_COOKIE = "frontdesk_provider"
"""Binds a sign-in to the browser that it was begun in."""
FAILED_THERE = "That sign-in did not work. Begin again; if it goes on, ask whoever runs Frontdesk at your clinic."
NOT_VERIFIED = (
    "Your provider does not say that your email address is verified. Ask whoever runs it, or sign in with a password."
)
NOT_DONE = "You did not sign in there. Begin again, or sign in with a password."
NO_END = "There is no page for signing out there. Close all windows of the browser instead."
LONGEST_WORD = 4096
_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")


@router.get("")
async def begin(request: Request, services: ServicesOf) -> Response:
    """Lead somebody to the provider.

    Raises:
        HTTPException: 404, as the clinic has none.
    """
    provider = _provider(services)
    cookie = _cookie_of(request, services) or new_token()
    try:
        address = await run_sync(provider.begin, safe_next(request.query_params.get("next")), cookie)
    except ProviderError as error:
        return _not_good(request, services, error, status=503)
    response = RedirectResponse(address, status_code=303)
    keep(response, services, PROVIDER_COOKIE, cookie, dt.timedelta(hours=1))
    return response


@router.get("/return")
async def come_back(request: Request, services: ServicesOf) -> Response:
    """Take somebody in whom the provider leads back.

    Raises:
        HTTPException: 404, as the clinic has no provider.
    """
    provider, asked = _provider(services), request.query_params
    if await too_many_failures(request):
        return sign_in_form(request, services, error=FAILED_TOO_OFTEN, status=429)
    state, code = (asked.get(name, "")[:LONGEST_WORD] for name in ("state", "code"))
    if asked.get("iss", provider.settings.issuer) != provider.settings.issuer:
        # Another provider's answer, mixed up with this one's (RFC 9207).
        return await _refused(request, services, FAILED_THERE)
    if not code:
        return await _refused(request, services, NOT_DONE)
    visit = _visit(request, services)
    try:
        found = await run_sync(provider.finish, state, code, visit)
    except ProviderError as error:
        await failed(request)
        return _not_good(request, services, error, status=403)
    except PermissionDeniedError as error:
        return await _refused(request, services, str(error))
    if isinstance(found, CodeWanted):
        return _second_step(request, services, found.ticket, options=found.options)
    return _opened(services, found, visit)


@router.post("/code")
async def confirm(
    request: Request,
    services: ServicesOf,
    *,
    ticket: Annotated[str, Form(max_length=100)] = "",
    code: Annotated[str, Form(max_length=60)] = "",
    answer: Annotated[str, Form(max_length=LONGEST_ANSWER)] = "",
    csrf_token: Annotated[str, Form()] = "",
) -> Response:
    """Check the second factor of an account that has one: a passkey, or a code.

    Raises:
        HTTPException: 404, as the clinic has no provider.
    """
    if not is_our_form(request, csrf_token):
        return _second_step(request, services, ticket, error=OUT_OF_DATE, status=403)
    provider = _provider(services)
    require_text(await request.form())
    if await too_many_failures(request):
        return _second_step(request, services, ticket, error=FAILED_TOO_OFTEN, status=429)
    visit = _visit(request, services)
    try:
        found = await run_sync(partial(provider.confirm, ticket, code, visit, answer=answer))
    except PermissionDeniedError as error:
        await failed(request)
        return _second_step(request, services, ticket, error=str(error), status=403)
    return _opened(services, found, visit)


@router.get("/leave")
async def leave(request: Request, services: ServicesOf) -> Response:
    """Lead somebody to where they can sign out at the provider, too.

    Raises:
        HTTPException: 404, as the clinic has none.
    """
    address = await run_sync(_provider(services).address_to_sign_out)
    if address is None:
        return sign_in_form(request, services, error=NO_END, status=404)
    return RedirectResponse(address, status_code=303)


def _provider(services: Services) -> ProviderSignIns:
    if services.provider is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return services.provider


def _cookie_of(request: Request, services: Services) -> str:
    kept = request.cookies.get(cookie_name(PROVIDER_COOKIE, services.settings), "")
    return kept if _COOKIE.fullmatch(kept) else ""


def _visit(request: Request, services: Services) -> Visit:
    return Visit(
        cookie=_cookie_of(request, services),
        name=browser_of(request.headers.get("user-agent", "")),
        place=place_of(request, services),
        instead_of=sign_in_token(request),
    )


def _opened(services: Services, found: Opened, visit: Visit) -> Response:
    return opened(services, found.token, found.page, visit.place)


async def _refused(request: Request, services: Services, why: str) -> HTMLResponse:
    await failed(request)
    return sign_in_form(request, services, error=why, status=403)


def _not_good(request: Request, services: Services, error: ProviderError, *, status: int) -> HTMLResponse:
    logger.warning("provider_sign_in_failed", reason=error.reason, detail=error.detail)
    why = NOT_VERIFIED if error.reason in {"email_not_verified", "no_email"} else FAILED_THERE
    return sign_in_form(request, services, error=why, status=status)


def _second_step(
    request: Request,
    services: Services,
    ticket: str,
    *,
    options: str | None = None,
    error: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    action = f"{router.prefix}/code"
    return second_step(
        request, services, ticket, options=options, error=error, status=status, lasts=LASTS, action=action
    )

"""The page of one's own account, and the one that a one-time link opens to set its password."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.errors import FrontdeskError, PermissionDeniedError
from bot.staff.one_time_codes import address_of, new_secret, picture_of
from bot.staff.people import MIN_PASSWORD
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import SIGN_IN_COOKIE, CheckedMember, Member, ServicesOf, actor_of
from bot.web.pages import console_frame, render
from bot.web.staff.before_sign_in import OUT_OF_DATE, is_our_form, render_form

router = APIRouter(prefix="/staff", include_in_schema=False)

Token = Annotated[str, Path(max_length=100)]


@router.get("/account")
async def account(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show one's own account."""
    return _account(request, services, member)


@router.post("/account/codes")
async def codes(
    request: Request,
    services: ServicesOf,
    member: CheckedMember,
    *,
    secret: Annotated[str, Form(max_length=64, pattern=r"^[A-Z2-7]*$")] = "",
    code: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Turn the codes of an authenticator app on, or off when no secret is sent."""
    if not secret:
        await run_sync(services.staff.turn_codes_off, member.staff_member_id)
        return RedirectResponse("/staff/account", status_code=303)
    try:
        await run_sync(services.staff.turn_codes_on, member.staff_member_id, secret, code)
    except PermissionDeniedError as error:
        return _account(request, services, member, secret=secret, error=str(error), status=422)
    return RedirectResponse("/staff/account", status_code=303)


@router.post("/account/sign-out-everywhere")
async def sign_out_everywhere(services: ServicesOf, member: CheckedMember) -> Response:
    """End all one's sign-ins, this one too."""
    await run_sync(services.people.sign_out_everywhere, member.staff_member_id, actor_of(member))
    response = RedirectResponse("/staff/sign-in", status_code=303)
    response.delete_cookie(SIGN_IN_COOKIE)
    return response


@router.get("/join/{token}")
async def join(request: Request, services: ServicesOf, token: Token) -> HTMLResponse:
    """Show the form that sets a password by a one-time link."""
    name = await run_sync(services.people.who_may_use, token)
    return _join_form(request, services, name)


@router.post("/join/{token}")
async def use_link(
    request: Request,
    services: ServicesOf,
    token: Token,
    *,
    password: Annotated[str, Form(max_length=1000)] = "",
    csrf_token: Annotated[str, Form()] = "",
) -> Response:
    """Set the password; whoever has the link is whom it was given to."""
    name = await run_sync(services.people.who_may_use, token)
    if not is_our_form(request, csrf_token):
        return _join_form(request, services, name, error=OUT_OF_DATE, status=403)
    try:
        await run_sync(services.people.use_link, token, password)
    except FrontdeskError as error:
        return _join_form(request, services, name, error=str(error), status=422)
    return RedirectResponse("/staff/sign-in", status_code=303)


def _join_form(
    request: Request, services: ServicesOf, name: str, *, error: str | None = None, status: int = 200
) -> HTMLResponse:
    values = {"name": name, "shortest": MIN_PASSWORD, "error": error}
    return render_form(request, services, "staff/join.html", values, status)


def _account(
    request: Request,
    services: ServicesOf,
    member: SignedIn,
    *,
    secret: str = "",
    error: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    secret = secret or new_secret()
    address = address_of(secret, email=member.email, clinic=services.clinic.name)
    context = {
        **console_frame(services.clinic, member),
        "has_codes": member.has_codes,
        "secret": secret,
        "picture": picture_of(address),
        "error": error,
    }
    return render(request, "staff/account.html", context, status=status)

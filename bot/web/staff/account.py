"""The page of one's own account, and the one that a one-time link opens to set its password."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.errors import FrontdeskError
from bot.staff.one_time_codes import address_of, is_secret, new_secret, picture_of
from bot.staff.people import MIN_PASSWORD
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import SIGN_IN_COOKIE, CheckedMember, Member, ServicesOf, actor_of, require_text
from bot.web.pages import console_frame, render
from bot.web.staff.before_sign_in import OUT_OF_DATE, is_our_form, render_form

router = APIRouter(prefix="/staff", include_in_schema=False)

Token = Annotated[str, Path(max_length=100)]
Code = Annotated[str, Form(max_length=60)]


@router.get("/account")
async def account(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show one's own account."""
    return await _account(request, services, member)


@router.post("/account/codes")
async def codes_on(
    request: Request,
    services: ServicesOf,
    member: CheckedMember,
    *,
    secret: Annotated[str, Form(max_length=64)] = "",
    code: Code = "",
) -> HTMLResponse:
    """Turn the codes of an authenticator app on, and show the recovery codes once."""
    known = secret if is_secret(secret) else ""
    turned_on = partial(services.second_factor.turn_on, member.staff_member_id, secret, code, keep=_cookie(request))
    try:
        given = await run_sync(turned_on)
    except FrontdeskError as error:
        return await _account(request, services, member, secret=known, error=str(error), status=422)
    return await _account(request, services, replace(member, has_codes=True), recovery_codes=given)


@router.post("/account/codes/recovery")
async def new_recovery_codes(
    request: Request, services: ServicesOf, member: CheckedMember, *, code: Code = ""
) -> HTMLResponse:
    """Show new recovery codes once, in place of the old ones."""
    try:
        given = await run_sync(services.second_factor.renew, member.staff_member_id, code)
    except FrontdeskError as error:
        return await _account(request, services, member, error=str(error), status=422)
    return await _account(request, services, member, recovery_codes=given)


@router.post("/account/codes/off")
async def codes_off(request: Request, services: ServicesOf, member: CheckedMember, *, code: Code = "") -> Response:
    """Turn the codes off, which needs one."""
    turned_off = partial(services.second_factor.turn_off, member.staff_member_id, code, keep=_cookie(request))
    try:
        await run_sync(turned_off)
    except FrontdeskError as error:
        return await _account(request, services, member, error=str(error), status=422)
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
    require_text(await request.form())
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


def _cookie(request: Request) -> str | None:
    return request.cookies.get(SIGN_IN_COOKIE)


async def _account(
    request: Request,
    services: ServicesOf,
    member: SignedIn,
    *,
    secret: str = "",
    status: int = 200,
    **more: Any,
) -> HTMLResponse:
    secret = secret or new_secret()
    address = address_of(secret, email=member.email, clinic=services.clinic.name)
    context = {
        **console_frame(services.clinic, member),
        "has_codes": member.has_codes,
        "recovery_codes_left": await run_sync(services.second_factor.recovery_codes_left, member.staff_member_id),
        "secret": secret,
        "picture": picture_of(address),
        **more,
    }
    return render(request, "staff/account.html", context, status=status)

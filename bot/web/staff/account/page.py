"""The page of one's own account, and the one that a one-time link opens to set its password."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.bootstrap import Services
from bot.errors import FrontdeskError, InvalidMessageError, PermissionDeniedError
from bot.staff.new_passwords import MIN_PASSWORD
from bot.staff.one_time_codes import address_of, is_secret, new_secret, picture_of
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import (
    CheckedMember,
    Member,
    ServicesOf,
    actor_of,
    needs_codes,
    needs_password,
    require_text,
    sign_in_token,
)
from bot.web.pages import console_frame, render
from bot.web.staff.before_sign_in import OUT_OF_DATE, is_our_form, render_form
from bot.web.staff.browsers import browser_of
from bot.web.staff.sign_in import HOME, keep_sign_in, opened, place_of, signed_out
from bot.web.staff.times import ago, exact

router = APIRouter(prefix="/staff", include_in_schema=False)

Token = Annotated[str, Path(max_length=100)]
Code = Annotated[str, Form(max_length=60)]
Password = Annotated[str, Form(max_length=1000)]


_DONE = {
    "password": "Your password is changed. You are signed out everywhere else.",
    "codes-off": "Codes are off. You are signed out everywhere else.",
    "elsewhere": "You are signed out everywhere else.",
    "passkey-added": "The passkey is added. You are signed out everywhere else.",
    "passkey-named": "The passkey has its new name.",
    "passkey-removed": "The passkey is removed. You are signed out everywhere else.",
}


@router.get("/account")
async def account(request: Request, services: ServicesOf, member: Member, done: str = "") -> HTMLResponse:
    """Show one's own account."""
    return await show_account(request, services, member, notice=_DONE.get(done))


@router.post("/account/password")
async def change_password(
    request: Request,
    services: ServicesOf,
    member: CheckedMember,
    *,
    old: Password = "",
    new: Password = "",
) -> Response:
    """Change one's password, which needs the old one."""
    change = services.own_account.change_password
    place = place_of(request, services)
    changed = partial(change, member.staff_member_id, old=old, new=new, keep=sign_in_token(request), place=place)
    try:
        await run_sync(changed)
    except InvalidMessageError as error:
        return await show_account(request, services, member, status=422, password_error=str(error), wrong_field="new")
    except PermissionDeniedError as error:
        return await show_account(request, services, member, status=422, password_error=str(error), wrong_field="old")
    return await rotated(request, services, RedirectResponse("/staff/account?done=password", status_code=303))


@router.post("/account/codes")
async def codes_on(
    request: Request,
    services: ServicesOf,
    member: CheckedMember,
    *,
    secret: Annotated[str, Form(max_length=64)] = "",
    code: Code = "",
    password: Password = "",
) -> HTMLResponse:
    """Turn the codes of an authenticator app on, which needs the password, and show the recovery codes once."""
    known = secret if is_secret(secret) else ""
    keep = sign_in_token(request)
    prove = partial(services.own_account.prove, member.staff_member_id, password, place_of(request, services))
    turned_on = partial(services.second_factor.turn_on, member.staff_member_id, secret, code, keep=keep)
    try:
        await run_sync(prove)
        given = await run_sync(turned_on)
    except FrontdeskError as error:
        return await show_account(request, services, member, secret=known, error=str(error), status=422)
    token = await run_sync(services.staff.rotate, keep)
    page = await show_account(request, services, replace(member, has_codes=True), token=token, recovery_codes=given)
    keep_sign_in(page, services, token)
    return page


@router.post("/account/codes/recovery")
async def new_recovery_codes(
    request: Request, services: ServicesOf, member: CheckedMember, *, code: Code = ""
) -> HTMLResponse:
    """Show new recovery codes once, in place of the old ones."""
    try:
        place = place_of(request, services)
        given = await run_sync(partial(services.second_factor.renew, member.staff_member_id, code, place=place))
    except FrontdeskError as error:
        return await show_account(request, services, member, error=str(error), status=422)
    return await show_account(request, services, member, recovery_codes=given)


@router.post("/account/codes/off")
async def codes_off(request: Request, services: ServicesOf, member: CheckedMember, *, code: Code = "") -> Response:
    """Turn the codes off, which needs one."""
    keep, place = sign_in_token(request), place_of(request, services)
    turned_off = partial(services.second_factor.turn_off, member.staff_member_id, code, keep=keep, place=place)
    try:
        await run_sync(turned_off)
    except FrontdeskError as error:
        return await show_account(request, services, member, error=str(error), status=422)
    return await rotated(request, services, RedirectResponse("/staff/account?done=codes-off", status_code=303))


@router.post("/account/sign-out-elsewhere")
async def sign_out_elsewhere(
    request: Request, services: ServicesOf, member: CheckedMember, *, password: Password = ""
) -> Response:
    """End all one's sign-ins but this one, which needs the password."""
    refused = await proven(request, services, member, password)
    if refused is not None:
        return refused
    await run_sync(services.own_account.sign_out_elsewhere, member.staff_member_id, sign_in_token(request) or "")
    return RedirectResponse("/staff/account?done=elsewhere", status_code=303)


@router.post("/account/sign-out-everywhere")
async def sign_out_everywhere(
    request: Request, services: ServicesOf, member: CheckedMember, *, password: Password = ""
) -> Response:
    """End all one's sign-ins, this one too, which needs the password."""
    refused = await proven(request, services, member, password)
    if refused is not None:
        return refused
    await run_sync(services.people.sign_out_everywhere, member.staff_member_id, actor_of(member))
    return signed_out(services)


async def proven(
    request: Request, services: Services, member: SignedIn, password: str, *, field: str = "elsewhere_error"
) -> Response | None:
    """Give the page that says why not, unless the password is right; `field` is where it says so."""
    prove = partial(services.own_account.prove, member.staff_member_id, password, place_of(request, services))
    try:
        await run_sync(prove)
    except PermissionDeniedError as error:
        return await show_account(request, services, member, status=422, **{field: str(error)})
    return None


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
        email = await run_sync(services.people.use_link, token, password)
    except FrontdeskError as error:
        return _join_form(request, services, name, error=str(error), status=422)
    browser, place = browser_of(request.headers.get("user-agent", "")), place_of(request, services)
    enter = partial(services.staff.sign_in, browser=browser, place=place, instead_of=sign_in_token(request))
    try:
        opens = await run_sync(enter, email, password)
    except PermissionDeniedError:
        # The account asks for a code besides.
        return RedirectResponse("/staff/sign-in", status_code=303)
    return opened(services, opens, HOME, place)


def _join_form(
    request: Request, services: ServicesOf, name: str, *, error: str | None = None, status: int = 200
) -> HTMLResponse:
    values = {"name": name, "shortest": MIN_PASSWORD, "error": error}
    return render_form(request, services, "staff/join.html", values, status)


async def rotated(request: Request, services: Services, response: Response) -> Response:
    """Let the sign-in go on under a new token: a copy of the old cookie opens nothing from now on."""
    keep_sign_in(response, services, await run_sync(services.staff.rotate, sign_in_token(request)))
    return response


def _passkeys(services: Services, member: SignedIn) -> list[dict[str, Any]]:
    zone = ZoneInfo(services.clinic.timezone)
    return [
        {
            "id": found.id,
            "name": found.name,
            "added": exact(found.created_at, zone),
            "used": None if found.last_used_at is None else exact(found.last_used_at, zone),
        }
        for found in services.passkeys.all_of(member.staff_member_id)
    ]


def _sign_ins(services: Services, member: SignedIn, token: str | None) -> list[dict[str, Any]]:
    zone = ZoneInfo(services.clinic.timezone)
    return [
        {
            "browser": found.browser or "A browser that did not say which",
            "ago": ago(found.began_at),
            "when": exact(found.began_at, zone),
            "ends": exact(found.ends_at, zone),
            "is_this": found.is_this,
        }
        for found in services.own_account.open_sign_ins(member.staff_member_id, token)
    ]


async def show_account(
    request: Request,
    services: ServicesOf,
    member: SignedIn,
    *,
    secret: str = "",
    status: int = 200,
    token: str | None = None,
    **more: Any,
) -> HTMLResponse:
    """Show the page.

    Args:
        request: The request.
        services: The services.
        member: Whose account it is.
        secret: What an authenticator app was given before; empty for a new one.
        status: The page's status.
        token: The new token of the sign-in, where that has just changed.
        more: What the page says besides.
    """
    secret = secret or new_secret()
    address = address_of(secret, email=member.email, clinic=services.clinic.name)
    context = {
        **console_frame(services.clinic, member),
        "has_codes": member.has_codes,
        "passkeys": await run_sync(_passkeys, services, member),
        "passkeys_possible": services.passkeys.are_possible,
        "recovery_codes_left": await run_sync(services.second_factor.recovery_codes_left, member.staff_member_id),
        "sign_ins": await run_sync(_sign_ins, services, member, token or sign_in_token(request)),
        "codes_required": needs_codes(services, member),
        "password_required": needs_password(services, member),
        "shortest": MIN_PASSWORD,
        "secret": secret,
        "picture": picture_of(address),
        **more,
    }
    return render(request, "staff/account.html", context, status=status)

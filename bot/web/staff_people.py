"""The pages of accounts: everybody's own, those of all for administrators, and the one that a one-time link opens."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.errors import FrontdeskError, PermissionDeniedError
from bot.staff.one_time_codes import address_of, new_secret, picture_of
from bot.staff.people import LINK_HOURS, MIN_PASSWORD
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Role
from bot.web.conversations import ServicesOf
from bot.web.pages import render
from bot.web.staff_sign_in import SIGN_IN_COOKIE, CheckedMember, Member, actor_of, reader_who_may, writer_who_may
from bot.web.staff_views import page_context
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff", include_in_schema=False)

Manager = Annotated[SignedIn, Depends(reader_who_may(Permission.MANAGE_STAFF))]
CheckedManager = Annotated[SignedIn, Depends(writer_who_may(Permission.MANAGE_STAFF))]
PersonId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Token = Annotated[str, Path(max_length=100)]


@router.get("/people")
async def people(request: Request, services: ServicesOf, member: Manager) -> HTMLResponse:
    """Show all accounts."""
    return await _people(request, services, member)


@router.post("/people")
async def invite(
    request: Request,
    services: ServicesOf,
    member: CheckedManager,
    *,
    email: Annotated[str, Form(max_length=254)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    role: Annotated[Role, Form()] = Role.AGENT,
) -> HTMLResponse:
    """Invite somebody; the link is shown once."""
    asked = partial(services.people.invite, email=email, name=name, role=role, by=actor_of(member))
    try:
        token = await run_sync(asked)
    except FrontdeskError as error:
        return await _people(request, services, member, status=422, error=str(error), email=email, name=name)
    return await _people(request, services, member, link=_link(services, token), link_for=name)


@router.post("/people/{person_id}/link")
async def reset_link(
    request: Request, services: ServicesOf, member: CheckedManager, person_id: PersonId
) -> HTMLResponse:
    """Make a link with which a person sets a new password; it is shown once."""
    token = await run_sync(services.people.reset_link, person_id, actor_of(member))
    name = await run_sync(services.people.who_may_use, token)
    return await _people(request, services, member, link=_link(services, token), link_for=name)


@router.post("/people/{person_id}/role")
async def set_role(
    services: ServicesOf, member: CheckedManager, person_id: PersonId, role: Annotated[Role, Form()]
) -> Response:
    """Give a person another role."""
    await run_sync(services.people.set_role, person_id, role, actor_of(member))
    return RedirectResponse("/staff/people", status_code=303)


@router.post("/people/{person_id}/shut-out")
async def shut_out(services: ServicesOf, member: CheckedManager, person_id: PersonId) -> Response:
    """Let a person sign in no more."""
    await run_sync(services.people.shut_out, person_id, actor_of(member))
    return RedirectResponse("/staff/people", status_code=303)


@router.post("/people/{person_id}/let-in")
async def let_in(services: ServicesOf, member: CheckedManager, person_id: PersonId) -> Response:
    """Let a person sign in again."""
    await run_sync(services.people.let_in, person_id, actor_of(member))
    return RedirectResponse("/staff/people", status_code=303)


@router.post("/people/{person_id}/sign-out")
async def sign_out_person(services: ServicesOf, member: CheckedManager, person_id: PersonId) -> Response:
    """End all sign-ins of a person."""
    await run_sync(services.people.sign_out_everywhere, person_id, actor_of(member))
    return RedirectResponse("/staff/people", status_code=303)


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
    return render(request, "staff/join.html", {"name": name, "shortest": MIN_PASSWORD, "error": None})


@router.post("/join/{token}")
async def use_link(
    request: Request, services: ServicesOf, token: Token, password: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Set the password; whoever has the link is whom it was given to."""
    name = await run_sync(services.people.who_may_use, token)
    try:
        await run_sync(services.people.use_link, token, password)
    except FrontdeskError as error:
        values = {"name": name, "shortest": MIN_PASSWORD, "error": str(error)}
        return render(request, "staff/join.html", values, status=422)
    return RedirectResponse("/staff/sign-in", status_code=303)


async def _people(
    request: Request, services: ServicesOf, member: SignedIn, *, status: int = 200, **more: Any
) -> HTMLResponse:
    context = {
        **page_context(services, member),
        "people": [vars(person) for person in await run_sync(services.people.all)],
        "roles": [role.value for role in Role],
        "link_hours": LINK_HOURS,
        **more,
    }
    return render(request, "staff/people.html", context, status=status)


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
        **page_context(services, member),
        "has_codes": member.has_codes,
        "secret": secret,
        "picture": picture_of(address),
        "error": error,
    }
    return render(request, "staff/account.html", context, status=status)


def _link(services: ServicesOf, token: str) -> str:
    return f"{services.settings.public_url.rstrip('/')}/staff/join/{token}"

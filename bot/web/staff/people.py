"""The page of all accounts, for administrators: who may sign in, and as what."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.errors import ConflictError, InvalidMessageError, PermissionDeniedError
from bot.staff.people import LINK_HOURS
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Role
from bot.web.dependencies import ServicesOf, actor_of, reader_who_may, writer_who_may
from bot.web.pages import console_frame, render
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff", include_in_schema=False)

Manager = Annotated[SignedIn, Depends(reader_who_may(Permission.MANAGE_STAFF))]
CheckedManager = Annotated[SignedIn, Depends(writer_who_may(Permission.MANAGE_STAFF))]
PersonId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


_DONE = {
    "role": "The role is changed, and the person is signed out everywhere.",
    "shut-out": "Shut out. To undo it, let the person in again.",
    "let-in": "Let in again.",
    "sign-out": "Signed out everywhere.",
}


@router.get("/people")
async def people(request: Request, services: ServicesOf, member: Manager, done: str = "") -> HTMLResponse:
    """Show all accounts."""
    return await _people(request, services, member, notice=_DONE.get(done))


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
    except (InvalidMessageError, ConflictError) as error:
        # A conflict is of the address: there is an account for it already.
        field = error.field if isinstance(error, InvalidMessageError) else "email"
        form = {"email": email, "name": name, "chosen_role": role.value}
        return await _people(request, services, member, status=422, errors={field: str(error)}, **form)
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
    return RedirectResponse("/staff/people?done=role", status_code=303)


@router.post("/people/{person_id}/shut-out")
async def shut_out(services: ServicesOf, member: CheckedManager, person_id: PersonId) -> Response:
    """Let a person sign in no more; what they had in hand goes back to all."""
    for change in await run_sync(services.leaving.shut_out, person_id, actor_of(member)):
        services.deliver.announce(change)
    return RedirectResponse("/staff/people?done=shut-out", status_code=303)


@router.post("/people/{person_id}/let-in")
async def let_in(services: ServicesOf, member: CheckedManager, person_id: PersonId) -> Response:
    """Let a person sign in again."""
    await run_sync(services.people.let_in, person_id, actor_of(member))
    return RedirectResponse("/staff/people?done=let-in", status_code=303)


@router.post("/people/{person_id}/sign-out")
async def sign_out_person(services: ServicesOf, member: CheckedManager, person_id: PersonId) -> Response:
    """End all sign-ins of a person."""
    await run_sync(services.people.sign_out_everywhere, person_id, actor_of(member))
    return RedirectResponse("/staff/people?done=sign-out", status_code=303)


@router.post("/people/{person_id}/reset-codes")
async def reset_codes(
    request: Request, services: ServicesOf, member: CheckedManager, person_id: PersonId
) -> HTMLResponse:
    """Take the second factor from a person who has lost it."""
    try:
        await run_sync(services.second_factor.reset, person_id, actor_of(member))
    except (ConflictError, PermissionDeniedError) as error:
        return await _people(request, services, member, status=409, notice=str(error))
    told = "They are told by email." if services.settings.smtp_url else "No email is set up, so tell them yourself."
    return await _people(request, services, member, notice=f"The codes are off; the password alone opens it. {told}")


async def _people(
    request: Request, services: ServicesOf, member: SignedIn, *, status: int = 200, **more: Any
) -> HTMLResponse:
    context = {
        **console_frame(services.clinic, member),
        "people": [vars(person) for person in await run_sync(services.people.all)],
        "roles": [(role.value, role.value.replace("_", " ").capitalize()) for role in Role],
        "errors": {},
        "link_hours": LINK_HOURS,
        **more,
    }
    return render(request, "staff/people.html", context, status=status)


def _link(services: ServicesOf, token: str) -> str:
    return f"{services.settings.public_url.rstrip('/')}/staff/join/{token}"

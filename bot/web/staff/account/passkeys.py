"""The passkeys on the page of one's own account: begun, added, renamed and removed."""

from __future__ import annotations

import json
from functools import partial
from http import HTTPStatus
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.errors import FrontdeskError, PermissionDeniedError
from bot.web.dependencies import CheckedMember, ServicesOf, sign_in_token
from bot.web.errors import error_json
from bot.web.staff.account.page import Password, proven, rotated, show_account
from bot.web.staff.sign_in import LONGEST_ANSWER, keep_sign_in, place_of
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff/account/passkeys", include_in_schema=False)

PasskeyId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Name = Annotated[str, Form(max_length=200)]


@router.post("/begin")
async def begin(
    request: Request, services: ServicesOf, member: CheckedMember, *, password: Password = ""
) -> JSONResponse:
    """Give the page's script what it asks the browser for a new key with; it needs the password.

    Raises:
        ConflictError: Browsers know no passkeys here, or there are enough.
    """
    try:
        await run_sync(services.own_account.prove, member.staff_member_id, password, place_of(request, services))
    except PermissionDeniedError as error:
        # As the forms of this page answer a wrong password: the account may go here, what was typed is not right.
        return error_json(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong_password", str(error))
    asked = await run_sync(services.passkeys.begin, member.staff_member_id, sign_in_token(request) or "")
    return JSONResponse({"challenge": asked.challenge, "options": json.loads(asked.options)})


@router.post("")
async def add(
    request: Request,
    services: ServicesOf,
    member: CheckedMember,
    *,
    challenge: Annotated[str, Form(max_length=100)] = "",
    answer: Annotated[str, Form(max_length=LONGEST_ANSWER)] = "",
    name: Name = "",
) -> Response:
    """Keep a key that a device has made, and show the recovery codes if it is the first second factor."""
    keep = sign_in_token(request)
    kept = partial(services.passkeys.add, challenge=challenge, answer=answer, name=name, browser=keep or "")
    try:
        given = await run_sync(kept, member.staff_member_id)
    except FrontdeskError as error:
        return await show_account(request, services, member, status=422, passkey_error=str(error))
    if not given:
        return await rotated(request, services, RedirectResponse("/staff/account?done=passkey-added", status_code=303))
    token = await run_sync(services.staff.rotate, keep)
    now = await run_sync(services.staff.who_is, token)
    page = await show_account(request, services, now or member, token=token, recovery_codes=given)
    keep_sign_in(page, services, token)
    return page


@router.post("/{passkey_id}/name")
async def rename(
    request: Request, services: ServicesOf, member: CheckedMember, passkey_id: PasskeyId, *, name: Name = ""
) -> Response:
    """Call a passkey something else."""
    try:
        await run_sync(services.passkeys.rename, member.staff_member_id, passkey_id, name)
    except FrontdeskError as error:
        return await show_account(request, services, member, status=422, passkey_error=str(error))
    return RedirectResponse("/staff/account?done=passkey-named", status_code=303)


@router.post("/{passkey_id}/remove")
async def remove(
    request: Request, services: ServicesOf, member: CheckedMember, passkey_id: PasskeyId, *, password: Password = ""
) -> Response:
    """Remove a passkey, which needs the password."""
    refused = await proven(request, services, member, password, field="passkey_error")
    if refused is not None:
        return refused
    removed = partial(services.passkeys.remove, member.staff_member_id, passkey_id, keep=sign_in_token(request))
    try:
        await run_sync(removed)
    except FrontdeskError as error:
        return await show_account(request, services, member, status=422, passkey_error=str(error))
    return await rotated(request, services, RedirectResponse("/staff/account?done=passkey-removed", status_code=303))

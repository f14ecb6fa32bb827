"""The pages on which administrators hand out or delete what is stored of one person."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from bot.errors import ConflictError, FrontdeskError, InvalidMessageError, NotFoundError
from bot.labels import CHANNEL_LABELS
from bot.privacy.finding import Found
from bot.privacy.patients import LONGEST_REASON
from bot.privacy.receipt import NOT_REACHED
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import ServicesOf, actor_of, reader_who_may, writer_who_may
from bot.web.pages import console_frame, render
from bot.web.staff.times import exact

router = APIRouter(prefix="/staff", include_in_schema=False)

Keeper = Annotated[SignedIn, Depends(reader_who_may(Permission.HAND_OUT_PATIENT_DATA))]
CheckedKeeper = Annotated[SignedIn, Depends(writer_who_may(Permission.HAND_OUT_PATIENT_DATA))]
# In a form and never in an address: those stand in histories and in the logs of proxies.
Who = Annotated[str, Form(max_length=254)]
Reason = Annotated[str, Form(max_length=1000)]
Ticked = Annotated[str, Form(max_length=10)]

NOT_CONFIRMED = "Tick that you have made sure that it is this person who asks: anybody can type anybody's number."


@router.get("/patients")
async def patients(request: Request, services: ServicesOf, member: Keeper) -> HTMLResponse:
    """Ask whose data is meant."""
    return _page(request, services, member)


@router.post("/patients")
async def find(request: Request, services: ServicesOf, member: CheckedKeeper, who: Who = "") -> HTMLResponse:
    """Show what there is of somebody."""
    return await _shown(request, services, member, who)


@router.post("/patients/export")
async def export(
    request: Request, services: ServicesOf, member: CheckedKeeper, who: Who = "", confirmed: Ticked = ""
) -> Response:
    """Give all that is stored of somebody as a file."""
    if not confirmed:
        return await _shown(request, services, member, who, error=InvalidMessageError(NOT_CONFIRMED))
    try:
        made = await run_sync(services.patients.export, who, actor_of(member))
    except NotFoundError as error:
        return _page(request, services, member, error=error, who=who)
    headers = {"content-disposition": f'attachment; filename="{made.number}.zip"'}
    return Response(made.content, media_type="application/zip", headers=headers)


@router.post("/patients/review")
async def review(
    request: Request,
    services: ServicesOf,
    member: CheckedKeeper,
    *,
    who: Who = "",
    reason: Reason = "",
    confirmed: Ticked = "",
) -> HTMLResponse:
    """Show once more what would be deleted, and why."""
    if not confirmed:
        return await _shown(request, services, member, who, error=InvalidMessageError(NOT_CONFIRMED), reason=reason)
    try:
        reason = await run_sync(services.patients.checked_reason, who, reason)
    except FrontdeskError as error:
        return await _shown(request, services, member, who, error=error, reason=reason)
    return await _shown(request, services, member, who, reason=reason, reviewing=True)


@router.post("/patients/forget")
async def forget(
    request: Request,
    services: ServicesOf,
    member: CheckedKeeper,
    *,
    who: Who = "",
    reason: Reason = "",
    seen: Annotated[str, Form(max_length=64)] = "",
) -> HTMLResponse:
    """Delete all that is stored of somebody, and show the receipt."""
    deleting = partial(services.patients.forget, who, reason=reason, by=actor_of(member), seen=seen)
    try:
        receipt = await run_sync(deleting)
    except FrontdeskError as error:
        return await _shown(request, services, member, who, error=error, reason=reason)
    when = exact(receipt.at, ZoneInfo(services.clinic.timezone))
    return _page(request, services, member, receipt=receipt, when=when, not_reached=NOT_REACHED)


async def _shown(
    request: Request,
    services: ServicesOf,
    member: SignedIn,
    who: str,
    *,
    error: FrontdeskError | None = None,
    **more: Any,
) -> HTMLResponse:
    try:
        found = await run_sync(services.patients.find, who)
    except NotFoundError as nothing:
        return _page(request, services, member, error=nothing, who=who)
    return _page(request, services, member, error=error, who=who, **_plain(services, found), **more)


def _plain(services: ServicesOf, found: Found) -> dict[str, Any]:
    zone = ZoneInfo(services.clinic.timezone)
    rows = [
        {
            **vars(one),
            "channel_label": CHANNEL_LABELS[one.channel],
            "began": exact(one.began_at, zone),
            "last": None if one.last_at is None else exact(one.last_at, zone),
        }
        for one in found.outlines
    ]
    return {"found": found, "rows": rows, "counts": found.counts}


def _page(
    request: Request, services: ServicesOf, member: SignedIn, *, error: FrontdeskError | None = None, **more: Any
) -> HTMLResponse:
    context = {
        **console_frame(services.clinic, member),
        "longest_reason": LONGEST_REASON,
        "error": None if error is None else str(error),
        **more,
    }
    return render(request, "staff/patients.html", context, status=_status(error))


def _status(error: FrontdeskError | None) -> int:
    if error is None:
        return 200
    return 404 if isinstance(error, NotFoundError) else 409 if isinstance(error, ConflictError) else 422

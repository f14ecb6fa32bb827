"""The pages of what was done: the audit log, searched, paged and exported; and the clinic's own texts for replies."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.bootstrap import Services
from bot.errors import FrontdeskError
from bot.staff import store
from bot.staff.audit import as_csv, record
from bot.staff.models import AuditEntry
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.web.conversations import ServicesOf
from bot.web.pages import render
from bot.web.staff_sign_in import actor_of, reader_who_may, writer_who_may
from bot.web.staff_views import exact, page_context
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff", include_in_schema=False)

PAGE_SIZE = 100
EXPORT_SIZE = 50_000

Auditor = Annotated[SignedIn, Depends(reader_who_may(Permission.READ_AUDIT))]
TextReader = Annotated[SignedIn, Depends(reader_who_may(Permission.WRITE_ANSWERS))]
TextWriter = Annotated[SignedIn, Depends(writer_who_may(Permission.WRITE_ANSWERS))]


async def audit_filter(
    *,
    q: Annotated[str, Query(max_length=100)] = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> dict[str, Any]:
    """Read from a page's address which entries are wanted; `until` is the last day that counts."""
    return {"words": q.strip(), "since": since, "until": until, "before": before}


Filter = Annotated[dict[str, Any], Depends(audit_filter)]


@router.get("/audit")
async def audit(request: Request, services: ServicesOf, member: Auditor, wanted: Filter) -> HTMLResponse:
    """Show the audit log."""
    entries = await run_sync(_entries, services, wanted, PAGE_SIZE)
    zone = ZoneInfo(services.clinic.timezone)
    context = {
        **page_context(services, member),
        "wanted": wanted,
        "entries": [{**_plain(entry), "when": exact(entry.at, zone)} for entry in entries],
        "older": entries[-1].id if len(entries) == PAGE_SIZE else None,
    }
    return render(request, "staff/audit.html", context)


@router.get("/audit.csv")
async def export(services: ServicesOf, member: Auditor, wanted: Filter) -> Response:
    """Give the entries as a table for a spreadsheet; that it was given stands in the log too."""

    def exported() -> str:
        text = as_csv(_entries(services, wanted, EXPORT_SIZE))
        actor = actor_of(member)
        with services.database.write() as session:
            record(
                session,
                staff_member_id=actor.staff_member_id,
                staff_name=actor.name,
                action="audit.exported",
                subject="audit",
                subject_id="csv",
                details={name: str(value) for name, value in wanted.items() if value},
            )
        return text

    headers = {"content-disposition": 'attachment; filename="audit.csv"'}
    return Response(await run_sync(exported), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/texts")
async def texts(request: Request, services: ServicesOf, member: TextReader) -> HTMLResponse:
    """Show the clinic's own texts for replies."""
    return await _texts(request, services, member)


@router.post("/texts", response_model=None)
async def keep_text(
    request: Request,
    services: ServicesOf,
    member: TextWriter,
    *,
    shortcut: Annotated[str, Form(max_length=60)] = "",
    text: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Keep a text under a shortcut."""
    try:
        await run_sync(services.canned.keep, shortcut, text, actor_of(member))
    except FrontdeskError as error:
        return await _texts(request, services, member, status=422, error=str(error), shortcut=shortcut, text=text)
    return RedirectResponse("/staff/texts", status_code=303)


@router.post("/texts/delete")
async def delete_text(services: ServicesOf, member: TextWriter, shortcut: Annotated[str, Form()]) -> Response:
    """Delete a text."""
    await run_sync(services.canned.forget, shortcut, actor_of(member))
    return RedirectResponse("/staff/texts", status_code=303)


async def _texts(
    request: Request, services: ServicesOf, member: SignedIn, *, status: int = 200, **more: Any
) -> HTMLResponse:
    own = await run_sync(services.canned.own)
    context = {**page_context(services, member), "texts": [vars(canned) for canned in own], **more}
    return render(request, "staff/texts.html", context, status=status)


def _entries(services: Services, wanted: dict[str, Any], limit: int) -> list[AuditEntry]:
    zone = ZoneInfo(services.clinic.timezone)

    def start_of(day: dt.date | None, *, plus: int = 0) -> dt.datetime | None:
        return None if day is None else dt.datetime.combine(day + dt.timedelta(days=plus), dt.time(), zone)

    with services.database.read() as session:
        return store.audit_entries(
            session,
            words=wanted["words"],
            since=start_of(wanted["since"]),
            until=start_of(wanted["until"], plus=1),
            before=wanted["before"],
            limit=limit,
        )


def _plain(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "who": entry.staff_name,
        "action": entry.action,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "details": entry.details,
    }

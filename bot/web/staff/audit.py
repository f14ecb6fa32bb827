"""The pages of the audit log: searched, paged and exported."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from bot.bootstrap import Services
from bot.staff import store
from bot.staff.audit import as_csv, record
from bot.staff.models import AuditEntry
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import ServicesOf, actor_of, reader_who_may
from bot.web.pages import console_frame, render
from bot.web.staff.times import exact
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff", include_in_schema=False)

PAGE_SIZE = 100
EXPORT_SIZE = 50_000

Auditor = Annotated[SignedIn, Depends(reader_who_may(Permission.READ_AUDIT))]


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
        **console_frame(services.clinic, member),
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

"""The pages on which clinicians see what patients were asked about a danger, and what they said."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from bot.bootstrap import Services
from bot.escalation import safety_store
from bot.escalation.desk import judgements_store
from bot.escalation.safety_store import SafetyView
from bot.spreadsheet import as_csv
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.vocabulary import SafetyAnswer, Shown
from bot.web.dependencies import ServicesOf, reader_who_may
from bot.web.pages import console_frame, render
from bot.web.staff.desk.judged import JUDGEMENT_LABELS
from bot.web.staff.times import exact
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff/safety", include_in_schema=False)

PAGE_SIZE = 50

Clinician = Annotated[SignedIn, Depends(reader_who_may(Permission.READ_SAFETY))]

ANSWERS = {
    SafetyAnswer.YES: "Yes, now: the card was shown",
    SafetyAnswer.NO: "No",
    SafetyAnswer.NOT_NOW: "This is not about me now",
    None: "No answer yet",
}
_SHOWN = {
    (Shown.CHECK, "emergency"): "Asked: emergency?",
    (Shown.CHECK, "urgent"): "Asked: same day?",
    (Shown.CARD, "emergency"): "Emergency card",
    (Shown.CARD, "urgent"): "Same-day card",
}


@router.get("")
async def checks(
    request: Request,
    services: ServicesOf,
    member: Clinician,
    *,
    before: Annotated[float | None, Query(ge=0, le=1e11)] = None,
    message: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
) -> HTMLResponse:
    """Show the newest checks and cards that patients have said something of, or have yet to."""
    older_than = None if before is None else (dt.datetime.fromtimestamp(before, dt.UTC), message)
    return render(request, "staff/safety.html", await run_sync(_list, services, member, older_than))


@router.get("/judged")
async def judged(
    request: Request,
    services: ServicesOf,
    member: Clinician,
    *,
    before: Annotated[float | None, Query(ge=0, le=32_503_680_000)] = None,
    message: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    by: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
) -> HTMLResponse:
    """Show what staff said of the look for danger, the newest first."""
    older_than = None if before is None else (dt.datetime.fromtimestamp(before, dt.UTC), message, by)
    return render(request, "staff/judged.html", await run_sync(_judged, services, member, older_than))


@router.get("/judged.csv")
async def judged_file(services: ServicesOf, member: Clinician) -> Response:
    """Give all of it for whoever works on the look for danger: ids, signs and judgements, no names and no words."""
    del member
    headers = {"content-disposition": 'attachment; filename="judged-dangers.csv"'}
    content = await run_sync(_judged_table, services)
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _list(services: Services, member: SignedIn, older_than: tuple[dt.datetime, int] | None) -> dict[str, Any]:
    with services.database.read() as session:
        found = safety_store.newest(session, before=older_than, limit=PAGE_SIZE + 1)
        counts = safety_store.counts(session)
    zone = ZoneInfo(services.clinic.timezone)
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return {
        **console_frame(services.clinic, member),
        "counts": counts,
        "records": [_row(record, zone) for record in found[:PAGE_SIZE]],
        "older": None if last is None else f"before={last.shown_at.timestamp()!r}&message={last.message_id}",
        "is_first_page": older_than is None,
    }


def _row(record: SafetyView, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": f"{record.message_id}-{record.shown.value}",
        "text": record.text,
        "shown": _SHOWN[record.shown, record.level],
        "level": record.level,
        "sign": record.sign.replace("_", " "),
        "at": exact(record.shown_at, zone),
        "answer": ANSWERS[record.answer],
        "answered_at": None if record.answered_at is None else exact(record.answered_at, zone),
        "place": f"/staff/{_place(record.ticket_id, record.conversation_id)}",
        "ticket": record.ticket_id,
    }


def _judged(services: Services, member: SignedIn, older_than: tuple[dt.datetime, int, int] | None) -> dict[str, Any]:
    with services.database.read() as session:
        found = judgements_store.newest(session, before=older_than, limit=PAGE_SIZE + 1)
        met = safety_store.met_with(session, [one.message_id for one in found])
        counts = judgements_store.counts(session)
    zone = ZoneInfo(services.clinic.timezone)
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    older = None
    if last is not None:
        older = f"before={last.judged_at.timestamp()!r}&message={last.message_id}&by={last.staff_member_id}"
    return {
        **console_frame(services.clinic, member),
        "counts": {judgement.value: count for judgement, count in counts.items()},
        "records": [
            {
                "id": f"{one.message_id}-{one.staff_member_id}",
                "text": one.text,
                "says": JUDGEMENT_LABELS[one.judgement],
                "by": one.staff_name,
                "at": exact(one.judged_at, zone),
                "met": [
                    {"shown": _SHOWN[record.shown, record.level], "sign": record.sign.replace("_", " ")}
                    for record in met.get(one.message_id, [])
                ],
                "place": f"/staff/{_place(one.ticket_id, one.conversation_id)}#message-{one.message_id}",
                "ticket": one.ticket_id,
            }
            for one in found[:PAGE_SIZE]
        ],
        "older": older,
        "is_first_page": older_than is None,
    }


def _judged_table(services: Services) -> str:
    columns = ("message_id", "conversation_id", "judgement", "judged_at", "shown", "level", "sign")
    with services.database.read() as session:
        found = judgements_store.newest(session)
        met = safety_store.met_with(session, [one.message_id for one in found])
    rows: list[tuple[object, ...]] = []
    for one in found:
        known = (one.message_id, one.conversation_id, one.judgement.value, one.judged_at.isoformat())
        shown = [(record.shown.value, record.level, record.sign) for record in met.get(one.message_id, [])]
        rows += [(*known, *each) for each in shown or [("", "", "")]]
    return as_csv(columns, rows)


def _place(ticket_id: int | None, conversation_id: str) -> str:
    """Give where a message is read; a conversation of which staff have no ticket has a page of its own."""
    return f"conversations/{conversation_id}" if ticket_id is None else f"tickets/{ticket_id}"

"""The pages on which clinicians see what patients were asked about a danger, and what they said."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.escalation import safety_store
from bot.escalation.safety_store import SafetyView
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.vocabulary import SafetyAnswer, Shown
from bot.web.dependencies import ServicesOf, reader_who_may
from bot.web.pages import console_frame, render
from bot.web.staff.times import exact
from bot.web.wire import LARGEST_ID, message_out

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


@router.get("/conversations/{conversation_id}")
async def conversation(
    request: Request,
    services: ServicesOf,
    member: Clinician,
    conversation_id: Annotated[str, Path(max_length=32)],
) -> HTMLResponse:
    """Show a conversation of which staff have no ticket."""
    return render(request, "staff/conversation.html", await run_sync(_conversation, services, member, conversation_id))


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
    # A conversation of which staff have no ticket is on no other page.
    place = f"safety/conversations/{record.conversation_id}"
    if record.ticket_id is not None:
        place = f"tickets/{record.ticket_id}"
    return {
        "id": f"{record.message_id}-{record.shown.value}",
        "text": record.text,
        "shown": _SHOWN[record.shown, record.level],
        "level": record.level,
        "sign": record.sign.replace("_", " "),
        "at": exact(record.shown_at, zone),
        "answer": ANSWERS[record.answer],
        "answered_at": None if record.answered_at is None else exact(record.answered_at, zone),
        "place": f"/staff/{place}",
        "ticket": record.ticket_id,
    }


def _conversation(services: Services, member: SignedIn, conversation_id: str) -> dict[str, Any]:
    with services.database.read() as session:
        found = conversations.get_conversation(session, conversation_id)
        messages = conversations.transcript(session, conversation_id)
    return {
        **console_frame(services.clinic, member),
        "patient": found.patient_name or "Patient",
        "entries": [{"kind": "message", **message_out(message).model_dump()} for message in messages],
    }

"""The page of a patient: all their conversations, texts and tickets, with what says that each is theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from bot.appointments import store as appointments
from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.channels.spoken_opt_outs import can_be_undone
from bot.conversations import identity_store
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.errors import ConflictError
from bot.escalation import store as tickets
from bot.escalation.desk import looking
from bot.escalation.store import TicketView
from bot.labels import CHANNEL_LABELS, REASON_LABELS
from bot.privacy.finding import How, Joined, joined
from bot.reading.phones import shown_phone, without_extension
from bot.staff.actor import Actor
from bot.staff.sign_in import SignedIn
from bot.vocabulary import TicketStatus
from bot.web.dependencies import Reader, ServicesOf, Writer, actor_of
from bot.web.pages import console_frame, render
from bot.web.staff.by_channel import came_by_labels
from bot.web.staff.by_text import no_texts_to
from bot.web.staff.desk.conversations import ConversationId
from bot.web.staff.desk.judged import NOTHING, judged_in
from bot.web.staff.ticket_views import identity_shown
from bot.web.staff.times import exact
from bot.web.wire import message_out

router = APIRouter(prefix="/staff/conversations", include_in_schema=False)

HOW_LABELS = {
    How.THIS: "The one you came from",
    How.SIGNED: "Signed in on your website as the same person",
    How.MERGED: "Staff made their tickets one",
    How.NUMBER: "Texts from the same number",
    How.CONTACT: "Left the same phone number or email: not proven",
}
STATUS_LABELS = {
    TicketStatus.OPEN: "nobody has it",
    TicketStatus.ASSIGNED: "assigned",
    TicketStatus.SNOOZED: "snoozed",
    TicketStatus.RESOLVED: "resolved",
}
MOST_MESSAGES = 500
"""Of all their conversations together, the newest."""


DONE = {
    "opted_out": "Noted. Nothing is texted to this number any more, but for a red-flag card.",
    "undone": "Taken back. The number may be texted again, and what was agreed to before holds.",
}
Phone = Annotated[str, Form(max_length=40)]


@router.get("/{conversation_id}/patient")
async def patient(
    request: Request, services: ServicesOf, member: Reader, conversation_id: ConversationId, done: str = ""
) -> HTMLResponse:
    """Show what there is of a patient; who read it, and which conversations that was, stands in the audit log."""
    context = await run_sync(_patient, services, member, conversation_id)
    return render(request, "staff/patient.html", {**context, "notice": DONE.get(done)})


@router.post("/{conversation_id}/patient/no-texts")
async def no_texts(
    request: Request, services: ServicesOf, member: Writer, conversation_id: ConversationId, phone: Phone = ""
) -> Response:
    """Note that a patient said that they want no texts."""
    note = services.spoken_opt_outs.note
    return await _does(request, services, member, conversation_id, phone, work=note, done="opted_out")


@router.post("/{conversation_id}/patient/texts-again")
async def texts_again(
    request: Request, services: ServicesOf, member: Writer, conversation_id: ConversationId, phone: Phone = ""
) -> Response:
    """Take such a note back, which was a slip."""
    undo = services.spoken_opt_outs.undo
    return await _does(request, services, member, conversation_id, phone, work=undo, done="undone")


async def _does(
    request: Request,
    services: Services,
    member: SignedIn,
    conversation_id: str,
    phone: str,
    *,
    work: Callable[[str, str, Actor], None],
    done: str,
) -> Response:
    def do() -> None:
        with services.database.read() as session:
            conversations.get_conversation(session, conversation_id)
            theirs = _phones(joined(session, conversation_id))
        if phone not in theirs:
            raise ConflictError("This number is no longer among those of this patient. Look at the page again.")
        work(without_extension(phone), conversation_id, actor_of(member))

    try:
        await run_sync(do)
    except ConflictError as error:
        context = await run_sync(_patient, services, member, conversation_id)
        return render(request, "staff/patient.html", {**context, "error": str(error)}, status=HTTPStatus.CONFLICT)
    return RedirectResponse(f"/staff/conversations/{conversation_id}/patient?done={done}", status_code=303)


def _patient(services: Services, member: SignedIn, conversation_id: str) -> dict[str, Any]:
    zone, region = ZoneInfo(services.clinic.timezone), services.clinic.region
    with services.database.read() as session:
        conversations.get_conversation(session, conversation_id)
        found = joined(session, conversation_id)
        sure = [one.outline.conversation_id for one in found if one.is_sure]
        views = tickets.of_conversations(session, [one.outline.conversation_id for one in found])
        identities = identity_store.of(session, sure)
        said = [message for one in sure for message in conversations.transcript(session, one, limit=MOST_MESSAGES)]
        judged = judged_in(session, sure, member)
        came_by = came_by_labels(session, said, {one.outline.conversation_id: one.outline.channel for one in found})
        phones = _phones(found)
        texts = [
            {
                "phone": phone,
                "words": no_texts_to(session, phone, zone),
                "can_be_undone": _can_be_undone(session, phone),
                "can_be_texted": without_extension(phone).startswith("+"),
            }
            for phone in phones
        ]
        to_come = [row for phone in phones for row in _to_come(session, phone)]
    # Before it is shown; the words of those that are only perhaps theirs are not.
    looking.opened_all(services.database, conversation_id, sure, actor_of(member))
    chats = {one.outline.conversation_id: _title(one, zone) for one in found}
    newest = sorted(said, key=lambda message: message.id)[-MOST_MESSAGES:]
    names = [one.outline.name for one in found if one.is_sure and one.outline.name]
    return {
        **console_frame(services.clinic, member),
        "patient": names[0] if names else "Patient",
        "conversation_id": conversation_id,
        "phones": phones,
        "texts": texts,
        "appointments": to_come,
        "emails": _distinct(one.outline.email for one in found if one.is_sure),
        "shown_phone": lambda phone: shown_phone(phone, region),
        "identities": [identity_shown(identity, zone, region) for identity in identities],
        "sure": [_row(one, views, zone) for one in found if one.is_sure],
        "perhaps": [_row(one, views, zone) for one in found if not one.is_sure],
        "entries": [
            {
                "kind": "message",
                **message_out(message).model_dump(),
                "chat": chats[message.conversation_id] if len(sure) > 1 else None,
                "channel": came_by.get(message.id),
                "judged": judged.get(message.id, NOTHING),
            }
            for message in newest
        ],
        "is_cut": len(said) > len(newest),
    }


def _phones(found: Sequence[Joined]) -> list[str]:
    return _distinct(one.outline.phone for one in found if one.is_sure)


def _to_come(session: Session, phone: str) -> list[dict[str, Any]]:
    """Give the appointments to come of whoever a number reaches: it may be a family's, so each says whose it is."""
    return [
        {
            "id": row.id,
            "name": row.patient_name,
            "when": exact(row.starts_at, ZoneInfo(row.timezone)),
            "is_paused": row.paused_at is not None,
        }
        for row in appointments.standing_after(session, without_extension(phone), utc_now())
    ]


def _can_be_undone(session: Session, phone: str) -> bool:
    number = numbers.find_number(session, without_extension(phone))
    return number is not None and can_be_undone(number, utc_now())


def _distinct(values: Any) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]


def _title(one: Joined, zone: ZoneInfo) -> str:
    return f"{CHANNEL_LABELS[one.outline.channel]} of {one.outline.began_at.astimezone(zone):%d %b %Y}"


def _row(one: Joined, views: list[TicketView], zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": one.outline.conversation_id,
        "title": _title(one, zone),
        "name": one.outline.name,
        "how": HOW_LABELS[one.how],
        "messages": one.outline.messages,
        "last": None if one.outline.last_at is None else exact(one.outline.last_at, zone),
        "tickets": [
            {"id": view.id, "reason": REASON_LABELS[view.reason], "status": STATUS_LABELS[view.status]}
            for view in views
            if view.conversation_id == one.outline.conversation_id
        ],
    }

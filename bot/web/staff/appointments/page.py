"""The pages of appointments: the list with a form for a new one, and one appointment with its timeline."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.appointments import store
from bot.appointments.models import AppointmentSource
from bot.appointments.written import Written
from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, InvalidAppointmentError
from bot.knowledge import store as knowledge
from bot.messaging.feed import MessageStored
from bot.plans import store as plans
from bot.staff.audit import record_by
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import Reader, ServicesOf, Writer, actor_of
from bot.web.pages import console_frame, render
from bot.web.staff.appointments.views import CHANNEL_WORDS, listed, whole
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff/appointments", include_in_schema=False)

Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Text = Annotated[str, Form(max_length=300)]
DONE = {
    "added": "The appointment is in the book.",
    "changed": "Changed. Its messages follow.",
    "cancelled": "Cancelled. Nothing of its plan is sent.",
    "restored": "The appointment stands again.",
    "paused": "Paused. Nothing is sent until you resume.",
    "resumed": "Resumed. What has missed its time meanwhile stays unsent.",
    "consented": "The consent is noted.",
    "withdrawn": "Noted. The patient gets no messages that they do not ask for.",
    "sent": "On its way.",
    "seen": "Noted that you have seen to it.",
}


def _typed(
    *,
    name: Text = "",
    phone: Text = "",
    treatment: Text = "",
    body_part: Text = "",
    date: Text = "",
    time: Text = "",
    language: Text = "",
) -> dict[str, str]:
    return {
        "name": name,
        "phone": phone,
        "treatment": treatment,
        "body_part": body_part,
        "date": date,
        "time": time,
        "language": language,
    }


Typed = Annotated[dict[str, str], Depends(_typed)]
"""What stands in the form of an appointment."""


@router.get("")
async def book(request: Request, services: ServicesOf, member: Reader) -> HTMLResponse:
    """Show the appointments."""
    return await _book(request, services, member)


@router.post("")
async def add(
    request: Request,
    services: ServicesOf,
    member: Writer,
    typed: Typed,
) -> Response:
    """Put an appointment into the book."""
    try:
        number = await run_sync(_put, services, member, secrets.token_hex(8), typed)
    except InvalidAppointmentError as error:
        return await _book(request, services, member, typed=typed, errors=error.problems, status=422)
    return _shown(number, "added")


@router.get("/{appointment_id}")
async def appointment(
    request: Request, services: ServicesOf, member: Reader, appointment_id: Id, done: str = ""
) -> HTMLResponse:
    """Show one appointment and what is sent before and after it."""
    await run_sync(_note_seen, services, member, appointment_id)
    return await _one(request, services, member, appointment_id, done=done if done in DONE else "")


@router.post("/{appointment_id}/change")
async def change(
    request: Request,
    services: ServicesOf,
    member: Writer,
    appointment_id: Id,
    typed: Typed,
) -> Response:
    """Change an appointment that was added here."""

    def put() -> None:
        with services.database.read() as session:
            found = store.get(session, appointment_id)
        if found.source != AppointmentSource.STAFF.value:
            raise ConflictError("This appointment comes from your practice software. Change it there.")
        _put(services, member, found.external_id, typed)

    try:
        await run_sync(put)
    except InvalidAppointmentError as error:
        return await _one(request, services, member, appointment_id, typed=typed, errors=error.problems, status=422)
    except ConflictError as error:
        return await _one(request, services, member, appointment_id, error=str(error), status=409)
    return _shown(appointment_id, "changed")


@router.post("/{appointment_id}/cancel")
async def cancel(request: Request, services: ServicesOf, member: Writer, appointment_id: Id) -> Response:
    """Cancel it; nothing of its plan is sent any more."""
    work = partial(services.appointments.book.cancel, appointment_id, actor_of(member))
    return await _does(request, services, member, appointment_id, work, done="cancelled")


@router.post("/{appointment_id}/restore")
async def restore(request: Request, services: ServicesOf, member: Writer, appointment_id: Id) -> Response:
    """Take the cancellation back."""
    work = partial(services.appointments.book.restore, appointment_id, actor_of(member))
    return await _does(request, services, member, appointment_id, work, done="restored")


@router.post("/{appointment_id}/pause")
async def pause(request: Request, services: ServicesOf, member: Writer, appointment_id: Id) -> Response:
    """Have its messages wait."""
    work = partial(services.appointments.book.pause, appointment_id, actor_of(member), paused=True)
    return await _does(request, services, member, appointment_id, work, done="paused")


@router.post("/{appointment_id}/resume")
async def resume(request: Request, services: ServicesOf, member: Writer, appointment_id: Id) -> Response:
    """Have its messages go on."""
    work = partial(services.appointments.book.pause, appointment_id, actor_of(member), paused=False)
    return await _does(request, services, member, appointment_id, work, done="resumed")


@router.post("/{appointment_id}/consent")
async def consent(
    request: Request, services: ServicesOf, member: Writer, appointment_id: Id, channel: Text = ""
) -> Response:
    """Note that the patient agreed, just now, to the wording that is asked with now."""
    version = services.appointments.wordings[-1].version

    def agreed() -> None:
        try:
            given = services.appointments.reader.given(version=version, channel=channel, on=utc_now())
        except ValueError:
            raise ConflictError("Say how the patient agreed.") from None
        services.appointments.book.consent(appointment_id, given, actor_of(member))

    return await _does(request, services, member, appointment_id, agreed, done="consented")


@router.post("/{appointment_id}/withdraw")
async def withdraw(request: Request, services: ServicesOf, member: Writer, appointment_id: Id) -> Response:
    """Note that the patient agrees no more."""
    work = partial(services.appointments.book.withdraw, appointment_id, actor_of(member))
    return await _does(request, services, member, appointment_id, work, done="withdrawn")


@router.post("/{appointment_id}/messages/{planned_id}/send")
async def send(request: Request, services: ServicesOf, member: Writer, appointment_id: Id, planned_id: Id) -> Response:
    """Send a planned message now."""

    def sent() -> None:
        message = services.appointments.worker.send_by_hand(planned_id, actor_of(member), utc_now())
        services.feed.publish(message.conversation_id, MessageStored(message=message))

    return await _does(request, services, member, appointment_id, sent, done="sent")


@router.post("/{appointment_id}/messages/{planned_id}/seen")
async def seen(request: Request, services: ServicesOf, member: Writer, appointment_id: Id, planned_id: Id) -> Response:
    """Note that somebody has seen to a message that was missed."""
    work = partial(services.appointments.worker.see_to, planned_id, actor_of(member), utc_now())
    return await _does(request, services, member, appointment_id, work, done="seen")


async def _does(
    request: Request,
    services: Services,
    member: SignedIn,
    appointment_id: int,
    work: Callable[[], Any],
    *,
    done: str,
) -> Response:
    """Do something with an appointment, and show it; what speaks against it is said on its page."""
    try:
        await run_sync(work)
    except ConflictError as error:
        return await _one(request, services, member, appointment_id, error=str(error), status=409)
    return _shown(appointment_id, done)


def _shown(appointment_id: int, done: str) -> Response:
    return RedirectResponse(f"/staff/appointments/{appointment_id}?done={done}", status_code=303)


def _put(services: Services, member: SignedIn, external_id: str, typed: dict[str, Any]) -> int:
    details = services.appointments.reader.read(Written(id=external_id, **typed), AppointmentSource.STAFF)
    return services.appointments.book.put(details, actor_of(member))[0]


def _note_seen(services: Services, member: SignedIn, appointment_id: int) -> None:
    by = actor_of(member)
    with services.database.write() as session:
        store.get(session, appointment_id)
        record_by(
            session,
            by=by,
            action="appointment.seen",
            subject="appointment",
            subject_id=appointment_id,
        )


async def _book(
    request: Request, services: Services, member: SignedIn, *, status: int = 200, **more: Any
) -> HTMLResponse:
    def looked_up() -> dict[str, Any]:
        with services.database.read() as session:
            return {
                "appointments": listed(services, session, utc_now()),
                "missed": plans.count_to_see_to(session),
                **_choices(services),
            }

    context = {
        **console_frame(services.clinic, member),
        "zone": services.clinic.timezone,
        "typed": {},
        "errors": {},
        **await run_sync(looked_up),
        **more,
    }
    return render(request, "staff/appointments.html", context, status)


async def _one(
    request: Request, services: Services, member: SignedIn, appointment_id: int, *, status: int = 200, **more: Any
) -> HTMLResponse:
    def looked_up() -> dict[str, Any]:
        with services.database.read() as session:
            found = store.get(session, appointment_id)
            shown = whole(services, session, found, utc_now())
            return {"appointment": shown, "typed": shown["typed"], **_choices(services)}

    context = {
        **console_frame(services.clinic, member),
        "errors": {},
        "error": "",
        "done": "",
        "channels": [(channel.value, words) for channel, words in CHANNEL_WORDS.items()],
        "wording": services.clinic.fill(services.appointments.wordings[-1].text, lambda _name: ""),
        **await run_sync(looked_up),
        **more,
    }
    context["notice"] = DONE.get(context["done"], "")
    return render(request, "staff/appointment.html", context, status)


def _choices(services: Services) -> dict[str, Any]:
    with services.knowledge_database.read() as session:
        names = {slug: row.name for slug, row in knowledge.treatments(session).items()}
    return {
        "treatments": [(slug, names.get(slug, slug)) for slug in services.clinic.treatments],
        "languages": [(code, services.language_names.get(code, code)) for code in services.clinic.languages],
        "today": services.clinic.today().isoformat(),
        "clinic_zone": ZoneInfo(services.clinic.timezone).key,
    }

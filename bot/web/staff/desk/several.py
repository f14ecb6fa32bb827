"""The page on which one thing is done with several tickets: asked first where patients hear of it, then told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.errors import ConflictError, InvalidMessageError, NotFoundError
from bot.escalation import inbox_store
from bot.escalation.assigning import Had
from bot.escalation.desk.several import Outcome
from bot.escalation.merging.merged_store import last_said_by_patient
from bot.labels import STAFF_RESOLUTIONS
from bot.staff import store as staff
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Resolution
from bot.web.dependencies import ServicesOf, Writer, actor_of
from bot.web.pages import console_frame, render
from bot.web.staff.inbox import Wanted
from bot.web.staff.inbox_views import inbox_query
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff/tickets", include_in_schema=False)

ASKED_FIRST = frozenset({"assign", "resolve"})
"""What patients are told of."""
LONGEST_QUOTE = 300
UNDONE_BY = {"assign": "give_back", "label": "unlabel", "unlabel": "label", "resolve": "reopen"}

Id = Annotated[int, Field(ge=0, le=LARGEST_ID)]


class Asked(BaseModel):
    """What a form asks to be done, with which tickets."""

    action: Annotated[str, Field(max_length=20)] = ""
    ticket: Annotated[list[Id], Field(max_length=500)] = []
    staff_member_id: Id = 0
    label: Annotated[str, Field(max_length=200)] = ""
    resolution: Annotated[str, Field(max_length=20)] = Resolution.ANSWERED.value
    seen: Id = 0
    had: Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=500)] = []
    confirmed: bool = False

    @property
    def why(self) -> Resolution:
        """Why they are resolved."""
        return next((kind for kind in STAFF_RESOLUTIONS if kind.value == self.resolution), Resolution.ANSWERED)

    @property
    def whose(self) -> dict[int, Had]:
        """Whose each ticket was before it was given to somebody.

        Raises:
            InvalidMessageError: The form is none of our page's.
        """
        try:
            return dict(_read_had(one) for one in self.had)
        except ValueError as error:
            raise InvalidMessageError("The form was not complete. Give the tickets one by one.") from error


def _write_had(ticket_id: int, had: Had) -> str:
    """Write it into a hidden field: ticket, staff member (0 for nobody), until when it was snoozed."""
    return f"{ticket_id} {had.assignee_id or 0} {had.snoozed_until.isoformat() if had.snoozed_until else ''}"


def _read_had(written: str) -> tuple[int, Had]:
    ticket_id, assignee_id, until = written.split(" ")
    if max(int(ticket_id), int(assignee_id)) > LARGEST_ID:
        raise ValueError(written)
    snoozed_until = dt.datetime.fromisoformat(until).astimezone(dt.UTC) if until else None
    return int(ticket_id), Had(assignee_id=int(assignee_id) or None, snoozed_until=snoozed_until)


@router.post("/several")
async def several(
    request: Request, services: ServicesOf, member: Writer, wanted: Wanted, asked: Annotated[Asked, Form()]
) -> Response:
    """Do something with several tickets; what patients hear of is asked first."""
    step = _step(services, asked, member)
    context = {
        **console_frame(services.clinic, member),
        "query": inbox_query(wanted),
        "asked": asked,
        "name": await run_sync(_name, services, asked.staff_member_id),
        "resolution_label": STAFF_RESOLUTIONS[asked.why],
        "outcome": None,
        "whose": {},
        "undo": None,
        "had": [],
    }
    if asked.action in ASKED_FIRST and not asked.confirmed and asked.ticket:
        context["rows"], context["seen"] = await run_sync(_rows, services, member, asked.ticket)
        return render(request, "staff/several.html", context)
    outcome = await run_sync(step)
    for change in outcome.changes:
        services.deliver.announce(change)
    context |= {
        "outcome": outcome,
        "whose": await run_sync(
            _whose, services, member, [*outcome.done, *(number for number, _why in outcome.failed)]
        ),
        "undo": UNDONE_BY.get(asked.action) if outcome.done else None,
        "had": [_write_had(ticket_id, had) for ticket_id, had in outcome.had.items()],
    }
    return render(request, "staff/several.html", context)


def _name(services: Services, staff_member_id: int) -> str:
    with services.database.read() as session:
        return staff.name_of(session, staff_member_id)


def _whose(services: Services, member: SignedIn, ticket_ids: list[int]) -> dict[int, str]:
    """Give the patients' names by which tickets are known in the list, where there are any."""
    names = {}
    with services.database.read() as session:
        for ticket_id in ticket_ids:
            try:
                row = inbox_store.row_of(session, ticket_id, staff_member_id=member.staff_member_id)
            except NotFoundError:
                continue
            if row.ticket.patient_name:
                names[ticket_id] = row.ticket.patient_name
    return names


def _rows(services: Services, member: SignedIn, ticket_ids: list[int]) -> tuple[list[dict[str, Any]], int]:
    """Give what is known of the tickets, the patients' last words too, and up to which message that is."""
    rows = []
    with services.database.read() as session:
        # Before the words are read: what is written meanwhile counts as not seen.
        seen = conversations.newest_id_of_all(session)
        for ticket_id in dict.fromkeys(ticket_ids):
            try:
                row = inbox_store.row_of(session, ticket_id, staff_member_id=member.staff_member_id)
            except NotFoundError:
                continue
            last = last_said_by_patient(session, ticket_id)
            rows.append({"ticket": row.ticket, "unread": row.unread, "last": last[:LONGEST_QUOTE]})
    return rows, seen


def _step(services: Services, asked: Asked, member: SignedIn) -> Callable[[], Outcome]:
    by, chosen = actor_of(member), asked.ticket
    steps: dict[str, Callable[[], Outcome]] = {
        "assign": partial(services.several.assign, chosen, to=asked.staff_member_id, by=by),
        "give_back": lambda: services.several.give_back(asked.whose, given_to=asked.staff_member_id, by=by),
        "label": partial(services.several.label, chosen, asked.label, by),
        "unlabel": partial(services.several.unlabel, chosen, asked.label, by),
        "resolve": partial(services.several.resolve, chosen, resolution=asked.why, seen=asked.seen, by=by),
        "reopen": partial(services.several.reopen, chosen, by),
    }
    if asked.action == "assign" and not asked.staff_member_id:
        raise ConflictError("Choose a colleague, then give the tickets. Go back: your ticks are still there.")
    if asked.action not in steps:
        raise ConflictError("Choose what to do with the tickets.")
    return steps[asked.action]

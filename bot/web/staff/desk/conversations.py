"""The pages on which staff look through all conversations, with a ticket or without, and read one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from bot.analytics.figures import QUESTIONS
from bot.analytics.tables import COUNTED
from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.errors import InvalidMessageError
from bot.escalation import store as tickets
from bot.escalation.desk import conversations_store, looking
from bot.escalation.desk.conversations_store import ConversationFilter, ConversationRow
from bot.knowledge import store as knowledge
from bot.labels import CHANNEL_LABELS
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Channel, Counted
from bot.web.dependencies import Reader, ServicesOf, Writer, actor_of
from bot.web.pages import console_frame, render
from bot.web.staff.by_channel import came_by_labels
from bot.web.staff.desk.judged import NOTHING, judged_in
from bot.web.staff.times import day_of, exact, start_of
from bot.web.wire import message_out

router = APIRouter(prefix="/staff/conversations", include_in_schema=False)

ConversationId = Annotated[str, Path(max_length=32)]

NOT_ANSWERED = "not_answered"
KINDS = {
    NOT_ANSWERED: (Counted.NOT_UNDERSTOOD, Counted.NO_ANSWER, Counted.DECLINED),
    **{kind.value: (kind,) for kind in (*QUESTIONS[1:], Counted.CARD, Counted.CHECK)},
}
"""What staff look for, by what it is called: where the assistant did not answer, or saw a danger."""
KIND_LABELS = {
    NOT_ANSWERED: "Not answered",
    **{kind.value: COUNTED[kind] for kind in QUESTIONS[1:]},
    Counted.CARD.value: "A card",
    Counted.CHECK.value: "A safety check",
}
QUICK = (NOT_ANSWERED, Counted.CARD.value)
"""Why is for who looks closer: whoever asks what was not answered yesterday means all of it."""
LONGEST_QUOTE = 200


class Typed(BaseModel):
    """What the fields of the page hold."""

    since: Annotated[str, Field(max_length=20)] = ""
    until: Annotated[str, Field(max_length=20)] = ""
    kind: Annotated[str, Field(max_length=20)] = ""
    topic: Annotated[str, Field(max_length=60)] = ""
    without_ticket: bool = False
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class Searched(Typed):
    """The same with words: in a form, since addresses stand in histories and in the logs of proxies."""

    words: Annotated[str, Field(max_length=200)] = ""


@router.get("")
async def all_conversations(
    request: Request, services: ServicesOf, member: Reader, typed: Annotated[Typed, Query()]
) -> HTMLResponse:
    """Show the newest conversations, by day, kind and topic."""
    return await _listed(request, services, member, Searched(**typed.model_dump()))


@router.post("")
async def search(
    request: Request, services: ServicesOf, member: Writer, typed: Annotated[Searched, Form()]
) -> HTMLResponse:
    """Look for words, a name or a contact; that somebody did stands in the audit log, the words do not."""
    return await _listed(request, services, member, typed)


@router.get("/{conversation_id}")
async def conversation(
    request: Request, services: ServicesOf, member: Reader, conversation_id: ConversationId
) -> HTMLResponse:
    """Show a conversation; who read it stands in the audit log."""
    await run_sync(looking.opened, services.database, conversation_id, actor_of(member))
    context = await run_sync(_conversation, services, member, conversation_id)
    return render(request, "staff/conversation.html", context)


@router.post("/{conversation_id}/ticket")
async def make_ticket(services: ServicesOf, member: Writer, conversation_id: ConversationId) -> Response:
    """Make a ticket of a conversation, so that staff can answer it; the patient hears when somebody takes it."""
    ticket_id = await run_sync(
        looking.make_ticket, services.tickets, services.database, conversation_id, actor_of(member)
    )
    services.deliver.announce_ticket(ticket_id, conversation_id)
    return RedirectResponse(f"/staff/tickets/{ticket_id}", status_code=303)


async def _listed(request: Request, services: Services, member: SignedIn, typed: Searched) -> HTMLResponse:
    context = {
        **console_frame(services.clinic, member),
        "typed": typed,
        "kinds": KIND_LABELS,
        "quick": _quick(services),
    }
    try:
        wanted = _wanted(services, typed)
    except InvalidMessageError as error:
        more: dict[str, Any] = {"error": str(error), "rows": [], "found": None, "topics": {}}
        return render(request, "staff/conversations.html", {**context, **more}, 422)

    def look() -> dict[str, Any]:
        with services.database.read() as session:
            found = conversations_store.page(session, wanted)
            topics = {slug: topic.title for slug, topic in knowledge.topics(session).items()}
        if wanted.words:
            looking.searched(services.database, actor_of(member), wanted, found.total)
        zone = ZoneInfo(services.clinic.timezone)
        return {
            "rows": [_row(row, zone) for row in found.rows],
            "found": found,
            "topics": topics,
            "before": _query(typed, page=found.page - 1) if found.page > 1 else None,
            "after": _query(typed, page=found.page + 1) if found.page < found.pages else None,
            "error": None,
        }

    return render(request, "staff/conversations.html", {**context, **await run_sync(look)})


def _wanted(services: Services, typed: Searched) -> ConversationFilter:
    zone = ZoneInfo(services.clinic.timezone)
    first, last = day_of(typed.since.strip(), "From"), day_of(typed.until.strip(), "To")
    return ConversationFilter(
        words=typed.words.strip(),
        since=None if first is None else start_of(first, zone),
        until=None if last is None else start_of(min(last, dt.date(8999, 1, 1)) + dt.timedelta(days=1), zone),
        kinds=KINDS.get(typed.kind, ()),
        # Nobody answered those either, whatever the reply counts as.
        or_down=typed.kind == NOT_ANSWERED,
        topic=typed.topic or None,
        without_ticket=typed.without_ticket,
        page=typed.page,
    )


def _quick(services: Services) -> list[dict[str, str]]:
    """Lead to what was not answered yesterday and today: with one tap, and without a word in the address."""
    today = services.clinic.today()
    days = {"yesterday": today - dt.timedelta(days=1), "today": today}
    return [
        {
            "title": f"{KIND_LABELS[kind]} {name}",
            "query": urlencode({"kind": kind, "since": day.isoformat(), "until": day.isoformat()}),
        }
        for kind in QUICK
        for name, day in days.items()
    ]


def _query(typed: Searched, *, page: int) -> str:
    values = {**typed.model_dump(exclude={"words"}), "page": page}
    return urlencode({name: value for name, value in values.items() if value})


def _row(row: ConversationRow, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": row.conversation_id,
        "name": row.patient_name or "Patient",
        "channel": CHANNEL_LABELS[row.channel],
        "asked": row.asked[:LONGEST_QUOTE],
        "message_id": row.message_id,
        "at": exact(row.at, zone),
        "ticket": row.ticket_id,
    }


def _conversation(services: Services, member: SignedIn, conversation_id: str) -> dict[str, Any]:
    with services.database.read() as session:
        found = conversations.get_conversation(session, conversation_id)
        messages = conversations.transcript(session, conversation_id)
        judged = judged_in(session, [conversation_id], member)
        came_by = came_by_labels(session, messages, {conversation_id: Channel(found.channel)})
        ticket_ids = tickets.of_conversations(session, [conversation_id])
    return {
        **console_frame(services.clinic, member),
        "patient": found.patient_name or "Patient",
        "conversation_id": conversation_id,
        "channel": CHANNEL_LABELS[Channel(found.channel)],
        "tickets": [view.id for view in ticket_ids],
        "entries": [
            {
                "kind": "message",
                **message_out(message).model_dump(),
                "channel": came_by.get(message.id),
                "judged": judged.get(message.id, NOTHING),
            }
            for message in messages
        ],
    }

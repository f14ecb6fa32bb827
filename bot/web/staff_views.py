"""What the pages of the staff console show, gathered from the stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import utc_now
from bot.escalation.store import TicketView
from bot.knowledge import store as knowledge
from bot.staff.sign_in import SignedIn
from bot.vocabulary import EscalationReason, TicketStatus
from bot.web.wire import message_out

REASON_LABELS = {
    EscalationReason.ASKED_FOR_PERSON: "Asked for a person",
    EscalationReason.NO_ANSWER: "No approved answer",
    EscalationReason.UNSURE_TWICE: "Not understood twice",
    EscalationReason.RED_FLAG: "Red flag",
    EscalationReason.ASSISTANT_DOWN: "Assistant was down",
}


def inbox_context(services: Services, member: SignedIn, shown: str, statuses: Sequence[TicketStatus]) -> dict[str, Any]:
    """Gather what the list of tickets shows.

    Args:
        services: The stores.
        member: Who is looking.
        shown: The name of the view.
        statuses: Which tickets it lists.
    """
    tickets, counts = services.tickets.inbox(statuses)
    zone = ZoneInfo(services.clinic.timezone)
    return {
        "staff_member": {"name": member.name, "role": member.role.value},
        "csrf_token": member.csrf_token,
        "timezone": services.clinic.timezone,
        "status": shown,
        "counts": {**{status.value: count for status, count in counts.items()}, "all": sum(counts.values())},
        "tickets": [_row(ticket, zone) for ticket in tickets],
    }


def ticket_context(
    services: Services, member: SignedIn, shown: str, statuses: Sequence[TicketStatus], ticket_id: int
) -> dict[str, Any]:
    """Gather what a ticket's page shows, the list beside it included.

    Raises:
        NotFoundError: There is no such ticket.
    """
    view = services.tickets.view(ticket_id)
    with services.database.read() as session:
        messages = conversations.transcript(session, view.conversation_id)
        titles = {slug: topic.title for slug, topic in knowledge.topics(session).items()}
        names = {slug: treatment.name for slug, treatment in knowledge.treatments(session).items()}
    zone = ZoneInfo(services.clinic.timezone)
    return {
        **inbox_context(services, member, shown, statuses),
        "ticket": {
            **_row(view, zone),
            "reason": view.reason.value,
            "opened_label": _ago(view.opened_at),
            "opened_exact": _exact(view.opened_at, zone),
            "contact": {"name": view.patient_name, "phone": view.patient_phone, "email": view.patient_email},
            "red_flags": list(view.signs),
            "topics_asked": _topics_asked(messages, titles, names),
            "answers_given": _answers_given(messages, titles),
        },
        "messages": [message_out(message).model_dump() for message in messages],
    }


def _row(ticket: TicketView, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "patient_name": ticket.patient_name,
        "first_line": ticket.first_line,
        "reason_label": REASON_LABELS[ticket.reason],
        "urgency": ticket.urgency.value,
        "status": ticket.status.value,
        "age_label": _ago(ticket.opened_at),
        "age_exact": _exact(ticket.opened_at, zone),
        "assignee_name": ticket.assignee_name,
        "unread": ticket.status is TicketStatus.OPEN,
    }


def _topics_asked(messages: Sequence[StoredMessage], titles: dict[str, str], names: dict[str, str]) -> list[str]:
    asked = []
    for message in messages:
        if message.reply is not None and message.reply.topic in titles:
            about = ", ".join(names[slug] for slug in message.reply.treatments if slug in names)
            asked.append(f"{titles[message.reply.topic]}{f' ({about})' if about else ''}")
    return list(dict.fromkeys(asked))


def _answers_given(messages: Sequence[StoredMessage], titles: dict[str, str]) -> list[dict[str, Any]]:
    given = {}
    for message in messages:
        reply = message.reply
        if reply is not None and reply.answer_id is not None:
            given[reply.answer_id, reply.answer_version] = titles.get(reply.topic or "", reply.answer_id)
    return [
        {"answer_id": answer_id, "version": version, "title": title} for (answer_id, version), title in given.items()
    ]


def _ago(moment: dt.datetime) -> str:
    seconds = int((utc_now() - moment).total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def _exact(moment: dt.datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%a %d %b %Y, %H:%M %Z")

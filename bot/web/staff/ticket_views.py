"""What a ticket's page shows: the conversation with the notes between, the summary card, and what can be done."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from bot.bootstrap import Services
from bot.channels import deliveries, files
from bot.channels import store as numbers
from bot.conversations import identity_store
from bot.conversations.identity_store import Identity
from bot.escalation import safety_store
from bot.escalation import store as tickets
from bot.escalation.desk.notes import NoteView
from bot.escalation.desk.summary import Summary, summarize
from bot.escalation.inbox_store import InboxFilter
from bot.escalation.merging import merged_store
from bot.escalation.merging.same_patient_store import of_same_patient
from bot.escalation.store import TicketView
from bot.knowledge import store as knowledge
from bot.labels import CHANNEL_LABELS, RESOLUTION_LABELS
from bot.reading.phones import shown_phone
from bot.staff.sign_in import SignedIn
from bot.tokens import new_token
from bot.web.staff.by_channel import came_by_labels
from bot.web.staff.by_text import beside_reply, no_texts_to
from bot.web.staff.desk.judged import NOTHING, judged_in
from bot.web.staff.inbox_views import inbox_context, ticket_row
from bot.web.staff.times import ago, exact
from bot.web.wire import message_out


def ticket_context(services: Services, member: SignedIn, wanted: InboxFilter, ticket_id: int) -> dict[str, Any]:
    """Gather what a ticket's page shows, the list beside it included.

    Raises:
        NotFoundError: There is no such ticket.
    """
    view = services.tickets.view(ticket_id)
    with services.database.read() as session:
        ticket = tickets.get_ticket(session, ticket_id)
        messages = merged_store.transcript(session, ticket)
        places = merged_store.conversation_ids(session, ticket)
        goes_to = merged_store.spoken_to_in(session, ticket)
        merged = merged_store.merged_into(session, ticket_id)
        titles = {slug: topic.title for slug, topic in knowledge.topics(session).items()}
        names = {slug: treatment.name for slug, treatment in knowledge.treatments(session).items()}
        number = numbers.number_of(session, goes_to)
        texts = {} if number is None else beside_reply(services, session, number, goes_to)
        no_texts = no_texts_to(session, view.patient_phone, ZoneInfo(services.clinic.timezone))
        unsent = {key: value for place in places for key, value in deliveries.not_sent(session, place).items()}
        sent_files = files.of_messages(session, [message.id for message in messages])
        came_by = came_by_labels(session, messages, {part.conversation_id: part.channel for part in (view, *merged)})
        same_patient = of_same_patient(session, ticket_id)
        identities = identity_store.of(session, places)
        judged = judged_in(session, places, member)
        not_now = [record.answered_at for record in safety_store.not_now(session, places)]
    chats = _chats([view, *merged], places)
    zone = ZoneInfo(services.clinic.timezone)
    return {
        **inbox_context(services, member, wanted, beside=ticket_id),
        "ticket": {
            **ticket_row(view, zone, names),
            "reason": view.reason.value,
            "conversation_id": view.conversation_id,
            "opened_label": ago(view.opened_at),
            "opened_exact": exact(view.opened_at, zone),
            "contact": {
                "name": view.patient_name,
                "phone": view.patient_phone,
                "phone_shown": shown_phone(view.patient_phone or "", services.clinic.region),
                "email": view.patient_email,
            },
            "red_flags": [sign.replace("_", " ") for sign in view.signs],
            "not_now": [exact(at, zone) for at in not_now if at is not None],
            "resolution_label": None if view.resolution is None else RESOLUTION_LABELS[view.resolution],
            "resolved_label": None if view.resolved_at is None else ago(view.resolved_at),
            "resolved_exact": None if view.resolved_at is None else exact(view.resolved_at, zone),
            "merged_into_id": view.merged_into_id,
            "helped": view.helped,
            "call_back": None if view.call_back_at is None else exact(view.call_back_at, zone),
            "no_texts": no_texts,
            "opted_out": None,
            "chat_alone": "",
            "goes_by": "",
            "night": "",
            **texts,
            "is_mine": view.assignee_id == member.staff_member_id,
        },
        "identities": [identity_shown(identity, zone, services.clinic.region) for identity in identities],
        "summary": _summary(summarize(messages, topics=titles, treatments=names, offered=services.clinic.treatments)),
        "entries": _entries(
            [
                {
                    **message_out(message).model_dump(),
                    "not_sent": unsent.get(message.id),
                    "files": [
                        (each, services.files.lies_with_provider(each.address))
                        for each in sent_files.get(message.id, ())
                    ],
                    "chat": chats.get(message.conversation_id),
                    "channel": came_by.get(message.id),
                    "judged": judged.get(message.id, NOTHING),
                }
                for message in messages
            ],
            [note for each in (view, *merged) for note in services.notes.of(each.id)],
        ),
        "goes_to": chats.get(goes_to),
        "seen": messages[-1].id if messages else 0,
        "same_patient": [_other(other) for other in same_patient],
        "merged": [other.id for other in merged],
        "reply_id": new_token()[:22],
        "warnings": [],
        "problem": None,
        "draft": "",
    }


def _chats(parts: list[TicketView], places: list[str]) -> dict[str, str]:
    """Name the chats of a ticket that has several, each by its ticket, so that every line can say where it stood."""
    if len(places) == 1:
        return {}
    return {part.conversation_id: f"{CHANNEL_LABELS[part.channel]} {part.id}" for part in reversed(parts)}


def _entries(messages: list[dict[str, Any]], notes: list[NoteView]) -> list[dict[str, Any]]:
    """Put the notes between the messages, in the order of time."""
    entries = [{"kind": "message", "at": message["created_at"], **message} for message in messages]
    entries.extend(
        {
            "kind": "note",
            "at": note.created_at.isoformat().replace("+00:00", "Z"),
            "id": f"note-{note.id}",
            "author_name": note.author_name,
            "text": note.text,
            "mentioned": list(note.mentioned),
        }
        for note in notes
    )
    return sorted(entries, key=lambda entry: str(entry["at"]))


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "asked": list(summary.asked),
        "topics": list(summary.topics),
        "timing": None if summary.timing is None else vars(summary.timing),
        "answers": [vars(answer) for answer in summary.answers],
        "clarified": summary.clarified,
        "unanswered": summary.unanswered,
    }


def identity_shown(identity: Identity, zone: ZoneInfo, region: str) -> dict[str, Any]:
    """Give who a patient is by the clinic's website, as pages show it."""
    person = identity.person
    return {
        "id": person.id,
        "name": person.name or "No name",
        "email": person.email,
        "phone": person.phone,
        "phone_shown": shown_phone(person.phone, region),
        "since": exact(identity.since, zone),
    }


def _other(ticket: TicketView) -> dict[str, Any]:
    return {"id": ticket.id, "first_line": ticket.first_line, "age_label": ago(ticket.opened_at)}

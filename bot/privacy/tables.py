"""Which tables hold what of a patient, and in which order their rows go: the one list of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from bot.channels.models import SmsConversation
from bot.conversations.models import Conversation, ConversationIdentity, Message
from bot.db.base import Base
from bot.escalation.models import SafetyRecord, Ticket, TicketMention, TicketNote, TicketRead
from bot.knowledge.models import Feedback
from bot.notifications.models import Notification

NOTIFICATIONS = "notifications and texts"
NUMBERS = "phone numbers"

NOT_OF_PATIENTS = {
    "staff_members": "the accounts of staff",
    "staff_links": "the accounts of staff",
    "sign_ins": "the accounts of staff",
    "sign_in_tries": "the accounts of staff",
    "recovery_codes": "the accounts of staff",
    "integrations": "the programs of the clinic",
    "audit_entries": "who did what to which ticket, and never a patient's words or contact",
    "canned_replies": "the clinic's own texts",
    "treatments": "content",
    "topics": "content",
    "sources": "content",
    "facts": "content",
    "answers": "content",
    "answer_treatments": "content",
    "answer_versions": "content",
    "answer_events": "content",
    "not_answered": "content",
    "citations": "content",
}
"""Every other table, and what is in it instead."""
BY_NUMBER = ("sms_numbers",)
"""A number may have more conversations than those that go, or want no texts: `person_store` decides."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Some rows of a table.

    Attributes:
        what: What a person calls them.
        table: The table.
        which: The condition.
    """

    what: str
    table: type[Base]
    which: ColumnElement[bool]


def rows_of_tickets(tickets: Select[int]) -> list[Rows]:
    """Give what belongs to some tickets, what refers to others first, and the tickets last.

    Args:
        tickets: Selects their numbers.
    """
    return [
        Rows(what="calls for staff", table=TicketMention, which=TicketMention.ticket_id.in_(tickets)),
        Rows(what="marks of what staff have read", table=TicketRead, which=TicketRead.ticket_id.in_(tickets)),
        Rows(what="notes", table=TicketNote, which=TicketNote.ticket_id.in_(tickets)),
        Rows(what=NOTIFICATIONS, table=Notification, which=_names("ticket_id").in_(tickets)),
        Rows(what="tickets", table=Ticket, which=Ticket.id.in_(tickets)),
    ]


def rows_of_conversations(conversation_ids: Collection[str]) -> list[Rows]:
    """Give all that belongs to some conversations, what refers to others first, and the conversations last."""
    messages = select(Message.id).where(Message.conversation_id.in_(conversation_ids))
    tickets = select(Ticket.id).where(Ticket.conversation_id.in_(conversation_ids))
    *beside, notifications, own = rows_of_tickets(tickets)
    told = or_(notifications.which, _names("message_id").in_(messages))
    return [
        *beside,
        Rows(what=NOTIFICATIONS, table=Notification, which=told),
        own,
        Rows(what="safety records", table=SafetyRecord, which=SafetyRecord.conversation_id.in_(conversation_ids)),
        Rows(what="feedback", table=Feedback, which=Feedback.conversation_id.in_(conversation_ids)),
        Rows(
            what="links to a number",
            table=SmsConversation,
            which=SmsConversation.conversation_id.in_(conversation_ids),
        ),
        Rows(
            what="what a website has signed of them",
            table=ConversationIdentity,
            which=ConversationIdentity.conversation_id.in_(conversation_ids),
        ),
        Rows(what="messages", table=Message, which=Message.conversation_id.in_(conversation_ids)),
        Rows(what="conversations", table=Conversation, which=Conversation.id.in_(conversation_ids)),
    ]


def _names(field: str) -> ColumnElement[Any]:
    """Give the number under a name in what a notification tells."""
    number: ColumnElement[Any] = Notification.content[field].as_integer()
    return number

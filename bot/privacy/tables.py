"""Which tables hold what of a patient, and in which order their rows go: the one list of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from bot.appointments.models import Appointment
from bot.channels.models import MessageChannel, MessageFile, SmsConversation, TextCode, TextConsent
from bot.conversations.models import Conversation, ConversationIdentity, Message
from bot.curation.models import GatheredQuestion
from bot.db.base import Base
from bot.escalation.models import (
    DangerJudgement,
    SafetyRecord,
    Ticket,
    TicketLabel,
    TicketMention,
    TicketNote,
    TicketRead,
)
from bot.knowledge.models import Feedback
from bot.notifications.models import Notification, TextDelivery
from bot.plans.models import PlannedMessage

NOTIFICATIONS = "notifications and texts"
NUMBERS = "phone numbers"

NOT_OF_PATIENTS = {
    "staff_members": "the accounts of staff",
    "staff_links": "the accounts of staff",
    "sign_ins": "the accounts of staff",
    "sign_in_tries": "the accounts of staff",
    "known_browsers": "the accounts of staff",
    "recovery_codes": "the accounts of staff",
    "integrations": "the programs of the clinic",
    "audit_entries": "who did what to which ticket, and never a patient's words or contact",
    "clinic_changes": "what the clinic says of itself",
    "canned_replies": "the clinic's own texts",
    "saved_views": "the views of staff, without the words that were searched for",
    "treatments": "content",
    "topics": "content",
    "sources": "content",
    "facts": "content",
    "answers": "content",
    "answer_treatments": "content",
    "answer_versions": "content",
    "answer_events": "content",
    "not_answered": "content",
    "plan_reviews": "who approved which message of a plan, and no patient",
    "citations": "content",
    "lessons": "questions without personal details that a person has looked at, and what the clinic says to them",
    "trainings": "figures",
    "own_secrets": "what the keys of browsers are derived from",
    "passkeys": "the accounts of staff",
    "passkey_challenges": "the accounts of staff: what a passkey is to sign, for some minutes",
    "provider_sign_ins": "the accounts of staff: sign-ins that are under way at a provider, for some minutes",
    "data_keys": "the keys that the rest is encrypted with, wrapped",
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
        Rows(what="labels of tickets", table=TicketLabel, which=TicketLabel.ticket_id.in_(tickets)),
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
        Rows(
            what="what became of texts",
            table=TextDelivery,
            which=TextDelivery.notification_id.in_(select(Notification.id).where(told)),
        ),
        Rows(what=NOTIFICATIONS, table=Notification, which=told),
        own,
        Rows(what="safety records", table=SafetyRecord, which=SafetyRecord.conversation_id.in_(conversation_ids)),
        Rows(
            what="what staff say of the look for danger",
            table=DangerJudgement,
            which=DangerJudgement.conversation_id.in_(conversation_ids),
        ),
        Rows(
            what="questions to learn from, redacted",
            table=GatheredQuestion,
            which=GatheredQuestion.conversation_id.in_(conversation_ids),
        ),
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
        Rows(what="codes for going on by text", table=TextCode, which=TextCode.conversation_id.in_(conversation_ids)),
        Rows(what="by what messages came", table=MessageChannel, which=MessageChannel.message_id.in_(messages)),
        Rows(what="where files of messages lie", table=MessageFile, which=MessageFile.message_id.in_(messages)),
        Rows(what="messages", table=Message, which=Message.conversation_id.in_(conversation_ids)),
        Rows(what="conversations", table=Conversation, which=Conversation.id.in_(conversation_ids)),
    ]


def rows_of_numbers(number_ids: Collection[int]) -> list[Rows]:
    """Give what rests on some phone numbers and on no conversation, what refers to others first."""
    appointments = select(Appointment.id).where(Appointment.number_id.in_(number_ids))
    return [
        Rows(what="planned messages", table=PlannedMessage, which=PlannedMessage.appointment_id.in_(appointments)),
        Rows(what="appointments", table=Appointment, which=Appointment.number_id.in_(number_ids)),
        Rows(what="consents to texts", table=TextConsent, which=TextConsent.number_id.in_(number_ids)),
    ]


def _names(field: str) -> ColumnElement[Any]:
    """Give the number under a name in what a notification tells."""
    number: ColumnElement[Any] = Notification.content[field].as_integer()
    return number

"""Which conversations are with whom a phone number or an email address reaches: the SQL conditions that say so."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, or_

from bot.channels.models import SmsConversation, SmsNumber
from bot.conversations.models import Conversation
from bot.reading.phones import without_extension
from bot.reading.phones_in_text import EXTENSION


def is_reached_by_phone(phone: str) -> ColumnElement[bool]:
    """Say, of a conversation in the query, whether its patient left this number or texts from it.

    An extension that only one of two people gave makes no other of them.

    Args:
        phone: As it is stored.
    """
    bare, left = without_extension(phone), Conversation.patient_phone
    with_any_extension = left.startswith(f"{phone}{EXTENSION}", autoescape=True)
    same = left.in_([phone, bare]) if bare != phone else or_(left == phone, with_any_extension)
    texts_from = exists().where(
        SmsConversation.conversation_id == Conversation.id,
        SmsConversation.number_id == SmsNumber.id,
        SmsNumber.phone == bare,
    )
    return or_(same, texts_from)


def is_reached_by_email(email: str) -> ColumnElement[bool]:
    """Say, of a conversation in the query, whether its patient left this address."""
    return func.lower(Conversation.patient_email) == email.lower()

"""Which conversations are with whom a phone number or an email address reaches: the SQL conditions that say so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.sql.elements import SQLColumnExpression

from bot.channels.models import SmsConversation, SmsNumber
from bot.conversations.models import Conversation
from bot.db.sealed import is_found_by
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
    if bare != phone:
        same: ColumnElement[bool] = left.in_([phone, bare])
    else:
        same = or_(left == phone, with_any_extension, is_found_by(left, phone))
    texts_from = exists().where(
        SmsConversation.conversation_id == Conversation.id,
        SmsConversation.number_id == SmsNumber.id,
        SmsNumber.phone == bare,
    )
    return or_(same, texts_from)


def is_reached_by_email(email: str) -> ColumnElement[bool]:
    """Say, of a conversation in the query, whether its patient left this address."""
    return is_same_email(Conversation.patient_email, email)


def is_same_email(column: SQLColumnExpression[Any], email: str) -> ColumnElement[bool]:
    """Say that a column has this address, however capitals are written."""
    return or_(func.lower(column) == email.lower(), is_found_by(column, email.lower()))

"""Which tickets fit the words that somebody looks for: names, contact details, what was written, a number."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import SQLColumnExpression

from bot.channels.models import SmsConversation, SmsNumber
from bot.conversations.models import Conversation, Message
from bot.db.folding import digits, digits_of, fold, folded
from bot.escalation.merged_store import conversations_of
from bot.escalation.models import Ticket

_PHONE = re.compile(r"[\s\d()+./-]+")
SHORTEST_PHONE = 3
"""Fewer digits would find nearly every number."""
WHOLE_PHONE = 7
"""As many digits belong to no small number that a patient writes."""


def holds(words: str) -> ColumnElement[bool]:
    """Give the condition that a ticket has these words: capitals, accents and the form of a number do not matter."""
    wanted = fold(words)
    # Another name for the table: the list itself joins it for the first line.
    message = aliased(Message)
    columns = (Conversation.patient_name, Conversation.patient_phone, Conversation.patient_email)
    said = exists().where(
        message.conversation_id.in_(conversations_of()), folded(message.text).contains(wanted, autoescape=True)
    )
    found = [*(folded(column).contains(wanted, autoescape=True) for column in columns), said, _is_ticket(words)]
    number = digits(words).lstrip("0")
    if _PHONE.fullmatch(words) and len(number) >= SHORTEST_PHONE:
        found.extend(_has_number(number))
    return or_(*found)


def _is_ticket(words: str) -> ColumnElement[bool]:
    number = words.removeprefix("#")
    # Longer numbers do not fit in a database's integer.
    wanted: ColumnElement[bool] = Ticket.id == (int(number) if number.isdecimal() and len(number) < 10 else 0)
    return wanted


def _has_number(number: str) -> list[ColumnElement[bool]]:
    texts = exists().where(
        SmsConversation.conversation_id == Ticket.conversation_id,
        SmsNumber.id == SmsConversation.number_id,
        _same_number(SmsNumber.phone, number),
    )
    found = [_same_number(Conversation.patient_phone, number), texts]
    if len(number) >= WHOLE_PHONE:
        message = aliased(Message)
        written = digits_of(message.text).contains(number)
        found.append(exists().where(message.conversation_id.in_(conversations_of()), written))
    return found


def _same_number(
    column: SQLColumnExpression[str | None] | SQLColumnExpression[str], number: str
) -> ColumnElement[bool]:
    """Tell numbers by their digits; one of the two may lack the country, or the zero before the town."""
    kept = digits_of(column)
    return or_(
        kept.contains(number),
        and_(func.length(kept) >= WHOLE_PHONE, literal(number).endswith(func.ltrim(kept, "0"))),
    )

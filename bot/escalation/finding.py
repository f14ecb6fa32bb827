"""Which tickets fit the words that somebody looks for: names, contact details, what was written, a number."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, not_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLColumnExpression

from bot.channels.models import SmsConversation, SmsNumber
from bot.conversations.models import Conversation, Message
from bot.db import sealed_search
from bot.db.folding import digits, digits_of
from bot.db.sealed import is_sealed
from bot.db.sealed_search import with_digits, with_words
from bot.escalation.merging.merged_store import tickets_of
from bot.escalation.models import Ticket
from bot.vocabulary import Author

_PHONE = re.compile(r"[\s\d()+./-]+")
SHORTEST_PHONE = 3
"""Fewer digits would find nearly every number."""
WHOLE_PHONE = 7
"""As many digits belong to no small number that a patient writes."""
_TEXTS = (Message.conversation_id, Message.text)


def holds(session: Session, words: str, among: Select[str] | None = None) -> ColumnElement[bool]:
    """Give the condition that a ticket has these words: capitals, accents and the form of a number do not matter.

    Args:
        session: The open session of the query.
        words: What is looked for.
        among: The only conversations that are gone through for what was said; all by default.
    """
    columns = (Conversation.patient_name, Conversation.patient_phone, Conversation.patient_email)
    found = [*(with_words(session, Conversation.id, column, words) for column in columns), _is_ticket(words)]
    number = digits(words).lstrip("0") if _PHONE.fullmatch(words) else ""
    if len(number) >= SHORTEST_PHONE:
        found.extend(_has_number(session, number, among))
    if len(number) < WHOLE_PHONE:
        has_them = with_words(session, *_TEXTS, words, newest=Message.id, where=_in(among))
        found.append(_said(has_them, among))
    return or_(*found)


def _in(among: Select[str] | None) -> ColumnElement[bool] | None:
    return None if among is None else Message.conversation_id.in_(among)


def _said(condition: ColumnElement[bool], among: Select[str] | None) -> ColumnElement[bool]:
    """Tell, in SQL, of a ticket whether such a message stands in one of its conversations.

    Messages are gone through once, and not anew for each ticket.
    """
    where = select(Message.conversation_id).where(condition).correlate(None)
    is_among = _in(among)
    if is_among is not None:
        where = where.where(is_among)
    return Ticket.id.in_(tickets_of(where))


def _is_ticket(words: str) -> ColumnElement[bool]:
    number = words.removeprefix("#")
    # Longer numbers do not fit in a database's integer.
    wanted: ColumnElement[bool] = Ticket.id == (int(number) if number.isdecimal() and len(number) < 10 else 0)
    return wanted


def _has_number(session: Session, number: str, among: Select[str] | None) -> list[ColumnElement[bool]]:
    texts = (
        select(SmsConversation.conversation_id)
        .join(SmsNumber, SmsNumber.id == SmsConversation.number_id)
        .where(_same_number(session, SmsNumber.id, SmsNumber.phone, number))
    )
    left = _same_number(session, Conversation.id, Conversation.patient_phone, number)
    found = [left, Ticket.conversation_id.in_(texts)]
    if len(number) >= WHOLE_PHONE:
        # The digits of an answer, one after the other, are nobody's number.
        has_it = with_digits(session, *_TEXTS, number, newest=Message.id, where=_in(among))
        found.append(_said(and_(Message.author != Author.BOT.value, has_it), among))
    return found


def _same_number(
    session: Session,
    named: SQLColumnExpression[Any],
    column: SQLColumnExpression[str | None] | SQLColumnExpression[str],
    number: str,
) -> ColumnElement[bool]:
    """Tell numbers by their digits; one of the two may lack the country, or the zero before the town."""
    kept = digits_of(column)
    same = or_(
        kept.contains(number),
        and_(func.length(kept) >= WHOLE_PHONE, literal(number).endswith(func.ltrim(kept, "0"))),
    )
    sealed = sealed_search.found(session, named, column, lambda text: _is_same(digits(text), number))
    return or_(and_(not_(is_sealed(column)), same), named.in_(sealed))


def _is_same(kept: str, number: str) -> bool:
    return number in kept or (len(kept) >= WHOLE_PHONE and number.endswith(kept.lstrip("0")))

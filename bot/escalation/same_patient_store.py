"""The SQL that tells which tickets are of the same patient: by phone number, in whatever form, or email address."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.channels import store as numbers
from bot.channels.models import SmsConversation, SmsNumber
from bot.conversations.models import Conversation
from bot.escalation.models import Ticket
from bot.escalation.store import TicketView, view, views_of, with_conversation
from bot.reading.phones import without_extension
from bot.reading.phones_in_text import EXTENSION
from bot.vocabulary import TicketStatus


def of_same_patient(session: Session, ticket_id: int) -> list[TicketView]:
    """Give the other unresolved tickets whose patient left the same phone number or email address, or texts from it."""
    mine = view(session, ticket_id)
    same: list[ColumnElement[bool]] = []
    if mine.patient_phone:
        same += [_is_phone(Conversation.patient_phone, mine.patient_phone), _texts_from(mine.patient_phone)]
    number = numbers.number_of(session, mine.conversation_id)
    if number is not None:
        same += [_is_phone(Conversation.patient_phone, number.phone), _texts_from(number.phone)]
    if mine.patient_email:
        same.append(func.lower(Conversation.patient_email) == mine.patient_email.lower())
    if not same:
        return []
    query = with_conversation().where(or_(*same), Ticket.id != ticket_id, Ticket.status != TicketStatus.RESOLVED.value)
    return views_of(session.execute(query.order_by(Ticket.id)).all())


def _is_phone(column: InstrumentedAttribute[str | None], phone: str) -> ColumnElement[bool]:
    """Say whether a number is the same; an extension that only one of two people gave makes no other of them."""
    bare = without_extension(phone)
    if bare != phone:
        return column.in_([phone, bare])
    return or_(column == phone, column.startswith(f"{phone}{EXTENSION}", autoescape=True))


def _texts_from(phone: str) -> ColumnElement[bool]:
    return exists().where(
        SmsConversation.conversation_id == Conversation.id,
        SmsConversation.number_id == SmsNumber.id,
        SmsNumber.phone == without_extension(phone),
    )

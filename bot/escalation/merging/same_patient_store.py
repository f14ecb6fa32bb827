"""The SQL that tells which tickets are of the same patient: by phone number, in whatever form, or email address."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from bot.channels import store as numbers
from bot.channels.same_contact import is_reached_by_email, is_reached_by_phone
from bot.escalation.models import Ticket
from bot.escalation.store import TicketView, view, views_of, with_conversation
from bot.vocabulary import TicketStatus


def of_same_patient(session: Session, ticket_id: int) -> list[TicketView]:
    """Give the other unresolved tickets whose patient left the same phone number or email address, or texts from it."""
    mine = view(session, ticket_id)
    same: list[ColumnElement[bool]] = []
    if mine.patient_phone:
        same.append(is_reached_by_phone(mine.patient_phone))
    number = numbers.number_of(session, mine.conversation_id)
    if number is not None:
        same.append(is_reached_by_phone(number.phone))
    if mine.patient_email:
        same.append(is_reached_by_email(mine.patient_email))
    if not same:
        return []
    query = with_conversation().where(or_(*same), Ticket.id != ticket_id, Ticket.status != TicketStatus.RESOLVED.value)
    return views_of(session.execute(query.order_by(Ticket.id)).all())

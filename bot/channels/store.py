"""The only SQL on phone numbers and on which conversation is with which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.channels.models import SmsConversation, SmsNumber


def lock_number(session: Session, phone: str) -> SmsNumber:
    """Give the row of a phone number, made if it is new, that nobody else changes until this transaction ends."""
    found = session.scalar(select(SmsNumber).where(SmsNumber.phone == phone).with_for_update())
    if found is None:
        found = SmsNumber(phone=phone, opted_out_at=None)
        session.add(found)
        session.flush()
    return found


def find_number(session: Session, phone: str) -> SmsNumber | None:
    """Give the row of a phone number, or None if it never wrote."""
    return session.scalar(select(SmsNumber).where(SmsNumber.phone == phone))


def find_number_by_id(session: Session, number_id: int) -> SmsNumber | None:
    """Give a number by its id, or None if it was deleted."""
    return session.get(SmsNumber, number_id)


def get_number(session: Session, number_id: int) -> SmsNumber:
    """Give a number by its id."""
    return session.get_one(SmsNumber, number_id)


def opt_out(session: Session, number_id: int, now: dt.datetime) -> None:
    """Note that a number wants no more messages; one that said so before keeps its time."""
    number = get_number(session, number_id)
    number.opted_out_at = number.opted_out_at or now


def add_conversation(session: Session, *, conversation_id: str, number_id: int) -> None:
    """Store that a conversation is with a number."""
    session.add(SmsConversation(conversation_id=conversation_id, number_id=number_id))
    session.flush()


def conversation_ids(session: Session, number_id: int) -> list[str]:
    """Give the conversations with a number."""
    return list(session.scalars(select(SmsConversation.conversation_id).where(SmsConversation.number_id == number_id)))


# Made once: every message to a patient asks for it.
_NUMBER_ID = select(SmsConversation.number_id).where(SmsConversation.conversation_id == bindparam("conversation_id"))


def number_of(session: Session, conversation_id: str) -> SmsNumber | None:
    """Give the number that a conversation is with; None for another channel's."""
    session.flush()
    number_id = session.connection().execute(_NUMBER_ID, {"conversation_id": conversation_id}).scalar()
    return None if number_id is None else get_number(session, number_id)


def is_opted_out(session: Session, conversation_id: str) -> bool:
    """Tell whether a conversation is by SMS with a number that wants no messages."""
    number = number_of(session, conversation_id)
    return number is not None and number.opted_out_at is not None


def opted_out_among(session: Session, conversation_ids: Collection[str]) -> set[str]:
    """Give those of these conversations that are with a number that wants no messages."""
    query = (
        select(SmsConversation.conversation_id)
        .join(SmsNumber, SmsNumber.id == SmsConversation.number_id)
        .where(SmsConversation.conversation_id.in_(conversation_ids), SmsNumber.opted_out_at.is_not(None))
    )
    return set(session.scalars(query))

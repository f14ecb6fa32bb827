"""The only SQL on who patients are by their clinic's website."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversations.models import Conversation, ConversationIdentity
from bot.db.engine import utc_now


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who somebody is on the clinic's website; what it does not say is empty.

    Attributes:
        id: How the website knows them.
        name: Their name.
        email: Their email address.
        phone: Their phone number, as it is stored.
    """

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A person, and since when it is known that they write in a conversation."""

    person: Person
    since: dt.datetime


def keep(session: Session, conversation_id: str, person: Person) -> None:
    """Store who writes in a conversation; since when, if it was known before, stays as it was."""
    row = session.get(ConversationIdentity, conversation_id)
    if row is None:
        row = ConversationIdentity(conversation_id=conversation_id, identified_at=utc_now())
        session.add(row)
    row.person_id, row.name, row.email, row.phone = person.id, person.name, person.email, person.phone


def is_reachable(session: Session, conversation_id: str) -> bool:
    """Say whether staff know how to reach whoever writes in a conversation, from them or from the website."""
    conversation = session.get(Conversation, conversation_id)
    told = session.get(ConversationIdentity, conversation_id)
    left = conversation is not None and (conversation.patient_phone or conversation.patient_email)
    return bool(left or (told is not None and (told.phone or told.email)))


def of(session: Session, conversation_ids: Sequence[str]) -> list[Identity]:
    """Give who writes in conversations, as far as it is known, in the order in which it became known."""
    query = (
        select(ConversationIdentity)
        .where(ConversationIdentity.conversation_id.in_(conversation_ids))
        .order_by(ConversationIdentity.identified_at)
    )
    return [
        Identity(
            person=Person(id=row.person_id, name=row.name, email=row.email, phone=row.phone), since=row.identified_at
        )
        for row in session.scalars(query)
    ]

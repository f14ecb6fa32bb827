"""The only SQL on all that is stored of one person: which conversations, what belongs to them, deleting it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, delete, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.appointments.models import Appointment
from bot.channels.models import SmsConversation, SmsNumber, TextCode, TextConsent
from bot.channels.same_contact import is_reached_by_email, is_reached_by_phone, is_same_email
from bot.conversations import several_store
from bot.conversations.models import Conversation, ConversationIdentity, Message
from bot.db import sealed_search
from bot.db.folding import digits, digits_of
from bot.db.sealed import is_sealed
from bot.escalation.models import Ticket
from bot.plans.models import PlannedMessage
from bot.privacy.tables import NUMBERS, Rows, rows_of_conversations, rows_of_numbers, rows_of_tickets
from bot.vocabulary import Channel, TicketStatus

WHOLE_PHONE = 7
"""As many digits in a message are no small number."""


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A conversation as somebody sees it who is about to delete it.

    Attributes:
        began_at: When it began.
        last_at: When something was last said in it; None if nothing was.
        messages: How many there are.
        open_ticket: The number of its ticket that is not resolved; None if there is none.
    """

    conversation_id: str
    channel: Channel
    name: str | None
    phone: str | None
    email: str | None
    began_at: dt.datetime
    last_at: dt.datetime | None
    messages: int
    open_ticket: int | None


def is_conversation(session: Session, conversation_id: str) -> bool:
    """Tell whether there is a conversation with this id."""
    return session.get(Conversation, conversation_id) is not None


def reached_by_phone(session: Session, phone: str, written: str) -> list[str]:
    """Give the conversations whose patient left a number, as it is stored or as it was typed, or texts from it.

    A number that the clinic's website has signed counts as left.
    """
    as_written = Conversation.patient_phone == written
    signed = _signed(ConversationIdentity.phone.in_([phone, written]))
    return _conversation_ids(session, or_(is_reached_by_phone(phone), as_written, signed))


def reached_by_email(session: Session, email: str) -> list[str]:
    """Give the conversations whose patient left an address, or whose website has signed it."""
    signed = _signed(is_same_email(ConversationIdentity.email, email))
    return _conversation_ids(session, or_(is_reached_by_email(email), signed))


def of_same_patient(session: Session, conversation_ids: Collection[str]) -> list[str]:
    """Add the conversations of the same patient: staff made their tickets one, or the website signed who it is."""
    found = list(conversation_ids)
    other = aliased(Ticket)
    whole = func.coalesce(Ticket.merged_into_id, Ticket.id)
    while True:
        theirs = select(func.coalesce(other.merged_into_id, other.id)).where(other.conversation_id.in_(found))
        more = list(session.scalars(select(Ticket.conversation_id).where(whole.in_(theirs)).order_by(Ticket.id)))
        more += _of_persons(session, found)
        new = list(dict.fromkeys([*found, *more]))
        if len(new) == len(found):
            return new
        found = new


def signed_like(session: Session, conversation_id: str) -> set[str]:
    """Give the conversations whose website has signed the same person as for this one."""
    return set(_of_persons(session, [conversation_id]))


def _of_persons(session: Session, conversation_ids: Collection[str]) -> list[str]:
    """Give the conversations of the persons who are signed in some."""
    signed = select(ConversationIdentity.person_id).where(ConversationIdentity.conversation_id.in_(conversation_ids))
    # In two steps: one id may be sealed with two keys, which the database cannot know to be the same.
    persons = list(dict.fromkeys(session.scalars(signed)))
    same = select(ConversationIdentity.conversation_id).where(ConversationIdentity.person_id.in_(persons))
    return list(session.scalars(same.order_by(ConversationIdentity.conversation_id)))


def of_same_number(session: Session, conversation_ids: Collection[str]) -> list[str]:
    """Give the conversations by text with the numbers that text in these."""
    numbers = select(SmsConversation.number_id).where(SmsConversation.conversation_id.in_(conversation_ids))
    query = select(SmsConversation.conversation_id).where(SmsConversation.number_id.in_(numbers))
    return list(session.scalars(query.order_by(SmsConversation.conversation_id)))


def mentioned_in(session: Session, contact: str, but: Collection[str]) -> list[str]:
    """Give the other conversations in whose messages a contact stands: somebody may have left it there alone."""
    number = digits(contact).lstrip("0")
    if "@" in contact:
        said: ColumnElement[bool] = func.lower(Message.text).contains(contact.lower(), autoescape=True)
        sealed = _sealed_that(session, lambda text: contact.lower() in text.lower())
    elif len(number) >= WHOLE_PHONE:
        said = digits_of(Message.text).contains(number)
        sealed = _sealed_that(session, lambda text: number in digits(text))
    else:
        return []
    said = (said & not_(is_sealed(Message.text))) | Message.conversation_id.in_(sealed)
    query = select(Message.conversation_id).where(said, Message.conversation_id.not_in(but)).distinct()
    return list(session.scalars(query.order_by(Message.conversation_id)))


def _sealed_that(session: Session, fits: Callable[[str], bool]) -> list[str]:
    return sealed_search.found(session, Message.conversation_id, Message.text, fits, Message.id)


def numbers_of(session: Session, conversation_ids: Collection[str], phone: str | None = None) -> list[SmsNumber]:
    """Give the numbers that text in these conversations, and the one that was asked for, though it has none left."""
    used = exists().where(
        SmsConversation.number_id == SmsNumber.id, SmsConversation.conversation_id.in_(conversation_ids)
    )
    asked = exists().where(TextCode.number_id == SmsNumber.id, TextCode.conversation_id.in_(conversation_ids))
    which = or_(used, asked, SmsNumber.phone == phone)
    return list(session.scalars(select(SmsNumber).where(which).order_by(SmsNumber.id)))


def outlines(session: Session, conversation_ids: Collection[str]) -> list[Outline]:
    """Give these conversations in outline, the newest first."""
    said = (
        select(
            Message.conversation_id.label("id"),
            func.count().label("messages"),
            func.max(Message.created_at).label("at"),
        )
        .where(Message.conversation_id.in_(conversation_ids))
        .group_by(Message.conversation_id)
        .subquery()
    )
    unresolved = (
        select(func.max(Ticket.id))
        .where(Ticket.conversation_id == Conversation.id, Ticket.status != TicketStatus.RESOLVED.value)
        .scalar_subquery()
    )
    query = (
        select(Conversation, said.c.messages, said.c.at, unresolved)
        .outerjoin(said, said.c.id == Conversation.id)
        .where(Conversation.id.in_(conversation_ids))
        .order_by(Conversation.created_at.desc(), Conversation.id)
    )
    return [
        Outline(
            conversation_id=conversation.id,
            channel=Channel(conversation.channel),
            name=conversation.patient_name,
            phone=conversation.patient_phone,
            email=conversation.patient_email,
            began_at=conversation.created_at,
            last_at=last_at,
            messages=messages or 0,
            open_ticket=ticket,
        )
        for conversation, messages, last_at, ticket in session.execute(query)
    ]


def rows(session: Session, part: Rows) -> list[dict[str, Any]]:
    """Give rows as they stand in the table, by the names of its columns, oldest first."""
    table = cast("Table", part.table.__table__)
    query = select(table).where(part.which).order_by(*table.primary_key.columns)
    return [dict(row) for row in session.execute(query).mappings()]


def counts(session: Session, conversation_ids: Collection[str], number_ids: Collection[int]) -> dict[str, int]:
    """Give how many rows of each kind `forget` would delete, only of what there is."""
    parts = [
        *rows_of_numbers(number_ids),
        *rows_of_conversations(conversation_ids),
        _numbers(conversation_ids, number_ids, without_appointments=False),
    ]
    found = {part.what: _count(session, part) for part in parts}
    return {what: count for what, count in found.items() if count}


def forget(
    session: Session,
    conversation_ids: Collection[str],
    number_ids: Collection[int],
    *,
    with_appointments: bool = True,
) -> dict[str, int]:
    """Delete all that belongs to these conversations; give how many rows of each kind.

    A number goes once it has no conversation and no appointment left, unless it wants no texts: only that it stands
    here keeps it so.

    Args:
        session: The open write session.
        conversation_ids: Which.
        number_ids: The numbers that text in them (`numbers_of`).
        with_appointments: Whether the appointments of these numbers go too: not where only what was said is old.
    """
    several_store.lock_conversations(session, conversation_ids)
    own = select(Ticket.id).where(Ticket.conversation_id.in_(conversation_ids))
    others = update(Ticket).where(Ticket.merged_into_id.in_(own), Ticket.conversation_id.not_in(conversation_ids))
    session.execute(others.values(merged_into_id=None), execution_options={"synchronize_session": False})
    of_numbers = rows_of_numbers(number_ids) if with_appointments else []
    return _delete(
        session, [*of_numbers, *rows_of_conversations(conversation_ids), _numbers(conversation_ids, number_ids)]
    )


def forget_appointments(session: Session, appointment_ids: Collection[int]) -> int:
    """Delete appointments, and of their numbers what then rests on nothing; give how many appointments."""
    numbers = list(session.scalars(select(Appointment.number_id).where(Appointment.id.in_(appointment_ids))))
    planned = PlannedMessage.appointment_id.in_(appointment_ids)
    which = Appointment.id.in_(appointment_ids)
    gone = _delete(
        session,
        [
            Rows(what="planned messages", table=PlannedMessage, which=planned),
            Rows(what="appointments", table=Appointment, which=which),
        ],
    )
    left = set(session.scalars(select(Appointment.number_id).where(Appointment.number_id.in_(numbers))))
    alone = TextConsent.number_id.in_(set(numbers) - left)
    _delete(session, [Rows(what="consents", table=TextConsent, which=alone), _numbers((), numbers)])
    return gone.get("appointments", 0)


def forget_tickets(session: Session, ticket_ids: Collection[int]) -> dict[str, int]:
    """Delete tickets with all that staff wrote beside them, and leave their conversations."""
    chosen = select(Ticket.id).where(Ticket.id.in_(ticket_ids))
    return _delete(session, rows_of_tickets(chosen))


def _numbers(
    conversation_ids: Collection[str], number_ids: Collection[int], *, without_appointments: bool = True
) -> Rows:
    has_others = exists().where(
        SmsConversation.number_id == SmsNumber.id, SmsConversation.conversation_id.not_in(conversation_ids)
    )
    was_asked = exists().where(TextCode.number_id == SmsNumber.id, TextCode.conversation_id.not_in(conversation_ids))
    which = SmsNumber.id.in_(number_ids) & SmsNumber.opted_out_at.is_(None) & ~has_others & ~was_asked
    if without_appointments:
        for table in (Appointment, TextConsent):
            which &= ~exists().where(table.number_id == SmsNumber.id)
    return Rows(what=NUMBERS, table=SmsNumber, which=which)


def _signed(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say, of a conversation in the query, whether the clinic's website has signed such a contact for it."""
    return exists().where(ConversationIdentity.conversation_id == Conversation.id, which)


def _conversation_ids(session: Session, which: ColumnElement[bool]) -> list[str]:
    return list(session.scalars(select(Conversation.id).where(which).order_by(Conversation.created_at)))


def _count(session: Session, part: Rows) -> int:
    return session.scalar(select(func.count()).select_from(part.table).where(part.which)) or 0


def _delete(session: Session, parts: Sequence[Rows]) -> dict[str, int]:
    done: dict[str, int] = {}
    for part in parts:
        query = delete(part.table).where(part.which).execution_options(synchronize_session=False)
        count = session.connection().execute(query).rowcount
        if count:
            done[part.what] = done.get(part.what, 0) + count
    session.expire_all()
    return done

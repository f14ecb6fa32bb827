"""The only SQL on numbers, of phones and of other channels, and on which conversation is with which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.orm import Session, aliased

from bot.channels import consents
from bot.channels.models import MessageChannel, SmsConversation, SmsNumber
from bot.conversations.models import Conversation, Message
from bot.conversations.store import last_inbound_id
from bot.vocabulary import Author, Channel

_OF_PHONES = (Channel.SMS.value, Channel.WHATSAPP.value)
"""Here the same number is the same phone: what its owner wants holds for both."""


@dataclass(frozen=True, kw_only=True)
class OptedOut:
    """That a number wants no texts.

    Attributes:
        since: Since when.
        words: What its owner wrote to say so; empty where that message is gone.
        noted_by: Who of staff noted it, where its owner said so to them; empty where they wrote it.
    """

    since: dt.datetime
    words: str
    noted_by: str = ""


def lock_number(session: Session, phone: str, channel: Channel = Channel.SMS) -> SmsNumber:
    """Give the row of a number, made if it is new, that nobody else changes until this transaction ends.

    A new one of a phone that has opted out on its other channel has opted out.
    """
    found = session.scalar(_number(phone, channel).with_for_update())
    if found is None:
        others = select(SmsNumber.opted_out_at).where(SmsNumber.phone == phone, SmsNumber.channel.in_(_OF_PHONES))
        opted_out_at = session.scalar(others) if channel.value in _OF_PHONES else None
        found = SmsNumber(phone=phone, channel=channel.value, opted_out_at=opted_out_at)
        session.add(found)
        session.flush()
    return found


def find_number(session: Session, phone: str, channel: Channel = Channel.SMS) -> SmsNumber | None:
    """Give the row of a number, or None if it never wrote on that channel."""
    return session.scalar(_number(phone, channel))


def _number(phone: str, channel: Channel) -> Select[SmsNumber]:
    return select(SmsNumber).where(SmsNumber.phone == phone, SmsNumber.channel == channel.value)


def find_number_by_id(session: Session, number_id: int) -> SmsNumber | None:
    """Give a number by its id, or None if it was deleted."""
    return session.get(SmsNumber, number_id)


def get_number(session: Session, number_id: int) -> SmsNumber:
    """Give a number by its id."""
    return session.get_one(SmsNumber, number_id)


def opt_out(session: Session, number_id: int, now: dt.datetime, *, noted_by: str | None = None) -> None:
    """Note that a number wants no more messages, by SMS or WhatsApp; one that said so before keeps its time.

    Args:
        session: The open session.
        number_id: Which number.
        now: The present, aware.
        noted_by: Who of staff notes it, where its owner said so to them: that may be a slip. None where they wrote it.
    """
    for number in same_phone(session, number_id):
        number.opted_out_before_at = None if noted_by is None else number.last_opted_out_at
        number.opted_out_at = number.opted_out_at or now
        number.last_opted_out_at, number.opt_out_noted_by = now, noted_by
        # One word ends both: texts at all, and what was once agreed to. Who comes back agrees anew.
        consents.end_all(session, number.id, now, by=noted_by or consents.BY_TEXT)


def undo_opt_out(session: Session, number_id: int) -> None:
    """Undo what staff noted of a number by a slip: all is as it was before."""
    for number in same_phone(session, number_id):
        if number.opted_out_at is not None and number.opt_out_noted_by is not None:
            consents.hold_again(session, number.id, number.opted_out_at, by=number.opt_out_noted_by)
        number.last_opted_out_at = number.opted_out_before_at
        number.opted_out_at, number.opt_out_noted_by, number.opted_out_before_at = None, None, None


def opt_in(session: Session, number_id: int) -> None:
    """Note that a number wants messages again, by SMS and WhatsApp."""
    for number in same_phone(session, number_id):
        number.opted_out_at, number.opt_out_noted_by, number.opted_out_before_at = None, None, None


def same_phone(session: Session, number_id: int) -> list[SmsNumber]:
    """Give the rows of a number's phone, by SMS and WhatsApp, in the order of their ids."""
    number = get_number(session, number_id)
    if number.channel not in _OF_PHONES:
        return [number]
    query = select(SmsNumber).where(SmsNumber.phone == number.phone, SmsNumber.channel.in_(_OF_PHONES))
    return list(session.scalars(query.order_by(SmsNumber.id)))


def last_wrote_at(session: Session, number_id: int) -> dt.datetime | None:
    """Give when somebody last wrote from a number; None if they never did."""
    theirs = select(SmsConversation.conversation_id).where(SmsConversation.number_id == number_id)
    query = select(func.max(Message.created_at)).where(
        Message.conversation_id.in_(theirs), Message.author == Author.PATIENT.value
    )
    return session.scalar(query)


def add_conversation(session: Session, *, conversation_id: str, number_id: int) -> None:
    """Store that a conversation is with a number."""
    session.add(SmsConversation(conversation_id=conversation_id, number_id=number_id))
    session.flush()


def link(session: Session, *, conversation_id: str, number_id: int, now: dt.datetime) -> None:
    """Have a web chat go on by text with a number, whose row is locked; another web chat with it does no more."""
    others = delete(SmsConversation).where(
        SmsConversation.number_id == number_id,
        SmsConversation.linked_at.is_not(None),
        SmsConversation.conversation_id != conversation_id,
    )
    session.execute(others, execution_options={"synchronize_session": False})
    session.merge(SmsConversation(conversation_id=conversation_id, number_id=number_id, linked_at=now))
    session.flush()


def linked_to(session: Session, conversation_id: str) -> SmsConversation | None:
    """Give the number's row of a web chat that goes on by text; None of all other conversations."""
    found = session.get(SmsConversation, conversation_id)
    return None if found is None or found.linked_at is None else found


def linked_among(session: Session, conversation_ids: Collection[str]) -> set[str]:
    """Give those of these conversations that are web chats which go on by text."""
    query = select(SmsConversation.conversation_id).where(
        SmsConversation.conversation_id.in_(conversation_ids), SmsConversation.linked_at.is_not(None)
    )
    return set(session.scalars(query))


def going_on(session: Session, number_id: int) -> list[str]:
    """Give the conversations in which a number's texts can go on: a linked web chat, and what began by text since."""
    linked = select(SmsConversation.linked_at).where(
        SmsConversation.number_id == number_id, SmsConversation.linked_at.is_not(None)
    )
    since = session.scalar(linked)
    if since is None:
        return conversation_ids(session, number_id)
    query = (
        select(SmsConversation.conversation_id)
        .join(Conversation, Conversation.id == SmsConversation.conversation_id)
        .where(
            SmsConversation.number_id == number_id,
            SmsConversation.linked_at.is_not(None) | (Conversation.created_at >= since),
        )
    )
    return list(session.scalars(query))


def note_channel(session: Session, message_id: int, channel: Channel) -> None:
    """Note by what a message of a web chat came, or went."""
    session.add(MessageChannel(message_id=message_id, channel=channel.value))
    session.flush()


def channels_of(session: Session, message_ids: Collection[int]) -> dict[int, Channel]:
    """Give those of some messages that came or went otherwise than their conversation began, and by what."""
    query = select(MessageChannel).where(MessageChannel.message_id.in_(message_ids))
    return {row.message_id: Channel(row.channel) for row in session.scalars(query)}


def came_by_text(session: Session, message_id: int | None) -> bool:
    """Tell whether a message of a web chat came by text."""
    return message_id is not None and session.get(MessageChannel, message_id) is not None


def writes_by_text(session: Session, conversation_id: str) -> bool:
    """Tell whether a conversation's patient wrote last by text, and so reads by text."""
    found = session.get(SmsConversation, conversation_id)
    if found is None:
        return False
    return found.linked_at is None or came_by_text(session, last_inbound_id(session, conversation_id))


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
    """Tell whether a conversation is by SMS with a number that wants no messages; a web chat goes on without texts."""
    number = number_of(session, conversation_id)
    return number is not None and number.opted_out_at is not None and linked_to(session, conversation_id) is None


def wants_no_reply(session: Session, conversation_id: str, message_id: int) -> bool:
    """Tell whether a message came by text from a number that wants no messages."""
    number = number_of(session, conversation_id)
    by_text = linked_to(session, conversation_id) is None or came_by_text(session, message_id)
    return number is not None and number.opted_out_at is not None and by_text


def opted_out_of(session: Session, number: SmsNumber) -> OptedOut | None:
    """Give since when a number wants no texts, and by which words of its owner's; None while it may be texted."""
    if number.opted_out_at is None:
        return None
    if number.opt_out_noted_by is not None:
        return OptedOut(since=number.opted_out_at, words="", noted_by=number.opt_out_noted_by)
    asked, told = aliased(Message), aliased(Message)
    owned = select(SmsConversation.conversation_id).where(
        SmsConversation.number_id.in_([each.id for each in same_phone(session, number.id)])
    )
    # What the confirmation answers is what was said; another text may have come between.
    query = (
        select(asked.text)
        .join(told, told.in_reply_to == asked.id)
        .where(told.conversation_id.in_(owned), told.reply["opts_out"].as_boolean())
        .order_by(told.id.desc())
        .limit(1)
    )
    return OptedOut(since=number.opted_out_at, words=session.scalar(query) or "")


def opted_out_among(session: Session, conversation_ids: Collection[str]) -> set[str]:
    """Give those of these conversations that are with a number that wants no messages."""
    query = (
        select(SmsConversation.conversation_id)
        .join(SmsNumber, SmsNumber.id == SmsConversation.number_id)
        .where(
            SmsConversation.conversation_id.in_(conversation_ids),
            SmsConversation.linked_at.is_(None),
            SmsNumber.opted_out_at.is_not(None),
        )
    )
    return set(session.scalars(query))

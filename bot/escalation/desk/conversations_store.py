"""The SQL of looking through all conversations, whether staff have a ticket of them or not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.channels.models import SmsConversation, SmsNumber
from bot.conversations.models import Conversation, ConversationIdentity, Message
from bot.conversations.store import text_of
from bot.conversations.subject import telling_message_id
from bot.db.folding import digits
from bot.db.sealed_search import with_digits, with_words
from bot.escalation.models import Ticket
from bot.vocabulary import Author, Channel, Counted, EscalationReason

PAGE_SIZE = 50
SHORTEST_NUMBER = 4
"""Fewer digits would find nearly every number."""


@dataclass(frozen=True, kw_only=True)
class ConversationFilter:
    """Which conversations somebody looks for.

    Attributes:
        words: Only those with these words in what was said, or in a name or contact that was left or signed.
        since: Only those in which it happened from this time on.
        until: Only those in which it happened before this time.
        kinds: Only those in which a reply of the assistant counts as one of these.
        or_down: With `kinds`, also those that staff got because the assistant was down.
        topic: Only those with a reply on this topic, by its slug.
        without_ticket: Only those of which staff have no ticket.
        page: Which page, from 1.
    """

    words: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    kinds: tuple[Counted, ...] = ()
    or_down: bool = False
    topic: str | None = None
    without_ticket: bool = False
    page: int = 1

    @property
    def by_reply(self) -> bool:
        """Whether it goes by what the assistant replied."""
        return bool(self.kinds or self.topic)


@dataclass(frozen=True, kw_only=True)
class ConversationRow:
    """A conversation as the list shows it.

    Attributes:
        asked: The patient's message that is meant: the one that was replied to so, else the newest that tells most.
        message_id: Its id.
        at: When they wrote it, or last.
        ticket_id: The conversation's newest ticket; None if staff have none.
    """

    conversation_id: str
    channel: Channel
    patient_name: str | None
    asked: str
    message_id: int
    at: dt.datetime
    ticket_id: int | None


@dataclass(frozen=True, kw_only=True)
class ConversationPage:
    """One page of conversations, the newest first, and how many there are on all pages."""

    rows: tuple[ConversationRow, ...]
    total: int
    page: int
    pages: int


def page(session: Session, wanted: ConversationFilter) -> ConversationPage:
    """Give one page of conversations; a page after the last one gives the last."""
    found = [message_id for message_id in session.scalars(_fitting(session, wanted)) if message_id is not None]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = min(max(wanted.page, 1), pages)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    ticket = select(func.max(Ticket.id)).where(Ticket.conversation_id == Message.conversation_id).scalar_subquery()
    query = (
        select(Message, Conversation, ticket)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id.in_(shown))
        .order_by(Message.id.desc())
    )
    return ConversationPage(
        rows=tuple(_row(session, wanted, *row) for row in session.execute(query).all()),
        total=len(found),
        page=number,
        pages=pages,
    )


def _row(
    session: Session, wanted: ConversationFilter, message: Message, conversation: Conversation, ticket_id: int | None
) -> ConversationRow:
    shown = message.id
    if not wanted.by_reply:
        # The newest may be no more than "Talk to a person".
        shown = telling_message_id(session, conversation.id, message.id)
    return ConversationRow(
        conversation_id=conversation.id,
        channel=Channel(conversation.channel),
        patient_name=conversation.patient_name,
        asked=text_of(session, shown),
        message_id=shown,
        at=message.created_at,
        ticket_id=ticket_id,
    )


def _fitting(session: Session, wanted: ConversationFilter) -> Select[int | None]:
    """Select, of each conversation that fits, the patient's newest message that is meant."""
    meant = func.max(Message.in_reply_to if wanted.by_reply else Message.id)
    query = select(meant).where(Message.author == (Author.BOT if wanted.by_reply else Author.PATIENT).value)
    if wanted.by_reply:
        query = query.where(Message.in_reply_to.is_not(None))
    if wanted.kinds:
        meant_kinds: ColumnElement[bool] = Message.counted_as.in_([kind.value for kind in wanted.kinds])
        if wanted.or_down:
            down = select(Ticket.message_id).where(Ticket.reason == EscalationReason.ASSISTANT_DOWN.value)
            meant_kinds = or_(meant_kinds, Message.in_reply_to.in_(down))
        query = query.where(meant_kinds)
    if wanted.topic:
        query = query.where(Message.topic == wanted.topic)
    if wanted.since is not None:
        query = query.where(Message.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Message.created_at < wanted.until)
    if wanted.without_ticket:
        query = query.where(~exists().where(Ticket.conversation_id == Message.conversation_id))
    if wanted.words.strip():
        # Of each conversation once, and not of each of its messages.
        having = select(Conversation.id).where(_has(session, wanted.words.strip()))
        query = query.where(Message.conversation_id.in_(having))
    return query.group_by(Message.conversation_id).order_by(meant.desc())


def _has(session: Session, words: str) -> ColumnElement[bool]:
    has_said = with_words(session, Message.conversation_id, Message.text, words, newest=Message.id)
    said = select(Message.conversation_id).where(has_said)
    signed, known_by = (ConversationIdentity.name, ConversationIdentity.email), ConversationIdentity.conversation_id
    by_website = select(known_by).where(or_(*(with_words(session, known_by, one, words) for one in signed)))
    left = (Conversation.patient_name, Conversation.patient_email)
    found = [
        *(with_words(session, Conversation.id, column, words) for column in left),
        Conversation.id.in_(said),
        Conversation.id.in_(by_website),
        Conversation.id == words,
    ]
    number = digits(words).lstrip("0")
    if len(number) >= SHORTEST_NUMBER:
        texts = (
            select(SmsConversation.conversation_id)
            .join(SmsNumber, SmsNumber.id == SmsConversation.number_id)
            .where(with_digits(session, SmsNumber.id, SmsNumber.phone, number))
        )
        known = select(known_by).where(with_digits(session, known_by, ConversationIdentity.phone, number))
        found += [with_digits(session, Conversation.id, Conversation.patient_phone, number)]
        found.append(Conversation.id.in_(texts))
        found.append(Conversation.id.in_(known))
    return or_(*found)

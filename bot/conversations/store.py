"""The only SQL on conversations and messages.

One file for both, since nearly every question is about the messages of one conversation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from bot.conversations.models import Conversation, Message
from bot.db.engine import utc_now
from bot.errors import IdReusedError, NoSuchConversationError
from bot.reply import Reply
from bot.vocabulary import Author, Channel, Handler, ReplyKind

# What every message asks for, made once and without objects for the rows: putting these together took longer than the
# database did.
_MESSAGES = cast("Table", Message.__table__)
_HANDLER = select(Conversation.handler).where(Conversation.id == bindparam("conversation_id"))
_HANDLER_LOCKED = _HANDLER.with_for_update()
_BY_CLIENT_ID = select(Message.id).where(
    Message.conversation_id == bindparam("conversation_id"),
    Message.author == bindparam("author"),
    Message.client_message_id == bindparam("client_message_id"),
)
_SAID_BEFORE = (
    select(_MESSAGES.c.in_reply_to, _MESSAGES.c.reply)
    .where(
        _MESSAGES.c.conversation_id == bindparam("conversation_id"),
        _MESSAGES.c.author != Author.PATIENT.value,
        _MESSAGES.c.id < bindparam("before"),
    )
    .order_by(_MESSAGES.c.id.desc())
    .limit(bindparam("limit"))
)
_ADDED = insert(_MESSAGES)
_HANDLED = update(_MESSAGES).where(_MESSAGES.c.id == bindparam("message_id")).values(handled_at=bindparam("now"))


@dataclass(frozen=True, kw_only=True)
class StoredMessage:
    """A message as it stands in the store."""

    id: int
    conversation_id: str
    author: Author
    author_name: str | None
    text: str
    created_at: dt.datetime
    client_message_id: str | None
    in_reply_to: int | None
    handled: bool
    reply: Reply | None


def add_conversation(session: Session, *, conversation_id: str, token_hash: str, channel: Channel) -> None:
    """Store a new conversation, handled by the bot."""
    session.add(Conversation(id=conversation_id, token_hash=token_hash, channel=channel.value, created_at=utc_now()))


def get_conversation(session: Session, conversation_id: str) -> Conversation:
    """Give a conversation.

    Raises:
        NoSuchConversationError: There is none with this id.
    """
    found = session.get(Conversation, conversation_id)
    if found is None:
        raise NoSuchConversationError("There is no such conversation. Start a new one.")
    return found


def find_by_client_id(
    session: Session, conversation_id: str, client_message_id: str, *, author: Author, text: str | None = None
) -> StoredMessage | None:
    """Give the message that this author's client sent under this id before, if it did.

    Args:
        session: The open session.
        conversation_id: Where it was sent.
        client_message_id: The client's own id; each author has ids of their own.
        author: Whose client.
        text: What is sent now; None where the id alone decides.

    Raises:
        IdReusedError: The message under this id says something else.
    """
    values = {"conversation_id": conversation_id, "author": author.value, "client_message_id": client_message_id}
    found = _execute(session, _BY_CLIENT_ID, values).scalar()
    if found is None:
        return None
    message = session.get_one(Message, found)
    if text is not None and message.text != text:
        # To give the earlier result would lose what is said now, and there may be danger in it.
        raise IdReusedError("Another message was sent under this id. Send this one again under an id of its own.")
    return stored(message)


def handler_of(session: Session, conversation_id: str, *, locked: bool = False) -> Handler:
    """Give who answers in a conversation; `locked`, nobody changes that until this transaction ends.

    Raises:
        NoSuchConversationError: There is none with this id.
    """
    query = _HANDLER_LOCKED if locked else _HANDLER
    found = _execute(session, query, {"conversation_id": conversation_id}).scalar()
    if found is None:
        raise NoSuchConversationError("There is no such conversation. Start a new one.")
    return Handler(found)


def add_inbound(
    session: Session,
    *,
    conversation_id: str,
    text: str,
    client_message_id: str | None,
    in_reply_to: int | None = None,
) -> StoredMessage:
    """Store what a patient wrote, before anything else is done with it.

    Args:
        session: The open session.
        conversation_id: Where.
        text: What.
        client_message_id: The client's own id.
        in_reply_to: The message of ours whose button it is, if it is one's.
    """
    return _add(
        session,
        author=Author.PATIENT,
        conversation_id=conversation_id,
        text=text,
        client_message_id=client_message_id,
        in_reply_to=in_reply_to,
    )


def add_bot_message(session: Session, *, conversation_id: str, reply: Reply, in_reply_to: int | None) -> StoredMessage:
    """Store what the bot says, before it is sent, with the answer and version that were served."""
    return _add(
        session,
        author=Author.BOT,
        conversation_id=conversation_id,
        text=reply.text,
        in_reply_to=in_reply_to,
        reply=reply,
    )


def add_staff_message(
    session: Session, *, conversation_id: str, text: str, staff_name: str, client_message_id: str | None = None
) -> StoredMessage:
    """Store what a staff member says to the patient, before it is sent."""
    message = Message(
        conversation_id=conversation_id,
        author=Author.STAFF.value,
        author_name=staff_name,
        text=text,
        client_message_id=client_message_id,
        created_at=utc_now(),
    )
    session.add(message)
    session.flush()
    return stored(message)


def _execute(session: Session, statement: Executable, values: Mapping[str, Any]) -> CursorResult[Any]:
    """Run one of the statements above; objects that the session still holds back go first."""
    session.flush()
    return session.connection().execute(statement, values)


def _add(
    session: Session,
    *,
    author: Author,
    conversation_id: str,
    text: str,
    client_message_id: str | None = None,
    in_reply_to: int | None = None,
    reply: Reply | None = None,
) -> StoredMessage:
    now = utc_now()
    values: dict[str, Any] = {
        "conversation_id": conversation_id,
        "author": author.value,
        "text": text,
        "client_message_id": client_message_id,
        "in_reply_to": in_reply_to,
        "created_at": now,
    }
    if reply is not None:
        values["reply"] = reply.model_dump(mode="json")
        values["answer_id"], values["answer_version"] = reply.answer_id, reply.answer_version
        if in_reply_to is not None:
            values["counted_as"], values["topic"] = reply.counted_as.value, reply.topic
            values["treatments"] = " ".join(reply.treatments)
    key = _execute(session, _ADDED, values).inserted_primary_key
    assert key is not None  # noqa: S101 (every row gets one)
    return StoredMessage(
        id=key[0],
        conversation_id=conversation_id,
        author=author,
        author_name=None,
        text=text,
        created_at=now,
        client_message_id=client_message_id,
        in_reply_to=in_reply_to,
        handled=False,
        reply=reply,
    )


def find_message(session: Session, conversation_id: str, message_id: int) -> StoredMessage | None:
    """Give a message of a conversation, or None if it has none with this id."""
    found = session.get(Message, message_id)
    return None if found is None or found.conversation_id != conversation_id else stored(found)


def find_by_id(session: Session, message_id: int) -> StoredMessage | None:
    """Give a message of any conversation, or None if there is none with this id."""
    found = session.get(Message, message_id)
    return None if found is None else stored(found)


def questions_behind(session: Session, message_ids: Sequence[int]) -> dict[int, str]:
    """Give what patients asked, by the id of the message that answered it."""
    asked = aliased(Message)
    query = select(Message.id, asked.text).join(asked, asked.id == Message.in_reply_to)
    return {row.id: row.text for row in session.execute(query.where(Message.id.in_(message_ids)))}


def mark_handled(session: Session, message_id: int) -> None:
    """Note that an inbound message has had its replies, or went to staff."""
    _execute(session, _HANDLED, {"message_id": message_id, "now": utc_now()})


def is_handled(session: Session, message_id: int) -> bool:
    """Tell whether an inbound message has had its replies, or went to staff."""
    message = session.get(Message, message_id)
    return message is not None and message.handled_at is not None


def replies_to(session: Session, message_id: int) -> list[StoredMessage]:
    """Give the replies to an inbound message, in order."""
    query = select(Message).where(Message.in_reply_to == message_id).order_by(Message.id)
    return [stored(message) for message in session.scalars(query)]


def transcript(session: Session, conversation_id: str, *, after: int = 0, limit: int = 500) -> list[StoredMessage]:
    """Give the newest messages of a conversation with an id above `after`, at most `limit`, oldest first."""
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.id > after)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [stored(message) for message in reversed(session.scalars(query).all())]


def newest_first(
    session: Session, conversation_id: str, *, authors: Collection[Author], before: int | None = None, limit: int
) -> list[StoredMessage]:
    """Give the newest messages of these authors, those with an id below `before` if it is given."""
    query = select(Message).where(
        Message.conversation_id == conversation_id, Message.author.in_([author.value for author in authors])
    )
    if before is not None:
        query = query.where(Message.id < before)
    return [stored(message) for message in session.scalars(query.order_by(Message.id.desc()).limit(limit))]


def said_before(session: Session, conversation_id: str, before: int, *, limit: int) -> Iterator[tuple[Any, ...]]:
    """Give what was said to the patient before a message, newest first: the id it replies to, and the reply as JSON.

    What staff have written is no reply: None stands for it.
    """
    values = {"conversation_id": conversation_id, "before": before, "limit": limit}
    # Row by row: the caller is mostly done after two, and the others need not be read as JSON.
    with closing(_execute(session, _SAID_BEFORE, values)) as rows:
        yield from (tuple(row) for row in rows)


def cards_shown(session: Session, conversation_ids: Collection[str], *, since: dt.datetime) -> list[Reply]:
    """Give the cards that these conversations were shown from a time on."""
    query = select(Message.reply).where(
        Message.conversation_id.in_(conversation_ids),
        Message.created_at >= since,
        Message.reply["kind"].as_string().in_([ReplyKind.EMERGENCY.value, ReplyKind.URGENT.value]),
    )
    return [Reply.model_validate(reply) for reply in session.scalars(query)]


def was_told_of(session: Session, conversation_id: str, ticket_id: int, *, since: dt.datetime) -> bool:
    """Say whether the bot has spoken of a ticket in a conversation from a time on."""
    query = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.created_at >= since,
        Message.author == Author.BOT.value,
        Message.reply["ticket"].as_integer() == ticket_id,
    )
    return session.scalar(query.limit(1)) is not None


def newest_id(session: Session, conversation_id: str) -> int:
    """Give the id of the conversation's newest message, or 0."""
    return session.scalar(select(func.max(Message.id)).where(Message.conversation_id == conversation_id)) or 0


def newest_id_of_all(session: Session) -> int:
    """Give the id of the newest message of any conversation, or 0."""
    return session.scalar(select(func.max(Message.id))) or 0


def stored_after(session: Session, message_id: int, *, until: dt.datetime, limit: int = 200) -> list[StoredMessage]:
    """Give the messages of all conversations after this one that were stored before a time, oldest first."""
    query = select(Message).where(Message.id > message_id, Message.created_at < until)
    return [stored(message) for message in session.scalars(query.order_by(Message.id).limit(limit))]


def last_inbound_id(session: Session, conversation_id: str) -> int | None:
    """Give the id of the patient's newest message."""
    query = select(func.max(Message.id)).where(
        Message.conversation_id == conversation_id, Message.author == Author.PATIENT.value
    )
    return session.scalar(query)


def text_of(session: Session, message_id: int) -> str:
    """Give what a message says."""
    return session.scalar(select(Message.text).where(Message.id == message_id)) or ""


def unhandled(
    session: Session, *, conversation_id: str | None = None, after: int = 0, limit: int = 200
) -> list[StoredMessage]:
    """Give inbound messages with an id above `after` that have not got their replies, oldest first.

    Of all conversations it is work that a crash left behind.
    """
    query = (
        select(Message)
        .where(Message.author == Author.PATIENT.value, Message.handled_at.is_(None), Message.id > after)
        .order_by(Message.id)
        .limit(limit)
    )
    if conversation_id is not None:
        query = query.where(Message.conversation_id == conversation_id)
    return [stored(message) for message in session.scalars(query)]


def set_contact(
    session: Session, conversation_id: str, *, name: str | None, phone: str | None, email: str | None
) -> None:
    """Store how the patient can be reached; what is not given stays as it was."""
    conversation = get_conversation(session, conversation_id)
    conversation.patient_name = name or conversation.patient_name
    conversation.patient_phone = phone or conversation.patient_phone
    conversation.patient_email = email or conversation.patient_email


def lock_conversation(session: Session, conversation_id: str) -> Conversation:
    """Give a conversation that nobody else changes until this transaction ends.

    Raises:
        NoSuchConversationError: There is none with this id.
    """
    found = session.get(Conversation, conversation_id, with_for_update=True)
    if found is None:
        raise NoSuchConversationError("There is no such conversation. Start a new one.")
    return found


def count_messages(session: Session) -> int:
    """Give how many messages are stored."""
    return session.scalar(select(func.count()).select_from(Message)) or 0


def stored(message: Message) -> StoredMessage:
    """Turn a row into the form that other packages see."""
    return StoredMessage(
        id=message.id,
        conversation_id=message.conversation_id,
        author=Author(message.author),
        author_name=message.author_name,
        text=message.text,
        created_at=message.created_at,
        client_message_id=message.client_message_id,
        in_reply_to=message.in_reply_to,
        handled=message.handled_at is not None,
        reply=None if message.reply is None else Reply.model_validate(message.reply),
    )

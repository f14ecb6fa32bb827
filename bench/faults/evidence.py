"""Reads from the store what the checker looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.faults.checker import Evidence, Said, Stored, Text, Ticket
from bot.channels.models import SmsConversation, SmsNumber
from bot.conversations.models import Conversation, Message
from bot.db.engine import Database
from bot.escalation.models import Ticket as TicketRow
from bot.notifications.models import Notification
from bot.notifications.store import CARD, SMS
from bot.vocabulary import Author, Handler


def read(
    database: Database, *, said: Sequence[Said], seen: Mapping[str, Sequence[int]], received: Sequence[Text]
) -> Evidence:
    """Give the evidence: what the store has, beside what people were told and the phones got.

    Args:
        database: The store.
        said: What was acknowledged.
        seen: What browsers show.
        received: What phones were sent.
    """
    with database.read() as session:
        return Evidence(
            said=said,
            stored=_messages(session),
            tickets=_tickets(session),
            under_staff=frozenset(
                session.scalars(select(Conversation.id).where(Conversation.handler == Handler.STAFF.value))
            ),
            seen=seen,
            outbox=_texts(session),
            received=received,
        )


def is_settled(database: Database) -> bool:
    """Say whether nothing waits any more: no message for its reply, nothing in the outbox."""
    unhandled = select(func.count()).where(Message.author == Author.PATIENT.value, Message.handled_at.is_(None))
    waiting = select(func.count()).where(Notification.next_try_at.is_not(None))
    with database.read() as session:
        return not session.scalar(unhandled) and not session.scalar(waiting)


def _messages(session: Session) -> list[Stored]:
    phones = dict(
        session.execute(
            select(SmsConversation.conversation_id, SmsNumber.phone).join(
                SmsNumber, SmsNumber.id == SmsConversation.number_id
            )
        )
        .tuples()
        .all()
    )
    return [
        Stored(
            number=row.id,
            conversation_id=row.conversation_id,
            phone=phones.get(row.conversation_id, ""),
            author=row.author,
            # The tickets interface marks what comes through it.
            client_id=(row.client_message_id or "").removeprefix("api-"),
            in_reply_to=row.in_reply_to,
            kind=_kind(row.reply),
            text=row.text,
            handled=row.author != Author.PATIENT.value or row.handled_at is not None,
        )
        for row in session.scalars(select(Message).order_by(Message.id))
    ]


def _kind(reply: dict[str, Any] | None) -> str:
    return "" if reply is None else str(reply["kind"])


def _tickets(session: Session) -> list[Ticket]:
    told = {
        row.content["ticket_id"]
        for row in session.scalars(select(Notification).where(Notification.event == "ticket.urgent"))
    }
    return [
        Ticket(number=row.id, conversation_id=row.conversation_id, urgency=row.urgency, has_alert=row.id in told)
        for row in session.scalars(select(TicketRow))
    ]


def _texts(session: Session) -> list[Text]:
    phones = dict(session.execute(select(SmsNumber.id, SmsNumber.phone)).tuples().all())
    rows = session.scalars(select(Notification).where(Notification.way == SMS).order_by(Notification.id))
    return [
        Text(
            number=row.id,
            phone=phones[int(row.target)],
            text=str(row.content["text"]),
            is_card=row.event == CARD,
            is_sent=row.sent_at is not None,
        )
        for row in rows
    ]

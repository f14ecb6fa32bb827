"""What the tests of SMS look at besides the phone: the store, the outbox, and the newest ticket."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select, update

from bot.bootstrap import Services
from bot.conversations.models import Message
from bot.db.base import Base
from bot.db.engine import utc_now
from bot.notifications.models import Notification
from bot.vocabulary import Author
from tests.chat_tester import ChatTester


def said(services: Services, author: Author = Author.PATIENT) -> list[str]:
    """Give all stored texts of an author, oldest first."""
    with services.database.read() as session:
        query = select(Message.text).where(Message.author == author.value).order_by(Message.id)
        return list(session.scalars(query))


def counted(services: Services, table: type[Base]) -> int:
    """Give how many rows a table has."""
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def time_passes(services: Services) -> None:
    """Let all that waits to be tried again be due."""
    due = utc_now() - dt.timedelta(seconds=1)
    with services.database.write() as session:
        session.execute(update(Notification).where(Notification.next_try_at.is_not(None)).values(next_try_at=due))


def newest_ticket_page(chat: ChatTester) -> str:
    """Give the page of the newest ticket; empty if there is none."""
    tickets = chat.staff_sees_tickets()
    return chat.staff_reads(max(tickets)) if tickets else ""

"""Which conversation a text belongs to that comes from a phone number, or goes to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.channels import store as numbers
from bot.channels.models import SmsNumber
from bot.conversations import several_store, store
from bot.conversations.access import begin
from bot.db.engine import utc_now
from bot.escalation import store as ticket_store
from bot.reading.phones import stored_phone
from bot.vocabulary import Channel

SILENCE = dt.timedelta(days=7)
"""After this long without a word a number's next text begins another conversation."""


def running(session: Session, conversation_ids: Sequence[str]) -> str | None:
    """Give the conversation that a number's next text belongs to; None for a new one.

    One that staff have, or that has an open ticket, goes on however long nobody has written.
    """
    last = several_store.last_messages(session, conversation_ids)
    newest_first = sorted(last, key=lambda known: last[known].id, reverse=True)
    kept = several_store.under_staff(session, conversation_ids) | ticket_store.with_unresolved(
        session, conversation_ids
    )
    lasting = next((known for known in newest_first if known in kept), None)
    if lasting is not None or not newest_first:
        return lasting
    return newest_first[0] if utc_now() - last[newest_first[0]].created_at < SILENCE else None


def begin_by_text(session: Session, number: SmsNumber) -> str:
    """Store a new conversation with a number, whose row is locked; give its id."""
    # Nobody gets the token: this conversation cannot be opened in a browser.
    conversation_id, _token = begin(session, Channel(number.channel))
    session.flush()
    numbers.add_conversation(session, conversation_id=conversation_id, number_id=number.id)
    # A program's own name for somebody need be no number to call.
    phone = number.phone if stored_phone(number.phone) is not None else None
    store.set_contact(session, conversation_id, name=None, phone=phone, email=None)
    return conversation_id

"""A change of a ticket: noted in the audit log, told to the patient, and ready to be sent to live connections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.channels import outbound
from bot.conversations.store import StoredMessage
from bot.escalation.danger import danger_of
from bot.escalation.merging.merged_store import conversation_ids, spoken_to_in
from bot.escalation.models import Ticket
from bot.reply import Reply
from bot.staff.actor import Actor
from bot.staff.audit import record_by
from bot.vocabulary import Handler


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of a ticket and of who handles its conversation.

    Attributes:
        ticket_id: The ticket.
        conversation_ids: Its conversations: its own first, then those of tickets merged into it.
        handler: Who answers in them from now on; None if that did not change.
        staff_name: The staff member who does.
        messages: What the patient was told with it.
    """

    ticket_id: int
    conversation_ids: tuple[str, ...]
    handler: Handler | None = None
    staff_name: str | None = None
    messages: tuple[StoredMessage, ...] = ()


def changed(
    session: Session,
    ticket: Ticket,
    handler: Handler | None = None,
    staff_name: str | None = None,
    replies: Sequence[Reply] = (),
    *,
    in_reply_to: int | None = None,
) -> Change:
    """Store what the patient is told of a change, where they wrote last, in its own transaction; give the change.

    By text it waits for the end of quiet hours, unless they asked for it or were told to call somebody at once.

    Args:
        session: The open write session.
        ticket: The ticket.
        handler: Who answers from now on; None if that did not change.
        staff_name: The staff member who does.
        replies: What the patient is told.
        in_reply_to: The patient's message that asked for the change, if one did.
    """
    where = spoken_to_in(session, ticket) if replies else ""
    unasked = bool(replies) and in_reply_to is None and danger_of(session, ticket) is None
    messages = tuple(
        outbound.bot_says(session, conversation_id=where, reply=reply, in_reply_to=in_reply_to, unasked=unasked)
        for reply in replies
    )
    return Change(
        ticket_id=ticket.id,
        conversation_ids=tuple(conversation_ids(session, ticket)),
        handler=handler,
        staff_name=staff_name,
        messages=messages,
    )


def note(session: Session, ticket: Ticket, by: Actor, action: str, **details: str) -> None:
    """Note a change in the audit log, in its own transaction."""
    record_by(
        session,
        by=by,
        action=action,
        subject="ticket",
        subject_id=ticket.id,
        details=details,
    )

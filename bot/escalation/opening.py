"""Opening a ticket: a new one, the one that is open already, or the one that was resolved a short while ago."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.conversations import store as conversations
from bot.conversations.subject import telling_message_id, treatment_of
from bot.escalation import store
from bot.escalation.change import note
from bot.escalation.due.promises import Promises
from bot.escalation.models import Ticket
from bot.staff.actor import FRONTDESK
from bot.vocabulary import EscalationReason, TicketStatus, Urgency

AFTER_THE_QUESTION = frozenset({EscalationReason.ASKED_FOR_PERSON, EscalationReason.NO_ANSWER})
"""Reasons for which the patient's newest message only asks for a person."""
USUAL_URGENCY = {EscalationReason.ASKED_FOR_PERSON: Urgency.SOON, EscalationReason.CHECK_IN: Urgency.SOON}
"""How soon staff look at a ticket when nothing says otherwise; the others are routine."""


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """Why a conversation goes to staff."""

    conversation_id: str
    reason: EscalationReason
    urgency: Urgency
    message_id: int | None
    signs: Sequence[str]


def open_ticket(
    session: Session, escalation: Escalation, promises: Promises, *, reopen_after: dt.datetime, now: dt.datetime
) -> Ticket:
    """Give the conversation's ticket, opened, reopened, or made more urgent.

    Args:
        session: The open write session, which has locked the conversation.
        escalation: Why.
        promises: What patients are promised.
        reopen_after: A ticket that was resolved after this time is opened again instead of a second one.
        now: The present.
    """
    message_id = _telling_message(session, escalation)
    ticket = store.find_unresolved(session, escalation.conversation_id)
    if ticket is None:
        ticket = store.find_resolved(session, escalation.conversation_id, since=reopen_after)
        if ticket is None:
            ticket = store.add_ticket(
                session,
                conversation_id=escalation.conversation_id,
                message_id=message_id,
                reason=escalation.reason,
                urgency=escalation.urgency,
                signs=(),
                promised_at=promises.due(escalation.urgency, now),
            )
        else:
            store.lock_ticket(session, ticket.id)
            reopen(ticket, now)
            _ask_again(ticket, escalation, message_id, promises, now)
            note(session, ticket, FRONTDESK, "ticket.reopened", reason=ticket.reason, urgency=ticket.urgency)
    elif escalation.urgency.rank > Urgency(store.lock_ticket(session, ticket.id).urgency).rank:
        _ask_again(ticket, escalation, message_id, promises, now)
        wake(ticket)
        note(session, ticket, FRONTDESK, "ticket.made_urgent", reason=ticket.reason, urgency=ticket.urgency)
    ticket.treatment = treatment_of(session, escalation.conversation_id) or ticket.treatment
    ticket.signs = list(dict.fromkeys([*ticket.signs, *escalation.signs]))
    return ticket


def reopen(ticket: Ticket, now: dt.datetime) -> None:
    """Put a resolved ticket back to those that nobody has."""
    ticket.status = TicketStatus.OPEN.value
    ticket.reopened_at = now
    ticket.assignee_id = None
    for name in ("resolution", "resolved_at", "resolved_by", "taken_at", "raised_at", "call_back_at"):
        setattr(ticket, name, None)


def wake(ticket: Ticket) -> bool:
    """End a ticket's sleep; tell whether it slept."""
    if ticket.status != TicketStatus.SNOOZED.value:
        return False
    ticket.snoozed_until = None
    ticket.status = (TicketStatus.OPEN if ticket.assignee_id is None else TicketStatus.ASSIGNED).value
    return True


def _telling_message(session: Session, escalation: Escalation) -> int | None:
    message_id = escalation.message_id or conversations.last_inbound_id(session, escalation.conversation_id)
    if escalation.reason in AFTER_THE_QUESTION and message_id is not None:
        return telling_message_id(session, escalation.conversation_id, message_id)
    return message_id


def _ask_again(
    ticket: Ticket, escalation: Escalation, message_id: int | None, promises: Promises, now: dt.datetime
) -> None:
    ticket.urgency = escalation.urgency.value
    ticket.reason = escalation.reason.value
    ticket.message_id = message_id
    ticket.promised_at = promises.due(escalation.urgency, now)
    # A promise that was broken for a smaller need says nothing about this one.
    ticket.raised_at = None

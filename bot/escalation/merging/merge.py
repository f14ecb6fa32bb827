"""Two tickets of one patient as one: who has the first answers both conversations, until the two are parted again."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.channels import outbound
from bot.conversations import handover
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.escalation.alerts import Alerts
from bot.escalation.assigning import give, hand_over
from bot.escalation.change import Change, changed, note
from bot.escalation.closing import mark_resolved
from bot.escalation.due.promises import Promises
from bot.escalation.merging.merged_store import spoken_to_in
from bot.escalation.models import Ticket
from bot.escalation.opening import wake
from bot.reply import Reply
from bot.staff import store as staff
from bot.staff.actor import Actor
from bot.vocabulary import Handler, Resolution, Responses, TicketStatus, Urgency


def merge(
    session: Session, second: Ticket, first: Ticket, by: Actor, *, promises: Promises, alerts: Alerts | None
) -> list[Change]:
    """Make a patient's second ticket part of their first: what presses in it, its conversations, and who has it.

    If somebody has the first, they answer in the second's conversations too. If only the second is somebody's, they
    get the first. The patient is told in the second's conversation.

    Args:
        session: The open write session.
        second: The ticket that is closed; those that were merged into it go along.
        first: The ticket that stays.
        by: Who merges them.
        promises: What patients are told.
        alerts: Whoever is told outside the console.
    """
    where = spoken_to_in(session, second)
    told = [_say(session, where, promises.notice(Responses.MERGED))]
    whose = first.assignee_id or second.assignee_id
    _absorb(first, second)
    mark_resolved(session, second, by, Resolution.MERGED, alerts)
    session.execute(update(Ticket).where(Ticket.merged_into_id == second.id).values(merged_into_id=first.id))
    second.merged_into_id = first.id
    note(session, first, by, "ticket.merged", other=str(second.id))
    session.flush()
    if whose is None:
        change = changed(session, first, Handler.BOT)
    elif first.assignee_id is None:
        change = give(session, first, by, to=_actor(session, whose), promises=promises)
    else:
        actor = _actor(session, whose)
        if where in hand_over(session, first, actor):
            told.append(_say(session, where, promises.notice(Responses.TAKEN, staff=actor.name)))
        change = changed(session, first, Handler.STAFF, actor.name)
    return [Change(ticket_id=second.id, conversation_ids=(second.conversation_id,), messages=tuple(told)), change]


def _say(session: Session, conversation_id: str, reply: Reply) -> StoredMessage:
    return outbound.bot_says(session, conversation_id=conversation_id, reply=reply, in_reply_to=None, unasked=True)


def _actor(session: Session, staff_member_id: int) -> Actor:
    return Actor(staff_member_id=staff_member_id, name=staff.name_of(session, staff_member_id))


def part(session: Session, ticket: Ticket, promises: Promises) -> Change:
    """Take a merged ticket, which is about to be opened again, out of the one that it was part of; the bot answers it.

    Its patient is told if a staff member answered there.
    """
    ticket.merged_into_id = None
    session.flush()
    name = conversations.get_conversation(session, ticket.conversation_id).handler_name
    handover.hand_back(session, ticket.conversation_id)
    replies = [] if name is None else [promises.notice(Responses.HANDED_BACK, staff=name)]
    return changed(session, ticket, Handler.BOT, None, replies)


def _absorb(first: Ticket, second: Ticket) -> None:
    if second.status != TicketStatus.SNOOZED.value:
        wake(first)
    if Urgency(second.urgency).rank > Urgency(first.urgency).rank:
        first.urgency, first.promised_at = second.urgency, second.promised_at
        # A promise that was broken for a smaller need says nothing about this one.
        first.raised_at = second.raised_at
    first.signs = list(dict.fromkeys([*first.signs, *second.signs]))

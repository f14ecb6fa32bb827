"""The SQL of the inbox: which tickets a view lists, in which order, and which of them are unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, delete, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.conversations.models import Conversation, Message
from bot.errors import NotFoundError
from bot.escalation.finding import holds
from bot.escalation.merging.merged_store import conversations_of
from bot.escalation.models import Ticket, TicketLabel, TicketMention, TicketRead
from bot.escalation.store import TicketView, views_of, with_conversation
from bot.escalation.store import counts as tickets_by_status
from bot.vocabulary import Author, Channel, EscalationReason, InboxView, TicketStatus, Urgency

PAGE_SIZE = 50
LARGE_VIEWS = frozenset({InboxView.ALL, InboxView.RESOLVED})
"""Those that hold nearly all tickets once a clinic has worked for a while."""


@dataclass(frozen=True, kw_only=True)
class InboxFilter:
    """What somebody wants to see of the inbox.

    Attributes:
        staff_member_id: Who is looking: "mine", "unread" and "mentioned" are theirs.
        view: Which tickets.
        words: Only those with these words in the patient's name, contact details or messages, or with this number.
        reason: Only those that were opened for this reason.
        channel: Only those of this channel.
        treatment: Only those about this treatment, by its slug.
        label: Only those with this label.
        page: Which page, from 1.
    """

    staff_member_id: int
    view: InboxView = InboxView.OPEN
    words: str = ""
    reason: EscalationReason | None = None
    channel: Channel | None = None
    treatment: str | None = None
    label: str | None = None
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class InboxRow:
    """A ticket as the list shows it."""

    ticket: TicketView
    unread: bool
    mentioned: bool


@dataclass(frozen=True, kw_only=True)
class InboxPage:
    """One page of a view, and how many tickets each view has.

    Attributes:
        rows: The tickets of this page.
        total: How many there are on all pages.
        pages: How many pages there are, at least 1.
        page: Which one this is.
        counts: How many tickets each view has, whatever else is filtered.
        waiting: How many need this staff member: those that nobody has, their own that are unread, and those that
            they were called in to.
    """

    rows: tuple[InboxRow, ...]
    total: int
    pages: int
    page: int
    counts: dict[InboxView, int]
    waiting: int


def page(session: Session, wanted: InboxFilter) -> InboxPage:
    """Give one page of the inbox, most urgent first; a page after the last one gives the last."""
    found = _found(session, wanted)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = min(max(wanted.page, 1), pages)
    unread = _unread(wanted.staff_member_id)
    mentioned = _mentioned(wanted.staff_member_id)
    counts = _counts(session, wanted.staff_member_id)
    return InboxPage(
        rows=tuple(_rows(session, found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], wanted.staff_member_id)),
        total=len(found),
        pages=pages,
        page=number,
        counts=counts,
        waiting=counts[InboxView.OPEN]
        + _count(session, and_(_is_assigned_to(wanted.staff_member_id), unread))
        + _count(session, and_(Ticket.status != TicketStatus.OPEN.value, mentioned)),
    )


def count(session: Session, wanted: InboxFilter) -> int:
    """Give how many tickets there are of these, on all pages."""
    return session.scalar(_joined(func.count()).where(*_conditions(session, wanted))) or 0


def row_of(session: Session, ticket_id: int, *, staff_member_id: int) -> InboxRow:
    """Give one ticket as the list shows it, in whichever view it is.

    Raises:
        NotFoundError: There is no such ticket.
    """
    rows = _rows(session, [ticket_id], staff_member_id)
    if not rows:
        raise NotFoundError(f"There is no ticket {ticket_id}.")
    return rows[0]


def mark_read(session: Session, *, ticket_id: int, staff_member_id: int, message_id: int) -> None:
    """Note that a staff member has seen a ticket's messages up to this one."""
    read = session.get(TicketRead, (ticket_id, staff_member_id))
    if read is None:
        session.add(TicketRead(ticket_id=ticket_id, staff_member_id=staff_member_id, message_id=message_id))
    else:
        read.message_id = max(read.message_id, message_id)


def mention(session: Session, *, ticket_id: int, staff_member_id: int) -> None:
    """Note that somebody was called in to a ticket."""
    if session.get(TicketMention, (ticket_id, staff_member_id)) is None:
        session.add(TicketMention(ticket_id=ticket_id, staff_member_id=staff_member_id))


def is_mentioned(session: Session, *, ticket_id: int, staff_member_id: int) -> bool:
    """Tell whether somebody was called in to a ticket and has not opened it since."""
    return session.get(TicketMention, (ticket_id, staff_member_id)) is not None


def forget_mention(session: Session, *, ticket_id: int, staff_member_id: int) -> None:
    """Note that somebody who was called in has opened the ticket."""
    session.execute(
        delete(TicketMention).where(
            TicketMention.ticket_id == ticket_id, TicketMention.staff_member_id == staff_member_id
        )
    )


def read_up_to(session: Session, *, ticket_id: int, staff_member_id: int) -> int | None:
    """Give the newest message of a ticket that a staff member has seen; None if they never opened it."""
    read = session.get(TicketRead, (ticket_id, staff_member_id))
    return None if read is None else read.message_id


def _found(session: Session, wanted: InboxFilter) -> Sequence[int]:
    """Give the numbers of all tickets that are wanted, in their order: they are looked for once, and counted so too."""
    return session.scalars(_joined(Ticket.id).where(*_conditions(session, wanted)).order_by(*_order(wanted.view))).all()


def _rows(session: Session, ticket_ids: Sequence[int], staff_member_id: int) -> list[InboxRow]:
    query = with_conversation().add_columns(_unread(staff_member_id), _mentioned(staff_member_id))
    rows = session.execute(query.where(Ticket.id.in_(ticket_ids))).all()
    found = {
        ticket.id: InboxRow(ticket=ticket, unread=bool(row[-2]), mentioned=bool(row[-1]))
        for ticket, row in zip(views_of(rows), rows, strict=True)
    }
    return [found[ticket_id] for ticket_id in ticket_ids if ticket_id in found]


def _counts(session: Session, staff_member_id: int) -> dict[InboxView, int]:
    by_status = {InboxView(status.value): count for status, count in tickets_by_status(session).items()}
    mine = _count(session, _in_view(InboxView.MINE, staff_member_id))
    return {InboxView.MINE: mine, **by_status, InboxView.ALL: sum(by_status.values())}


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Ticket).where(condition)) or 0


def _joined(what: ColumnElement[int] | InstrumentedAttribute[int]) -> Select[int]:
    return select(what).select_from(Ticket).join(Conversation, Conversation.id == Ticket.conversation_id)


def _conditions(session: Session, wanted: InboxFilter) -> list[ColumnElement[bool]]:
    return [_in_view(wanted.view, wanted.staff_member_id), *_filters(session, wanted)]


def _in_view(view: InboxView, staff_member_id: int) -> ColumnElement[bool]:
    if view is InboxView.ALL:
        return true()
    if view is InboxView.MINE:
        return or_(_is_assigned_to(staff_member_id), _mentioned(staff_member_id))
    status: ColumnElement[bool] = Ticket.status == view.value
    return status


def _is_assigned_to(staff_member_id: int) -> ColumnElement[bool]:
    return and_(Ticket.status == TicketStatus.ASSIGNED.value, Ticket.assignee_id == staff_member_id)


def _mentioned(staff_member_id: int) -> ColumnElement[bool]:
    return exists().where(TicketMention.ticket_id == Ticket.id, TicketMention.staff_member_id == staff_member_id)


def _filters(session: Session, wanted: InboxFilter) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.reason is not None:
        found.append(Ticket.reason == wanted.reason.value)
    if wanted.channel is not None:
        found.append(Conversation.channel == wanted.channel.value)
    if wanted.treatment:
        found.append(Ticket.treatment == wanted.treatment)
    if wanted.label:
        found.append(exists().where(TicketLabel.ticket_id == Ticket.id, TicketLabel.label == wanted.label))
    if wanted.words.strip():
        found.append(holds(session, wanted.words.strip(), _conversations_in(wanted)))
    return found


def _conversations_in(wanted: InboxFilter) -> Select[str] | None:
    """Select the conversations of a view that holds few of all tickets; None for the others.

    What was said is then looked for there alone. A merged ticket's conversation is its own and the first one's.
    """
    if wanted.view in LARGE_VIEWS:
        return None
    # Tickets of its own, not those of the query around it.
    in_view = select(Ticket.id).where(_in_view(wanted.view, wanted.staff_member_id)).correlate(None)
    part = aliased(Ticket)
    return select(part.conversation_id).where(func.coalesce(part.merged_into_id, part.id).in_(in_view)).correlate(None)


def _unread(staff_member_id: int) -> ColumnElement[bool]:
    newest = _newest_of_patient()
    seen = (
        select(TicketRead.message_id)
        .where(TicketRead.ticket_id == Ticket.id, TicketRead.staff_member_id == staff_member_id)
        .scalar_subquery()
    )
    unread: ColumnElement[bool] = func.coalesce(newest, 0) > func.coalesce(seen, 0)
    return unread


def _newest_of_patient() -> ScalarSelect[int]:
    return (
        select(func.max(Message.id))
        .where(Message.conversation_id.in_(conversations_of()), Message.author == Author.PATIENT.value)
        .correlate(Ticket)
        .scalar_subquery()
    )


def _order(view: InboxView) -> Sequence[Any]:
    if view is InboxView.RESOLVED:
        return [Ticket.resolved_at.desc(), Ticket.id.desc()]
    resolved = case((Ticket.status == TicketStatus.RESOLVED.value, 1), else_=0)
    rank = case({urgency.value: -urgency.rank for urgency in Urgency}, value=Ticket.urgency)
    return [resolved, rank, Ticket.promised_at.is_(None), Ticket.promised_at, Ticket.opened_at, Ticket.id]

"""Which staff member has had a ticket before their eyes, and up to which message."""

from __future__ import annotations

from bot.db.engine import Database
from bot.escalation import inbox_store, store
from bot.escalation.change import note
from bot.escalation.merging.merged_store import newest_id
from bot.staff.actor import Actor


def saw(database: Database, ticket_id: int, by: Actor) -> None:
    """Note that a staff member has read a ticket up to its newest message; the audit log says who first saw it.

    Raises:
        NotFoundError: There is no such ticket.
    """
    if by.staff_member_id is None:
        return
    with database.read() as session:
        ticket = store.get_ticket(session, ticket_id)
        newest = newest_id(session, ticket)
        known = inbox_store.read_up_to(session, ticket_id=ticket_id, staff_member_id=by.staff_member_id)
        called = inbox_store.is_mentioned(session, ticket_id=ticket_id, staff_member_id=by.staff_member_id)
    if known is not None and known >= newest and not called:
        return
    with database.write() as session:
        inbox_store.mark_read(session, ticket_id=ticket_id, staff_member_id=by.staff_member_id, message_id=newest)
        inbox_store.forget_mention(session, ticket_id=ticket_id, staff_member_id=by.staff_member_id)
        if known is None:
            note(session, ticket, by, "ticket.seen")

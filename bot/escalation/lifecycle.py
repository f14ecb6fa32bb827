"""The life of a ticket: opened, taken by a staff member, resolved; it decides who answers the conversation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from bot.clinic import Clinic
from bot.conversations import store as conversations
from bot.db.engine import Database, utc_now
from bot.errors import ConflictError
from bot.escalation import store
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import EscalationReason, Handler, ReplyKind, Responses, TicketStatus, Urgency

AFTER_THE_QUESTION = frozenset({EscalationReason.ASKED_FOR_PERSON, EscalationReason.NO_ANSWER})
"""Reasons for which the patient's newest message only asks for a person."""


class Tickets:
    """Opens, assigns and resolves tickets; who handles a conversation changes in the same transaction."""

    def __init__(self, database: Database, clinic: Clinic, responses: FixedResponses) -> None:
        """Take the database, the clinic for its opening hours, and the fixed wordings."""
        self._database = database
        self._clinic = clinic
        self._responses = responses

    def open(
        self,
        conversation_id: str,
        *,
        reason: EscalationReason,
        urgency: Urgency = Urgency.ROUTINE,
        message_id: int | None = None,
        signs: Sequence[str] = (),
    ) -> int:
        """Open a ticket, or raise the urgency of the one that is open already; give its number.

        Raises:
            NotFoundError: There is no such conversation.
        """
        try:
            return self._open(conversation_id, reason, urgency, message_id, signs)
        except IntegrityError:
            # Another process opened one between our look and our write: ours joins it.
            return self._open(conversation_id, reason, urgency, message_id, signs)

    def _open(
        self,
        conversation_id: str,
        reason: EscalationReason,
        urgency: Urgency,
        message_id: int | None,
        signs: Sequence[str],
    ) -> int:
        with self._database.write() as session:
            conversations.get_conversation(session, conversation_id)
            message_id = message_id or conversations.last_inbound_id(session, conversation_id)
            if reason in AFTER_THE_QUESTION and message_id is not None:
                message_id = conversations.telling_message_id(session, conversation_id, message_id)
            ticket = store.find_unresolved(session, conversation_id)
            if ticket is None:
                ticket = store.add_ticket(
                    session,
                    conversation_id=conversation_id,
                    message_id=message_id,
                    reason=reason,
                    urgency=urgency,
                    signs=signs,
                )
            elif urgency.rank > Urgency(ticket.urgency).rank:
                ticket.urgency = urgency.value
                ticket.reason = reason.value
                ticket.message_id = message_id
            ticket.signs = list(dict.fromkeys([*ticket.signs, *signs]))
            return ticket.id

    def promise(self, ticket_id: int) -> Reply:
        """Tell the patient that a person was asked, and when one will answer."""
        now = utc_now()
        if self._clinic.is_open(now):
            text = self._responses.text(
                Responses.ESCALATED, minutes=str(self._clinic.reply_promise_minutes), clinic=self._clinic.name
            )
        else:
            text = self._responses.text(
                Responses.ESCALATED_AFTER_HOURS,
                hours_line=self._clinic.hours_line(now),
                after_hours=self._clinic.after_hours,
                phone=self._clinic.phone,
                emergency_number=self._clinic.emergency_number,
            )
        return Reply(kind=ReplyKind.ESCALATED, text=text, ticket=ticket_id)

    def take(self, ticket_id: int, *, staff_member_id: int, staff_name: str) -> str:
        """Give a ticket, and its conversation, to a staff member; give the conversation's id.

        Raises:
            ConflictError: It is resolved, or somebody else has it.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket = store.get_ticket(session, ticket_id)
            if ticket.status == TicketStatus.RESOLVED.value:
                raise ConflictError("This ticket is resolved already.")
            if ticket.assignee_id is not None and ticket.assignee_id != staff_member_id:
                raise ConflictError("Somebody else has taken this ticket.")
            ticket.status = TicketStatus.ASSIGNED.value
            ticket.assignee_id = staff_member_id
            ticket.taken_at = ticket.taken_at or utc_now()
            conversations.set_handler(session, ticket.conversation_id, Handler.STAFF, staff_name)
            return ticket.conversation_id

    def resolve(self, ticket_id: int) -> str:
        """Close a ticket and hand its conversation back to the bot; give the conversation's id.

        Raises:
            ConflictError: It is resolved already.
            NotFoundError: There is no such ticket.
        """
        with self._database.write() as session:
            ticket = store.get_ticket(session, ticket_id)
            if ticket.status == TicketStatus.RESOLVED.value:
                raise ConflictError("This ticket is resolved already.")
            ticket.status = TicketStatus.RESOLVED.value
            ticket.resolved_at = utc_now()
            conversations.set_handler(session, ticket.conversation_id, Handler.BOT, None)
            return ticket.conversation_id

    def view(self, ticket_id: int) -> store.TicketView:
        """Give one ticket as staff see it.

        Raises:
            NotFoundError: There is no such ticket.
        """
        with self._database.read() as session:
            return store.view(session, ticket_id)

    def inbox(self, statuses: Sequence[TicketStatus]) -> tuple[list[store.TicketView], dict[TicketStatus, int]]:
        """Give the tickets of these statuses, most urgent first, and how many there are of each status."""
        with self._database.read() as session:
            return store.views(session, statuses=statuses), store.counts(session)


def contact_request(responses: FixedResponses) -> Reply:
    """Ask for a way to reach the patient, should the chat be closed."""
    return Reply(
        kind=ReplyKind.ESCALATED,
        text=responses.text(Responses.ASK_CONTACT),
        options=(Option(title=responses.text(Responses.OPTION_NO_THANKS), intent="deny"),),
    )

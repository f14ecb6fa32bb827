"""What staff write to a patient: looked at, stored, queued and noted by the transaction that takes the ticket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.channels import outbound
from bot.claims.rules import check_claims
from bot.clinic import Clinic
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.errors import ClaimsError, ConflictError
from bot.escalation.assigning import give, taken_by
from bot.escalation.change import Change, note
from bot.escalation.due.promises import Promises
from bot.escalation.locking import lock_tickets
from bot.escalation.merging.merged_store import conversation_ids, spoken_to_in
from bot.escalation.models import Ticket
from bot.responses import FixedResponses
from bot.staff import store as staff
from bot.staff.actor import Actor
from bot.vocabulary import Author, TicketStatus


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A reply of staff as it was stored.

    Attributes:
        message: The message.
        change: Who answers from now on, and what the patient was told of that; None if it had been sent before.
    """

    message: StoredMessage
    change: Change | None


class Replies:
    """Sends what staff write, whichever way they write it: all of it happens, or nothing."""

    def __init__(
        self, database: Database, clinic: Clinic, responses: FixedResponses, on_page: Callable[[str], bool]
    ) -> None:
        """Take the database, what the patient is told by when somebody joins, and what knows of open chats.

        Args:
            database: The store.
            clinic: Its hours.
            responses: The fixed wordings.
            on_page: Tells whether the visitor has a conversation open now.
        """
        self._database = database
        self._on_page = on_page
        self._promises = Promises(clinic, responses)

    def send(
        self, ticket_id: int, *, text: str, by: Actor, client_message_id: str | None = None, claims_seen: bool = False
    ) -> Sent:
        """Send a reply to a ticket's patient, where they wrote last; that takes the ticket if nobody has it.

        Args:
            ticket_id: Which ticket.
            text: What to say, cleaned.
            by: Who says it.
            client_message_id: The writer's own id; the same one twice sends it once.
            claims_seen: Whether the writer was shown the claims in the text and sends it all the same.

        Raises:
            ClaimsError: The text claims what no text to a patient may.
            ConflictError: It is resolved, somebody else has it, or the patient wants no messages.
            IdReusedError: Another reply was sent under this id.
            NotFoundError: There is no such ticket.
        """
        # Outside the transaction, since it needs nothing of the store and may read a file.
        claims = [] if claims_seen else check_claims(text)
        with self._database.write() as session:
            (ticket,) = lock_tickets(session, ticket_id)
            known = _sent_before(session, ticket, client_message_id, text)
            if known is not None:
                return Sent(message=known, change=None)
            _refuse_unless_theirs(session, ticket, by)
            if claims:
                raise ClaimsError([(claim.found, claim.reason) for claim in claims])
            taken = give(session, ticket, by, to=by, promises=self._promises)
            goes_to = spoken_to_in(session, ticket)
            message = outbound.staff_say(
                session,
                conversation_id=goes_to,
                text=text,
                staff_name=by.name,
                client_message_id=client_message_id,
                on_page=self._on_page(goes_to),
            )
            note(session, ticket, by, "ticket.replied")
            return Sent(message=message, change=taken)


def _sent_before(session: Session, ticket: Ticket, client_message_id: str | None, text: str) -> StoredMessage | None:
    if client_message_id is None:
        return None
    # The patient may have gone on in another of the ticket's conversations since.
    found = (
        conversations.find_by_client_id(session, each, client_message_id, author=Author.STAFF, text=text)
        for each in conversation_ids(session, ticket)
    )
    return next((message for message in found if message is not None), None)


def _refuse_unless_theirs(session: Session, ticket: Ticket, by: Actor) -> None:
    if ticket.status == TicketStatus.RESOLVED.value:
        where = "Reopen it" if ticket.merged_into_id is None else f"Go to ticket {ticket.merged_into_id}"
        raise ConflictError(f"This ticket is resolved. {where} to write to the patient.")
    if ticket.assignee_id is not None and ticket.assignee_id != by.staff_member_id:
        name = staff.name_of(session, ticket.assignee_id)
        raise ConflictError(f"{taken_by(name)} Leave a note for them, or have it given to you.")

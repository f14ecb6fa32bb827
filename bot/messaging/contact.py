"""How staff can reach a patient: read from a form or a message, stored, and passed to staff so that somebody does."""

from __future__ import annotations

from functools import lru_cache, partial

from anyio.to_thread import run_sync
from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.errors import InvalidContactError
from bot.escalation.lifecycle import Tickets
from bot.messaging.deliver import Deliver
from bot.messaging.going_on import GoingOnByText
from bot.reading.contact_details import ContactDetails, find_contact_details
from bot.reading.emails import read_email
from bot.reading.phones import read_phone, shown_phone
from bot.reading.phones_in_text import find_phones
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import EscalationReason, ReplyKind, Responses

_ASKED_AGAIN = (Responses.CONTACT_UNREADABLE, Responses.NOT_UNDERSTOOD, Responses.UNREADABLE)
"""What Rasa says of words that, by themselves, say nothing: beside contact details they need not."""
LONGEST_NAME, LONGEST_PHONE, LONGEST_EMAIL = 120, 40, 254
"""Characters."""


class Contacts:
    """Takes names, phone numbers and email addresses; whoever leaves a way to be reached has asked to be."""

    def __init__(
        self,
        database: Database,
        deliver: Deliver,
        tickets: Tickets,
        clinic: Clinic,
        responses: FixedResponses,
        *,
        going_on: GoingOnByText,
    ) -> None:
        """Take the store, the way out, the keeper of tickets, the clinic, the wordings, and what offers texts."""
        self._database = database
        self._deliver = deliver
        self._tickets = tickets
        self._clinic = clinic
        self._responses = responses
        self._going_on = going_on

    def found_in(self, text: str) -> ContactDetails:
        """Give what a patient's message says of how to reach them; the clinic's own number is none of it."""
        clinic = self._clinic
        own = _stored_forms(clinic.phone, clinic.email, clinic.region)
        return find_contact_details(text, clinic.region, not_theirs=own)

    def otherwise(self, text: str) -> str:
        """Give what a message says besides its numbers and addresses, which is all that Rasa is to read of it.

        Where they stand alone and are not the patient's, they are what the message says.
        """
        found = self.found_in(text)
        return found.otherwise or ("" if found else text)

    def keep(self, session: Session, conversation_id: str, left: ContactDetails) -> None:
        """Store what a message leaves, in the transaction that stores the message; of several the first.

        The others stand in the message, which staff read.
        """
        if left:
            phone, email = (next(iter(found), None) for found in (left.phones, left.emails))
            store.set_contact(session, conversation_id, name=None, phone=phone, email=email)

    async def answer(self, message: StoredMessage, replies: list[Reply]) -> list[Reply]:
        """Give the replies to a message with what is to be said of the contact details in it.

        Without an open request it becomes one, and that is said too. That the rest was not understood is not said.
        """
        left = self.found_in(message.text)
        if not left:
            return replies
        shown = [*(shown_phone(phone, self._clinic.region) for phone in left.phones), *left.emails]
        confirmed = await run_sync(self._confirmed, message.conversation_id, shown, message.id)
        asked_again = {self._responses.text(name) for name in _ASKED_AGAIN}
        said = {reply.text for reply in replies} | asked_again
        offered = await run_sync(self._going_on.offer, message.conversation_id, next(iter(left.phones), None), message)
        # First, since only what is said last can be chosen by its title.
        return [
            *(reply for reply in confirmed if reply.text not in said),
            *offered,
            *(reply for reply in replies if reply.text not in asked_again),
        ]

    async def take(
        self, conversation_id: str, *, name: str | None, phone: str | None, email: str | None
    ) -> list[StoredMessage]:
        """Store what a form says, and tell the patient; a way to be reached becomes a request unless one is open.

        Raises:
            InvalidContactError: There is nothing in it, or no number or address that can be one; nothing is stored.
        """
        if not (name or phone or email):
            raise InvalidContactError("Enter a phone number or an email address.")
        name, phone, email = self._read_name(name), self._read_phone(phone), self._read_email(email)
        replies = await run_sync(partial(self._take, conversation_id, name=name, phone=phone, email=email))
        replies += await run_sync(self._going_on.offer, conversation_id, phone)
        messages = await self._deliver.bot_replies(conversation_id, replies, in_reply_to=None)
        ticket = await run_sync(self._tickets.open_ticket_of, conversation_id)
        if ticket is not None:
            self._deliver.announce_ticket(ticket, conversation_id)
        return messages

    def valid(self, *, name: str | None, phone: str | None, email: str | None) -> dict[str, str | None]:
        """Give what of a form can be stored; the rest is None."""
        valid: dict[str, str | None] = {}
        for field, value, read in (
            ("name", name, self._read_name),
            ("phone", phone, self._read_phone),
            ("email", email, self._read_email),
        ):
            try:
                valid[field] = read(value)
            except InvalidContactError:
                valid[field] = None
        return valid

    def keep_form(self, conversation_id: str, *, name: str | None, phone: str | None, email: str | None) -> None:
        """Store what a form says, and say nothing."""
        with self._database.write() as session:
            store.set_contact(session, conversation_id, name=name, phone=phone, email=email)

    def _read_name(self, name: str | None) -> str | None:
        return self._short_enough(name, LONGEST_NAME)

    def _read_phone(self, phone: str | None) -> str | None:
        phone = self._short_enough(phone, LONGEST_PHONE)
        return phone and read_phone(phone, self._clinic.region)

    def _read_email(self, email: str | None) -> str | None:
        email = self._short_enough(email, LONGEST_EMAIL)
        return email and read_email(email)

    def _short_enough(self, value: str | None, longest: int) -> str | None:
        if value is not None and len(value) > longest:
            raise InvalidContactError(self._responses.text(Responses.CONTACT_TOO_LONG, longest=str(longest)))
        return value

    def _take(self, conversation_id: str, *, name: str | None, phone: str | None, email: str | None) -> list[Reply]:
        self.keep_form(conversation_id, name=name, phone=phone, email=email)
        if not (phone or email):
            # Nobody can be reached by a name, so nobody was asked to.
            return [
                Reply(kind=ReplyKind.ESCALATED, text=self._responses.text(Responses.NAME_NOTED, patient=name or ""))
            ]
        shown = [name, phone and shown_phone(phone, self._clinic.region), email]
        return self._confirmed(conversation_id, [value for value in shown if value], None)

    def _confirmed(self, conversation_id: str, said: list[str], message_id: int | None) -> list[Reply]:
        open_ticket = self._tickets.open_ticket_of(conversation_id)
        if open_ticket is not None:
            return [self._stored(said, self._tickets.reply_due(open_ticket))]
        ticket = self._tickets.open(conversation_id, reason=EscalationReason.ASKED_FOR_PERSON, message_id=message_id)
        return [self._stored(said), self._tickets.promise(ticket)]

    def _stored(self, said: list[str], when: str = "") -> Reply:
        name = Responses.CONTACT_STORED_BY if when else Responses.CONTACT_STORED
        text = self._responses.text(name, contact=", ".join(said), when=when)
        return Reply(kind=ReplyKind.ESCALATED, text=text)


@lru_cache(maxsize=2)
def _stored_forms(phone: str, email: str, region: str) -> frozenset[str]:
    """Give a clinic's own number and address as a patient's would be stored: they are no way to reach a patient."""
    phones = find_phones(f"call {phone}", region)
    return frozenset([*(found.stored for found in phones), email.lower()]) - {""}

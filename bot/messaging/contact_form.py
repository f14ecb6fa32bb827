"""The form for contact details: danger in any of its fields first, then the details."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from anyio.to_thread import run_sync

from bot.conversations.store import StoredMessage
from bot.messaging.contact import Contacts
from bot.messaging.danger.card import RedFlagCards
from bot.messaging.receive import Receive


@dataclass(frozen=True, kw_only=True)
class FilledForm:
    """What a patient put into the form's fields; what is blank is None."""

    name: str | None
    phone: str | None
    email: str | None

    @classmethod
    def of(cls, name: str | None, phone: str | None, email: str | None) -> FilledForm:
        """Make it of the fields as they were sent."""
        name, phone, email = [(value or "").strip() or None for value in (name, phone, email)]
        return cls(name=name, phone=phone, email=email)

    @property
    def fields(self) -> list[str]:
        """Give what was put into any field."""
        return [value for value in (self.name, self.phone, self.email) if value]


class ContactForm:
    """Takes the form; a patient who writes of danger into it has sent a message."""

    def __init__(self, contacts: Contacts, receive: Receive, cards: RedFlagCards) -> None:
        """Take what stores details, the way in of messages, and the look for danger."""
        self._contacts = contacts
        self._receive = receive
        self._cards = cards

    def message_in(self, form: FilledForm) -> str | None:
        """Give the message that a form is if any of its fields sounds dangerous: that first, then all the others."""
        dangerous = [value for value in form.fields if self._is_danger(value)]
        others = [value for value in form.fields if value not in dangerous]
        return "\n".join([*dangerous, *others]) if dangerous else None

    def _is_danger(self, value: str) -> bool:
        """Tell whether a field surely tells of a danger; a name that only might ("Ms Stroke") is a name."""
        found = self._cards.find(value)
        return found is not None and found.sure

    async def take_danger(self, conversation_id: str, form: FilledForm, message: str) -> list[StoredMessage]:
        """Handle a form as the message that it is; the details that are some are stored all the same.

        Raises:
            InvalidMessageError: It is too long for a message.
            NoSuchConversationError: There is no such conversation.
            sqlalchemy.exc.SQLAlchemyError: It could not be stored.
        """
        received = await self._receive.receive(conversation_id, message, None)
        messages = [received.inbound, *received.replies]
        # Without the words that the card is for.
        name, phone, email = [
            None if value is None or self._is_danger(value) else value for value in (form.name, form.phone, form.email)
        ]
        valid = self._contacts.valid(name=name, phone=phone, email=email)
        await run_sync(partial(self._contacts.keep_form, conversation_id, **valid))
        return messages

    async def take(self, conversation_id: str, form: FilledForm) -> list[StoredMessage]:
        """Store the details of a form in which there is no danger, and tell the patient.

        Raises:
            InvalidContactError: There is nothing in it, or no number or address that can be one; nothing is stored.
        """
        return await self._contacts.take(conversation_id, name=form.name, phone=form.phone, email=form.email)

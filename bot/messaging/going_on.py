"""A web chat that goes on by text: offered to who leaves a number, and linked with it by a code texted there."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.channels import store as numbers
from bot.channels import text_codes
from bot.clinic import Clinic
from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.db.engine import Database, utc_now
from bot.notifications import store as notifications
from bot.reading.phones import may_take_texts, shown_phone
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.staff.passwords import hash_password, password_matches
from bot.vocabulary import Channel, ReplyKind, Responses

_CODE = re.compile(r"(?:(?:the |my |your )?code(?: is)?:? *)?([0-9]{3})[ -]?([0-9]{3})[.!]?", re.IGNORECASE)


class GoingOnByText:
    """The one owner of the code: sends it, reads it, and links the conversation with the number that it went to."""

    def __init__(self, database: Database, clinic: Clinic, responses: FixedResponses, *, sends_texts: bool) -> None:
        """Take the store, the clinic, the fixed wordings, and whether SMS is set up."""
        self._database = database
        self._clinic = clinic
        self._responses = responses
        self._sends_texts = sends_texts

    def offer(self, conversation_id: str, phone: str | None, message: StoredMessage | None = None) -> list[Reply]:
        """Give the offer to go on by text to who left a number on the page; nothing where that cannot be.

        Args:
            conversation_id: Which conversation.
            phone: The number, as it is stored.
            message: The message that it stood in, if it was in one.
        """
        if not self._sends_texts or phone is None or not may_take_texts(phone):
            return []
        with self._database.read() as session:
            by_text = message is not None and numbers.came_by_text(session, message.id)
            if by_text or not _is_web(session, conversation_id) or _is_linked(session, conversation_id, phone):
                return []
        text = self._responses.text(Responses.OFFER_BY_TEXT, phone=self._shown(phone))
        return [Reply(kind=ReplyKind.ESCALATED, text=text, options=(self._option,))]

    def is_chosen(self, options: Sequence[Option]) -> bool:
        """Tell whether a patient took the offer, in words of their own or by its number."""
        return self._option in options

    def replies_to(self, message: StoredMessage) -> list[Reply] | None:
        """Give what is said to a code, or to who wants one; None for any other message."""
        if not self._sends_texts:
            return None
        if message.text.strip().casefold() == self._option.title.casefold():
            return self.send_code(message) if self._is_from_page(message) else None
        typed = _CODE.fullmatch(message.text.strip())
        return None if typed is None else self._try(message, "".join(typed.groups()))

    def send_code(self, message: StoredMessage) -> list[Reply]:
        """Text a code to the number that the patient left last, and say so; or say why not.

        Args:
            message: The patient's wish.
        """
        conversation_id, now = message.conversation_id, utc_now()
        code = f"{secrets.randbelow(10**6):06d}"
        code_hash = hash_password(code)
        with self._database.write() as session:
            # As everywhere: the conversation first, then its number.
            phone = store.lock_conversation(session, conversation_id).patient_phone
            if phone is None or not may_take_texts(phone):
                return [self._says(Responses.ASK_CONTACT)]
            if _is_linked(session, conversation_id, phone):
                return [self._says(Responses.CODE_ALREADY, phone=self._shown(phone))]
            if not text_codes.may_send(session, conversation_id, phone, now):
                return [self._says(Responses.CODE_TOO_MANY)]
            number = numbers.lock_number(session, phone)
            if number.opted_out_at is not None:
                return [self._says(Responses.CODE_NO_TEXTS)]
            text_codes.add(session, conversation_id=conversation_id, number_id=number.id, code_hash=code_hash, now=now)
            notifications.add(
                session,
                way=notifications.SMS,
                target=str(number.id),
                event=notifications.MESSAGE,
                content={
                    "message_id": message.id,
                    "text": self._responses.text(Responses.CODE_TEXT, code=code, clinic=self._clinic.name),
                    "even_if_opted_out": False,
                },
                until=now + text_codes.GOOD_FOR,
            )
        return [self._says(Responses.CODE_SENT, phone=self._shown(phone))]

    def _try(self, message: StoredMessage, typed: str) -> list[Reply] | None:
        """Take a typed code; None where none is awaited, so that six digits are what they are."""
        conversation_id, now = message.conversation_id, utc_now()
        if not self._is_from_page(message):
            return None
        with self._database.write() as session:
            # One at a time: tries are counted.
            store.lock_conversation(session, conversation_id)
            code = text_codes.newest(session, conversation_id, now)
            if code is None:
                return None
            number = numbers.get_number(session, code.number_id)
            shown = self._shown(number.phone)
            if code.used_at is not None:
                # Said again to a message that a crash left without its reply.
                same = password_matches(code.code_hash, typed)
                return [self._says(Responses.CODE_LINKED, phone=shown)] if same else None
            if not text_codes.is_good(code, now):
                return [self._expired()]
            if not password_matches(code.code_hash, typed):
                code.tries += 1
                return [self._says(Responses.CODE_WRONG) if text_codes.is_good(code, now) else self._expired()]
            numbers.lock_number(session, number.phone)
            code.used_at = now
            numbers.link(session, conversation_id=conversation_id, number_id=number.id, now=now)
            return [self._says(Responses.CODE_LINKED, phone=shown)]

    def _is_from_page(self, message: StoredMessage) -> bool:
        with self._database.read() as session:
            return _is_web(session, message.conversation_id) and not numbers.came_by_text(session, message.id)

    def _expired(self) -> Reply:
        return self._says(Responses.CODE_EXPIRED).model_copy(update={"options": (self._option,)})

    @property
    def _option(self) -> Option:
        return Option(title=self._responses.text(Responses.OPTION_BY_TEXT))

    def _shown(self, phone: str) -> str:
        return shown_phone(phone, self._clinic.region)

    def _says(self, response: str, **values: str) -> Reply:
        return Reply(kind=ReplyKind.SMALLTALK, text=self._responses.text(response, **values))


def _is_web(session: Session, conversation_id: str) -> bool:
    return store.get_conversation(session, conversation_id).channel == Channel.WEB_CHAT.value


def _is_linked(session: Session, conversation_id: str, phone: str) -> bool:
    number = numbers.number_of(session, conversation_id)
    return number is not None and number.phone == phone

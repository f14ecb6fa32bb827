"""A text message on its way in: stored before the provider is answered, and handled afterwards, in order."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from anyio.to_thread import run_sync
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels import outbound, sms_text
from bot.channels import store as numbers
from bot.channels.keywords import Keyword
from bot.channels.models import SmsNumber
from bot.channels.opting_out import OptOuts
from bot.clinic import Clinic
from bot.conversations import several_store, store
from bot.conversations.access import begin
from bot.conversations.on_screen import replies_on_screen
from bot.conversations.store import StoredMessage
from bot.db.engine import Database, utc_now
from bot.errors import InvalidMessageError
from bot.escalation import store as ticket_store
from bot.escalation.lifecycle import Tickets
from bot.logs import where
from bot.messaging.contact import Contacts
from bot.messaging.feed import Feed, MessageStored
from bot.messaging.inbound_text import clean_text
from bot.messaging.receive import Receive
from bot.messaging.red_flag_card import RedFlagCard
from bot.messaging.retries import waits
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import Channel, ReplyKind, Responses

logger = structlog.get_logger(__name__)

SILENCE = dt.timedelta(days=7)
"""After this long without a word a number's next text begins another conversation."""


@dataclass(frozen=True, kw_only=True)
class InboundText:
    """A text as the provider passes it on.

    Attributes:
        phone: The number that wrote.
        sid: The provider's id of the text; the same id twice is one message.
        body: What it says; nothing of it was looked at yet.
        has_files: Whether pictures or the like came with it.
    """

    phone: str
    sid: str
    body: str
    has_files: bool = False


@dataclass(frozen=True, kw_only=True)
class _Stored:
    conversation_id: str
    messages: tuple[StoredMessage, ...]
    opted_out: bool


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What stood in the store when a text came: the number's conversations, which has it already, which goes on."""

    conversation_ids: frozenset[str]
    known_in: str | None
    running: str | None


class Texting:
    """Takes texts: finds the conversation, obeys STOP, START and HELP, and leaves the rest to be answered."""

    def __init__(
        self,
        *,
        database: Database,
        clinic: Clinic,
        responses: FixedResponses,
        feed: Feed,
        tickets: Tickets,
        contacts: Contacts,
        receive: Receive,
        opt_outs: OptOuts,
    ) -> None:
        """Take the parts that a text passes through."""
        self._database = database
        self._responses = responses
        self._numbers = {"clinic": clinic.name, "phone": clinic.phone, "emergency_number": clinic.emergency_number}
        self._feed = feed
        self._tickets = tickets
        self._contacts = contacts
        self._receive = receive
        self._opt_outs = opt_outs
        self._answering: set[asyncio.Task[None]] = set()

    async def take(self, inbound: InboundText) -> list[str]:
        """Store a text; the replies go by the outbox.

        Returns:
            What must be said at once since it has no place in the store: why a text was not taken, or that it could
            not be saved, each after the card if the text sounds dangerous.
        """
        card = await run_sync(self._receive.card_for, inbound.body)
        try:
            text = clean_text(inbound.body)
        except InvalidMessageError as error:
            is_file = inbound.has_files and not error.too_long
            return await run_sync(
                self._refused, inbound, card, self._says(Responses.SMS_PICTURE) if is_file else str(error)
            )
        try:
            stored = await run_sync(self._store, inbound, text, card)
        except SQLAlchemyError as error:
            logger.error("text_not_stored", problem=type(error).__name__)  # noqa: TRY400 (its text holds the values)
            return [*_card_texts(card), self._says(Responses.SMS_NOT_SAVED)]
        for message in stored.messages:
            self._feed.publish(stored.conversation_id, MessageStored(message=message))
        self._answer_soon(stored.conversation_id)
        is_danger = card is not None and card.sure
        tells_of_files = inbound.has_files and stored.messages and not is_danger and not stored.opted_out
        return [self._says(Responses.SMS_PICTURE)] if tells_of_files else []

    async def close(self) -> None:
        """Stop answering; what is left is answered at the next start."""
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    def _refused(self, inbound: InboundText, card: RedFlagCard | None, problem: str) -> list[str]:
        """Say why a text is not taken; to a number that opted out only the card."""
        try:
            with self._database.read() as session:
                number = numbers.find_number(session, inbound.phone)
        except SQLAlchemyError:
            number = None
        silent = number is not None and number.opted_out_at is not None
        return [*_card_texts(card), *([] if silent else [problem])]

    def _store(self, inbound: InboundText, text: str, card: RedFlagCard | None) -> _Stored:
        """Store a text in the conversation that it belongs to, which is looked for before anything is locked."""
        is_danger = card is not None and card.sure
        keyword = None if is_danger else self._opt_outs.keyword_of(text)
        while True:
            seen = self._look(inbound)
            if seen.known_in is not None:
                return _Stored(conversation_id=seen.known_in, messages=(), opted_out=False)
            try:
                stored = self._store_as_seen(seen, inbound, text, keyword, is_danger=is_danger)
            except IntegrityError:
                # Another text of the same new number was stored between our look and our write.
                stored = None
            if stored is not None:
                return stored

    def _look(self, inbound: InboundText) -> _Seen:
        with self._database.read() as session:
            number = numbers.find_number(session, inbound.phone)
            known = [] if number is None else numbers.conversation_ids(session, number.id)
            return _Seen(
                conversation_ids=frozenset(known),
                known_in=several_store.conversation_with(session, known, client_message_id=inbound.sid),
                running=_running(session, known),
            )

    def _store_as_seen(
        self, seen: _Seen, inbound: InboundText, text: str, keyword: Keyword | None, *, is_danger: bool
    ) -> _Stored | None:
        """Store a text; None if the number has begun another conversation since it was looked at."""
        left = self._contacts.found_in(text)
        with self._database.write() as session:
            number = numbers.lock_number(session, inbound.phone)
            if seen.conversation_ids != set(numbers.conversation_ids(session, number.id)):
                return None
            conversation_id = seen.running or _begin(session, number)
            message = store.add_inbound(
                session, conversation_id=conversation_id, text=text, client_message_id=inbound.sid
            )
            self._contacts.keep(session, conversation_id, left)
            self._tickets.patient_wrote(session, message)
            replies = self._obey(session, number, keyword, message)
            if replies is None and seen.running is None and not is_danger and number.opted_out_at is None:
                replies = [self._say(session, message, Responses.SMS_WELCOME)]
            return _Stored(
                conversation_id=conversation_id,
                messages=(message, *(replies or ())),
                opted_out=number.opted_out_at is not None,
            )

    def _obey(
        self, session: Session, number: SmsNumber, keyword: Keyword | None, message: StoredMessage
    ) -> list[StoredMessage] | None:
        """Do what a text asks of whoever sends texts, at once and without Rasa; None if it is one to be answered."""
        was_out = number.opted_out_at is not None
        replies: list[StoredMessage] = []
        if keyword is Keyword.STOP:
            if not was_out:
                confirmation = self._opt_outs.confirmation(session, message.conversation_id)
                replies = [_told(session, message, confirmation)]
        elif was_out and keyword is Keyword.YES and _is_asked(session, message):
            return None
        elif was_out and keyword in {Keyword.START, Keyword.YES}:
            number.opted_out_at = None
            replies = [self._say(session, message, Responses.SMS_OPTED_IN)]
        elif keyword is Keyword.HELP or (keyword is Keyword.START and not was_out):
            replies = [self._say(session, message, Responses.SMS_HELP)]
        else:
            # "Yes" is an answer to the bot, and whoever opted out gets nothing but a card or a check.
            return None
        store.mark_handled(session, message.id)
        return replies

    def _say(self, session: Session, message: StoredMessage, response: str) -> StoredMessage:
        return _told(session, message, Reply(kind=ReplyKind.SMALLTALK, text=self._says(response)), response)

    def _says(self, response: str) -> str:
        return self._responses.text(response, **self._numbers)

    def _answer_soon(self, conversation_id: str) -> None:
        task = asyncio.create_task(self._answer(conversation_id))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, conversation_id: str) -> None:
        """Answer what waits, and try again until that works: nobody sends a text a second time."""
        for seconds in waits():
            try:
                await self._receive.answer_waiting(conversation_id)
            except Exception as error:  # noqa: BLE001 (nobody else hears of it)
                problem = type(error).__name__
                logger.error("text_not_answered", conversation_id=conversation_id, problem=problem, where=where(error))  # noqa: TRY400
            else:
                return
            await asyncio.sleep(seconds)


def _told(session: Session, message: StoredMessage, reply: Reply, response: str = "") -> StoredMessage:
    return outbound.bot_says(
        session,
        conversation_id=message.conversation_id,
        reply=reply,
        in_reply_to=None if response == Responses.SMS_WELCOME else message.id,
        even_if_opted_out=response == Responses.SMS_HELP,
    )


def _is_asked(session: Session, message: StoredMessage) -> bool:
    """Say whether a check is what the patient has before them: their "yes" is about that."""
    shown = replies_on_screen(session, message.conversation_id, before=message.id)
    return any(reply.kind is ReplyKind.SAFETY_CHECK for reply in shown)


def _running(session: Session, conversation_ids: Sequence[str]) -> str | None:
    """Give the conversation that a number's next text belongs to; None for a new one.

    One that staff have, or that has an open ticket, goes on however long nobody has written.
    """
    last = several_store.last_messages(session, conversation_ids)
    newest_first = sorted(last, key=lambda known: last[known].id, reverse=True)
    kept = several_store.under_staff(session, conversation_ids) | ticket_store.with_unresolved(
        session, conversation_ids
    )
    lasting = next((known for known in newest_first if known in kept), None)
    if lasting is not None or not newest_first:
        return lasting
    return newest_first[0] if utc_now() - last[newest_first[0]].created_at < SILENCE else None


def _begin(session: Session, number: SmsNumber) -> str:
    # Nobody gets the token: this conversation cannot be opened in a browser.
    conversation_id, _token = begin(session, Channel.SMS)
    session.flush()
    numbers.add_conversation(session, conversation_id=conversation_id, number_id=number.id)
    store.set_contact(session, conversation_id, name=None, phone=number.phone, email=None)
    return conversation_id


def _card_texts(card: RedFlagCard | None) -> list[str]:
    return [] if card is None else sms_text.split(sms_text.reply_text(card.reply))

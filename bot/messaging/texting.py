"""A text message on its way in: stored before the provider is answered, and handled afterwards, in order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import structlog
from anyio.to_thread import run_sync
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels import files, outbound, sms_text
from bot.channels import store as numbers
from bot.channels.files import SentFile
from bot.channels.keywords import Keyword
from bot.channels.models import SmsNumber
from bot.channels.opting_out import Asked, OptOuts
from bot.clinic import Clinic
from bot.conversations import several_store, store
from bot.conversations.on_screen import replies_on_screen
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.errors import InvalidMessageError
from bot.escalation.by_text import begin_by_text, running
from bot.escalation.lifecycle import Tickets
from bot.messaging.contact import Contacts
from bot.messaging.danger.card import RedFlagCard
from bot.messaging.feed import Feed, MessageStored
from bot.messaging.inbound_text import clean_text
from bot.messaging.receive import Receive
from bot.messaging.retries import waits
from bot.process.logs import where
from bot.reading.folding import shows_nothing
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import Channel, ReplyKind, Responses

logger = structlog.get_logger(__name__)

CERTAIN_FROM = 0.75
"""How likely the model finds a danger that nothing sets aside; of wishes to end texts it finds hardly one so likely."""


@dataclass(frozen=True, kw_only=True)
class InboundText:
    """A text as the provider passes it on.

    Attributes:
        phone: The number that wrote, as it is stored; on a program's channel its own name for whoever wrote.
        sid: The provider's id of the text; the same id twice is one message.
        body: What it says; nothing of it was looked at yet.
        files: Pictures and the like that came with it.
        channel: By what it came.
    """

    phone: str
    sid: str
    body: str
    files: tuple[SentFile, ...] = ()
    channel: Channel = Channel.SMS


@dataclass(frozen=True, kw_only=True)
class _Stored:
    conversation_id: str
    messages: tuple[StoredMessage, ...]


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
        self._clinic = clinic
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
        kept = files.readable(inbound.files)
        try:
            text = files.in_words(kept) if kept and shows_nothing(inbound.body) else clean_text(inbound.body)
        except InvalidMessageError as error:
            is_file = bool(inbound.files) and not error.too_long
            return await run_sync(
                self._refused, inbound, card, self._says(Responses.SMS_PICTURE) if is_file else str(error)
            )
        try:
            stored = await run_sync(self._store, replace(inbound, files=kept), text, card)
        except SQLAlchemyError as error:
            logger.error("text_not_stored", problem=type(error).__name__)  # noqa: TRY400 (its text holds the values)
            return [*_card_texts(card), self._says(Responses.SMS_NOT_SAVED)]
        for message in stored.messages:
            self._feed.publish(stored.conversation_id, MessageStored(message=message))
        self._answer_soon(stored.conversation_id)
        return []

    async def close(self) -> None:
        """Stop answering; what is left is answered at the next start."""
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    def _refused(self, inbound: InboundText, card: RedFlagCard | None, problem: str) -> list[str]:
        """Say why a text is not taken; to a number that opted out only the card."""
        try:
            with self._database.read() as session:
                number = numbers.find_number(session, inbound.phone, inbound.channel)
        except SQLAlchemyError:
            number = None
        silent = number is not None and number.opted_out_at is not None
        return [*_card_texts(card), *([] if silent else [problem])]

    def _store(self, inbound: InboundText, text: str, card: RedFlagCard | None) -> _Stored:
        """Store a text in the conversation that it belongs to, which is looked for before anything is locked."""
        asked = self._opt_outs.asked_for(text)
        is_danger = card is not None and card.sure and not _is_misheard(card, asked)
        asked = None if is_danger else asked
        while True:
            seen = self._look(inbound)
            if seen.known_in is not None:
                return _Stored(conversation_id=seen.known_in, messages=())
            try:
                stored = self._store_as_seen(seen, inbound, text, asked, is_danger=is_danger)
            except IntegrityError:
                # Another text of the same new number was stored between our look and our write.
                stored = None
            if stored is not None:
                return stored

    def _look(self, inbound: InboundText) -> _Seen:
        with self._database.read() as session:
            number = numbers.find_number(session, inbound.phone, inbound.channel)
            known = [] if number is None else numbers.conversation_ids(session, number.id)
            return _Seen(
                conversation_ids=frozenset(known),
                known_in=several_store.conversation_with(session, known, client_message_id=inbound.sid),
                running=None if number is None else running(session, numbers.going_on(session, number.id)),
            )

    def _store_as_seen(
        self, seen: _Seen, inbound: InboundText, text: str, asked: Asked | None, *, is_danger: bool
    ) -> _Stored | None:
        """Store a text; None if the number has begun another conversation since it was looked at."""
        left = self._contacts.found_in(text)
        with self._database.write() as session:
            if seen.running is not None and not several_store.lock_conversations(session, [seen.running]):
                return None
            number = numbers.lock_number(session, inbound.phone, inbound.channel)
            if seen.conversation_ids != set(numbers.conversation_ids(session, number.id)):
                return None
            conversation_id = seen.running or begin_by_text(session, number)
            message = store.add_inbound(
                session, conversation_id=conversation_id, text=text, client_message_id=inbound.sid
            )
            if numbers.linked_to(session, conversation_id) is not None:
                numbers.note_channel(session, message.id, inbound.channel)
            files.add(session, message.id, inbound.files)
            self._contacts.keep(session, conversation_id, left)
            self._tickets.patient_wrote(session, message)
            replies = self._obey(session, number, asked, message)
            if replies is None and seen.running is None and not is_danger and number.opted_out_at is None:
                replies = [self._say(session, message, Responses.SMS_WELCOME)]
            return _Stored(
                conversation_id=conversation_id,
                messages=(message, *(replies or ())),
            )

    def _obey(
        self, session: Session, number: SmsNumber, asked: Asked | None, message: StoredMessage
    ) -> list[StoredMessage] | None:
        """Do what a text asks of whoever sends texts, at once and without Rasa; None if it is one to be answered."""
        was_out = number.opted_out_at is not None
        keyword = None if asked is None else asked.keyword
        if keyword is Keyword.YES and self._opt_outs.is_asked(session, message.conversation_id, before=message.id):
            keyword = Keyword.STOP
        replies: list[StoredMessage] = []
        if keyword is Keyword.STOP:
            if not was_out:
                confirmation = self._opt_outs.confirmation(session, message.conversation_id)
                replies = [_told(session, message, confirmation)]
        elif was_out and keyword is Keyword.YES and _is_asked(session, message):
            return None
        elif was_out and keyword in {Keyword.START, Keyword.YES}:
            numbers.opt_in(session, number.id)
            replies = [self._say(session, message, Responses.SMS_OPTED_IN)]
        elif keyword is Keyword.HELP or (keyword is Keyword.START and not was_out):
            replies = [self._say(session, message, Responses.SMS_HELP)]
        else:
            # "Yes" is an answer to the bot, and whoever opted out gets nothing but a card or a check.
            return None
        if asked is not None and not asked.says_more:
            # Else it goes on as what somebody writes who has opted out: to staff.
            store.mark_handled(session, message.id)
        return replies

    def _say(self, session: Session, message: StoredMessage, response: str) -> StoredMessage:
        return _told(session, message, Reply(kind=ReplyKind.SMALLTALK, text=self._says(response)), response)

    def _says(self, response: str) -> str:
        clinic = self._clinic
        return self._responses.text(
            response, clinic=clinic.name, phone=clinic.phone, emergency_number=clinic.emergency_number
        )

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


def _is_misheard(card: RedFlagCard, asked: Asked | None) -> bool:
    """Say whether a card is for a wish to end texts ("I'd like these messages to end") that sounded like one to die.

    Only where the text names the messages and says nothing else, no phrase of the floor is in it, and the model is far
    from certain: whoever opts out reads the emergency number all the same.
    """
    is_guess = card.guessed is not None and card.guessed < CERTAIN_FROM
    return is_guess and asked is not None and asked.of_messages


def _card_texts(card: RedFlagCard | None) -> list[str]:
    return [] if card is None else sms_text.split(sms_text.reply_text(card.reply))

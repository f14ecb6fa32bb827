"""A patient's message on its way in: stored, checked for red flags, answered by whoever handles the conversation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from weakref import WeakValueDictionary

import structlog
from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import store as numbers
from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.errors import PermissionDeniedError, RasaUnavailableError
from bot.escalation.lifecycle import Tickets
from bot.messaging import choices
from bot.messaging.deliver import Deliver
from bot.messaging.feed import Feed, MessageStored, Typing
from bot.messaging.inbound_text import clean_text
from bot.messaging.red_flag_card import RedFlagCard, RedFlagCards, card_among, card_shown
from bot.messaging.waking import LONGEST_WAKING, Waking
from bot.messaging.without_rasa import WithoutRasa
from bot.rasa_client import RasaClient
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.tokens import hash_token, new_token
from bot.vocabulary import Channel, EscalationReason, Handler, ReplyKind, Responses

logger = structlog.get_logger(__name__)

ALERT_RETRY_SECONDS = (0.5, 2.0, 10.0, 30.0)
"""Waits between tries to store the ticket of a red flag; the last one repeats."""


WAKING_PATIENCE, LONGEST_PATIENCE = 3.0, 15.0
"""Seconds to wait for an assistant that is waking: before a look-up by words, and where that finds nothing."""
MOST_TOKENS_KEPT = 10_000
"""Of this many conversations the token's hash is kept in memory: about 2 MB."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came of a message: as it was stored, and the replies to it (none while staff handle it)."""

    inbound: StoredMessage
    replies: tuple[StoredMessage, ...]
    handler: Handler


@dataclass(frozen=True, kw_only=True)
class _Accepted:
    message: StoredMessage
    handler: Handler
    options: tuple[Option, ...]
    earlier_replies: tuple[StoredMessage, ...]
    numbered: tuple[Option, ...] = ()
    opted_out: bool = False
    is_late: bool = False


class Receive:
    """Takes patients' messages, one at a time for each conversation."""

    def __init__(
        self,
        *,
        database: Database,
        feed: Feed,
        deliver: Deliver,
        tickets: Tickets,
        rasa: RasaClient,
        cards: RedFlagCards,
        responses: FixedResponses,
        waking: Waking,
        without_rasa: WithoutRasa,
    ) -> None:
        """Take the parts that a message passes through."""
        self._database = database
        self._feed = feed
        self._deliver = deliver
        self._tickets = tickets
        self._rasa = rasa
        self._cards = cards
        self._responses = responses
        self._waking = waking
        self._without_rasa = without_rasa
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._alerts: set[asyncio.Task[None]] = set()
        self._token_hashes: dict[str, str] = {}

    async def start_conversation(self, channel: Channel) -> tuple[str, str]:
        """Open a conversation; give its id and the secret that proves whose it is."""
        conversation_id, token = new_token()[:22], new_token()

        def store_it() -> None:
            with self._database.write() as session:
                store.add_conversation(
                    session, conversation_id=conversation_id, token_hash=hash_token(token), channel=channel
                )

        await run_sync(store_it)
        return conversation_id, token

    async def check_token(self, conversation_id: str, token: str | None) -> None:
        """Make sure that a token belongs to a conversation.

        Raises:
            NotFoundError: There is no such conversation.
            PermissionDeniedError: The token is missing or another one's.
        """

        def known_hash() -> str:
            with self._database.read() as session:
                return store.get_conversation(session, conversation_id).token_hash

        known = self._token_hashes.get(conversation_id)
        if known is None:
            # A conversation's token never changes, and every request asks for it.
            known = await run_sync(known_hash)
            if len(self._token_hashes) >= MOST_TOKENS_KEPT:
                self._token_hashes.clear()
            self._token_hashes[conversation_id] = known
        if known != hash_token(token or ""):
            raise PermissionDeniedError("This chat belongs to another browser. Start a new chat.")

    async def receive(self, conversation_id: str, raw_text: object, client_message_id: str | None) -> Received:
        """Take a message and give the replies to it.

        Args:
            conversation_id: The conversation it belongs to.
            raw_text: What the patient wrote.
            client_message_id: The client's own id; a second message under it gives the first one's result.

        Raises:
            InvalidMessageError: It cannot be taken.
            NotFoundError: There is no such conversation.
            sqlalchemy.exc.SQLAlchemyError: It could not be stored.
        """
        text = clean_text(raw_text)
        async with self._lock(conversation_id):
            accepted = await run_sync(self._accept, conversation_id, text, client_message_id)
            if accepted.message.handled or accepted.earlier_replies:
                return Received(inbound=accepted.message, replies=accepted.earlier_replies, handler=accepted.handler)
            self._feed.publish(conversation_id, MessageStored(message=accepted.message))
            replies = await self._handle(accepted)
            return Received(inbound=accepted.message, replies=tuple(replies), handler=accepted.handler)

    async def ask_for_person(self, conversation_id: str) -> Received:
        """Pass a conversation to staff because the patient pressed the button; needs no Rasa."""
        async with self._lock(conversation_id):
            text = self._responses.text(Responses.OPTION_PERSON)
            accepted = await run_sync(self._accept, conversation_id, text, None)
            self._feed.publish(conversation_id, MessageStored(message=accepted.message))
            replies: list[Reply] = []
            if accepted.handler is Handler.BOT:
                ticket = await run_sync(self._open_ticket, accepted.message, EscalationReason.ASKED_FOR_PERSON)
                replies = await run_sync(self._tickets.told, ticket)
            messages = await self._send(accepted.message, replies)
            return Received(inbound=accepted.message, replies=tuple(messages), handler=accepted.handler)

    async def go_on_with_bot(self, conversation_id: str) -> tuple[StoredMessage, ...]:
        """Take back the wish for a person: the ticket is closed, unless what led to it may be serious.

        Raises:
            ConflictError: Staff have no open ticket of this conversation.
        """
        async with self._lock(conversation_id):
            change = await run_sync(self._tickets.cancel, conversation_id)
            self._deliver.announce(change)
            return change.messages

    async def store_contact(
        self, conversation_id: str, *, name: str | None, phone: str | None, email: str | None
    ) -> list[StoredMessage]:
        """Store how the patient can be reached, and say that it was."""
        await run_sync(partial(self.save_contact, conversation_id, name=name, phone=phone, email=email))
        reply = Reply(kind=ReplyKind.ESCALATED, text=self._responses.text(Responses.CONTACT_STORED))
        return await self._deliver.bot_replies(conversation_id, [reply], in_reply_to=None)

    def save_contact(self, conversation_id: str, *, name: str | None, phone: str | None, email: str | None) -> None:
        """Store how the patient can be reached, without a word."""
        with self._database.write() as session:
            store.set_contact(session, conversation_id, name=name, phone=phone, email=email)

    async def recover(self) -> int:
        """Handle the messages that a crash left without replies; give how many there were."""

        def left(after: int) -> list[StoredMessage]:
            with self._database.read() as session:
                return store.unhandled(session, after=after)

        count = 0
        messages = await run_sync(left, 0)
        while messages:
            for message in messages:
                async with self._lock(message.conversation_id):
                    accepted = await run_sync(self._accepted_before, message)
                    if accepted is not None:
                        await self._handle(accepted)
            count += len(messages)
            messages = await run_sync(left, messages[-1].id)
        return count

    async def answer_waiting(self, conversation_id: str) -> None:
        """Handle, in order, the stored messages of a conversation that nobody has answered yet.

        One that fails does not stand in the way of those after it: there may be danger in them.

        Raises:
            Exception: What the last one that failed has raised; it waits for the next call.
        """

        def waiting() -> list[StoredMessage]:
            with self._database.read() as session:
                return store.unhandled(session, conversation_id=conversation_id)

        problem: Exception | None = None
        async with self._lock(conversation_id):
            for message in await run_sync(waiting):
                try:
                    accepted = await run_sync(self._accepted_before, message)
                    if accepted is not None:
                        await self._handle(accepted)
                except Exception as error:  # noqa: BLE001 (told to the caller below)
                    problem = error
        if problem is not None:
            raise problem

    def card_for(self, raw_text: object) -> RedFlagCard | None:
        """Look for red flags in a text that could not be stored: the card is shown all the same."""
        return self._cards.find(raw_text) if isinstance(raw_text, str) else None

    def _lock(self, conversation_id: str) -> asyncio.Lock:
        return self._locks.setdefault(conversation_id, asyncio.Lock())

    def _accept(self, conversation_id: str, text: str, client_message_id: str | None) -> _Accepted:
        with self._database.write() as session:
            conversation = store.get_conversation(session, conversation_id)
            handler = Handler(conversation.handler)
            if client_message_id is not None:
                known = store.find_by_client_id(session, conversation_id, client_message_id)
                if known is not None:
                    earlier = tuple(store.replies_to(session, known.id))
                    return _Accepted(message=known, handler=handler, options=(), earlier_replies=earlier)
            options = choices.options(store.last_bot_reply(session, conversation_id))
            message = store.add_inbound(
                session, conversation_id=conversation_id, text=text, client_message_id=client_message_id
            )
            self._tickets.patient_wrote(session, message)
            return _Accepted(message=message, handler=handler, options=options, earlier_replies=())

    def _accepted_before(self, message: StoredMessage) -> _Accepted | None:
        """Give what a message was accepted with, for one that was stored before a crash; None if it was sent again."""
        with self._database.read() as session:
            if store.is_handled(session, message.id):
                return None
            return _Accepted(
                message=message,
                handler=Handler(store.get_conversation(session, message.conversation_id).handler),
                options=choices.options(store.last_bot_reply(session, message.conversation_id, before=message.id)),
                earlier_replies=tuple(store.replies_to(session, message.id)),
                numbered=choices.numbered_before(session, message),
                opted_out=numbers.is_opted_out(session, message.conversation_id),
                is_late=True,
            )

    async def _handle(self, accepted: _Accepted) -> list[StoredMessage]:
        message = accepted.message
        # A card that a crash left without its ticket is on the patient's screen: what it says is what staff are told.
        found = card_shown(accepted.earlier_replies) or self._cards.find(message.text)
        if found is not None:
            return await self._show_card(accepted, found)
        if accepted.handler is Handler.STAFF or accepted.opted_out:
            found = await self._second_look(message)
            if found is not None:
                return await self._show_card(accepted, found)
            if accepted.opted_out:
                return await self._leave_unanswered(message)
            # Last, since it marks the message as handled: a crash before it lets the next start look again.
            if await self._deliver.leave_to_staff(message):
                return []
        self._feed.publish(message.conversation_id, Typing(conversation_id=message.conversation_id))
        replies = await self._ask_rasa(accepted)
        found = card_among(replies)
        # A card is all that is said in its turn, whatever else Rasa had to say.
        return await (self._send(message, replies) if found is None else self._show_card(accepted, found))

    async def _leave_unanswered(self, message: StoredMessage) -> list[StoredMessage]:
        """Show staff what somebody writes who wants no messages from us, and say nothing."""
        ticket = await run_sync(self._open_ticket, message, EscalationReason.OPTED_OUT)
        await self._deliver.bot_replies(message.conversation_id, [], in_reply_to=message.id)
        self._deliver.announce_ticket(ticket, message.conversation_id)
        return []

    async def _second_look(self, message: StoredMessage) -> RedFlagCard | None:
        """Let Rasa look for a danger in a message that it has no reply to, since staff handle the conversation."""
        try:
            report = await self._rasa.report(message.text)
        except RasaUnavailableError as error:
            logger.warning("rasa_unavailable", conversation_id=message.conversation_id, problem=str(error))
            return None
        return None if report is None else self._cards.for_report(report, message.text)

    async def _ask_rasa(self, accepted: _Accepted) -> list[Reply]:
        message = accepted.message
        chosen = choices.chosen(message.text, accepted.options, accepted.numbered)
        replies = await self._said_while_waking(accepted, chosen) if self._waking.is_on else []
        if replies:
            return replies
        try:
            if chosen is not None and chosen.intent is not None:
                replies = await self._rasa.choose(message.conversation_id, chosen)
            else:
                words = message.text if chosen is None else chosen.title
                replies = await self._rasa.send(message.conversation_id, words)
        except RasaUnavailableError as error:
            logger.warning("rasa_unavailable", conversation_id=message.conversation_id, problem=str(error))
        if replies:
            return replies
        # No reply at all is what Rasa gives when its action server is down.
        return await run_sync(self._without_rasa.while_down, message, chosen)

    async def _said_while_waking(self, accepted: _Accepted, chosen: Option | None) -> list[Reply]:
        """Wait a moment for Rasa, then say what can be said without it; if that is nothing, wait on.

        Nobody looks at the screen for a message that comes late, so that one waits until Rasa can read it.
        """
        is_choice = chosen is not None and chosen.intent is not None
        patience = LONGEST_WAKING if accepted.is_late else 0.0 if is_choice else WAKING_PATIENCE
        if await self._waking.wait(patience):
            return []
        replies = await run_sync(self._without_rasa.while_waking, accepted.message, chosen)
        if not replies:
            await self._waking.wait(LONGEST_PATIENCE)
        return replies

    async def _show_card(self, accepted: _Accepted, found: RedFlagCard) -> list[StoredMessage]:
        """Send the card first; the ticket is opened afterwards, and again until that works.

        The message counts as handled only with its ticket, so that not even a crash in between loses the alert.
        """
        message = accepted.message
        messages = list(accepted.earlier_replies)
        if not messages:
            messages = await self._deliver.bot_replies(
                message.conversation_id, [found.reply], in_reply_to=message.id, even_under_staff=True, handles=False
            )
        try:
            await self._alert_staff(message, found)
        except SQLAlchemyError as error:
            # Not logger.exception: the text of a database error holds the statement's parameters.
            problem = type(error).__name__
            logger.error("red_flag_ticket_not_stored", conversation_id=message.conversation_id, problem=problem)  # noqa: TRY400
            task = asyncio.create_task(self._keep_alerting(message, found))
            self._alerts.add(task)
            task.add_done_callback(self._alerts.discard)
        return messages

    async def _keep_alerting(self, message: StoredMessage, found: RedFlagCard) -> None:
        attempt = 0
        while True:
            await asyncio.sleep(ALERT_RETRY_SECONDS[min(attempt, len(ALERT_RETRY_SECONDS) - 1)])
            attempt += 1
            try:
                await self._alert_staff(message, found)
            except SQLAlchemyError:
                logger.warning("red_flag_ticket_not_stored", conversation_id=message.conversation_id, attempt=attempt)
            else:
                return

    async def _alert_staff(self, message: StoredMessage, found: RedFlagCard) -> None:
        open_ticket = partial(
            self._tickets.open,
            message.conversation_id,
            reason=EscalationReason.RED_FLAG,
            urgency=found.urgency,
            message_id=message.id,
            signs=found.reply.signs,
        )
        ticket = await run_sync(open_ticket)
        await self._deliver.bot_replies(message.conversation_id, [], in_reply_to=message.id)
        self._deliver.announce_ticket(ticket, message.conversation_id)

    def _open_ticket(self, message: StoredMessage, reason: EscalationReason) -> int:
        return self._tickets.open(message.conversation_id, reason=reason, message_id=message.id)

    async def _send(self, message: StoredMessage, replies: list[Reply]) -> list[StoredMessage]:
        messages = await self._deliver.bot_replies(message.conversation_id, replies, in_reply_to=message.id)
        for reply in replies:
            if reply.ticket is not None:
                self._deliver.announce_ticket(reply.ticket, message.conversation_id)
        return messages

"""A patient's message on its way in: stored once and before all else, then handled in its conversation's order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from anyio.to_thread import run_sync

from bot.channels import files
from bot.channels import store as numbers
from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.db.engine import Database, utc_now
from bot.escalation.lifecycle import Tickets
from bot.messaging.contact import Contacts
from bot.messaging.danger.card import RedFlagCard, RedFlagCards
from bot.messaging.deliver import Deliver
from bot.messaging.feed import Feed, MessageStored
from bot.messaging.inbound_text import clean_text
from bot.messaging.turn import Accepted, Turn
from bot.messaging.turns import Turns
from bot.process.metrics import Metrics, Part
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import Author, EscalationReason, Handler, Responses

OLDEST_ANSWERED = dt.timedelta(hours=1)
"""A message that has waited for longer is not answered by the bot any more: its patient has gone on; staff get it."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came of a message: as it was stored, and the replies to it (none while staff handle it)."""

    inbound: StoredMessage
    replies: tuple[StoredMessage, ...]
    handler: Handler


class Receive:
    """Takes patients' messages, one at a time for each conversation."""

    def __init__(
        self,
        *,
        database: Database,
        feed: Feed,
        deliver: Deliver,
        tickets: Tickets,
        turn: Turn,
        turns: Turns,
        cards: RedFlagCards,
        contacts: Contacts,
        responses: FixedResponses,
        metrics: Metrics,
    ) -> None:
        """Take the store, the turn that a stored message takes, whose it is, and what the patient's buttons need."""
        self._database = database
        self._feed = feed
        self._deliver = deliver
        self._tickets = tickets
        self._turn = turn
        self._turns = turns
        self._cards = cards
        self._contacts = contacts
        self._responses = responses
        self._metrics = metrics

    async def receive(
        self,
        conversation_id: str,
        raw_text: object,
        client_message_id: str | None,
        *,
        in_reply_to: int | None = None,
    ) -> Received:
        """Take a message and give the replies to it.

        Args:
            conversation_id: The conversation it belongs to.
            raw_text: What the patient wrote.
            client_message_id: The client's own id; a second message under it gives the first one's result.
            in_reply_to: The message of ours whose button was pressed, if one was.

        Raises:
            InvalidMessageError: It cannot be taken.
            IdReusedError: Another message was sent under this id.
            NoSuchConversationError: There is no such conversation.
            sqlalchemy.exc.SQLAlchemyError: It could not be stored.
        """
        text = clean_text(raw_text)
        async with self._turns.of(conversation_id):
            with self._metrics.timing(Part.ACCEPT):
                accepted = await run_sync(self._accept, conversation_id, text, client_message_id, in_reply_to)
            if accepted.message.handled or accepted.earlier_replies:
                return Received(inbound=accepted.message, replies=accepted.earlier_replies, handler=accepted.handler)
            self._feed.publish(conversation_id, MessageStored(message=accepted.message))
            replies = await self._turn.take(accepted)
            return Received(inbound=accepted.message, replies=tuple(replies), handler=accepted.handler)

    async def ask_for_person(self, conversation_id: str, client_message_id: str | None = None) -> Received:
        """Pass a conversation to staff because the patient pressed the button; needs no Rasa.

        Args:
            conversation_id: Which conversation.
            client_message_id: The client's own id; pressed again under it gives the first one's result.

        Raises:
            IdReusedError: Another message was sent under this id.
            NoSuchConversationError: There is no such conversation.
        """
        async with self._turns.of(conversation_id):
            text = self._responses.text(Responses.OPTION_PERSON)
            accepted = await run_sync(self._accept, conversation_id, text, client_message_id)
            if accepted.message.handled or accepted.earlier_replies:
                return Received(inbound=accepted.message, replies=accepted.earlier_replies, handler=accepted.handler)
            self._feed.publish(conversation_id, MessageStored(message=accepted.message))
            replies: list[Reply] = []
            if accepted.handler is Handler.BOT:
                ticket = await run_sync(
                    partial(
                        self._tickets.open,
                        conversation_id,
                        reason=EscalationReason.ASKED_FOR_PERSON,
                        message_id=accepted.message.id,
                    )
                )
                replies = await run_sync(self._tickets.told, ticket)
            messages = await self._deliver.answer(accepted.message, replies)
            return Received(inbound=accepted.message, replies=tuple(messages), handler=accepted.handler)

    async def go_on_with_bot(self, conversation_id: str) -> tuple[StoredMessage, ...]:
        """Take back the wish for a person: the ticket is closed, unless what led to it may be serious.

        Raises:
            ConflictError: Staff have no open ticket of this conversation.
        """
        async with self._turns.of(conversation_id):
            change = await run_sync(self._tickets.cancel, conversation_id)
            self._deliver.announce(change)
            return change.messages

    async def recover(self) -> int:
        """Handle the messages that a crash left without replies; give how many there were.

        Those that have waited for longer than `OLDEST_ANSWERED` go to staff, after the look for danger. One that fails
        stands in the way of no other.

        Raises:
            Exception: What the last one that failed has raised; it waits for the next call.
        """

        def left(after: int) -> list[StoredMessage]:
            with self._database.read() as session:
                return store.unhandled(session, after=after)

        count, problem = 0, None
        messages = await run_sync(left, 0)
        while messages:
            for message in messages:
                try:
                    async with self._turns.of(message.conversation_id):
                        await self._take_left(message)
                except Exception as error:  # noqa: BLE001 (told to the caller below)
                    problem = error
            count += len(messages)
            messages = await run_sync(left, messages[-1].id)
        if problem is not None:
            raise problem
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
        async with self._turns.of(conversation_id):
            for message in await run_sync(waiting):
                try:
                    await self._take_left(message)
                except Exception as error:  # noqa: BLE001 (told to the caller below)
                    problem = error
        if problem is not None:
            raise problem

    async def _take_left(self, message: StoredMessage) -> None:
        accepted = await run_sync(self._accepted_before, message)
        if accepted is not None:
            await self._turn.take(accepted)

    def card_for(self, raw_text: object) -> RedFlagCard | None:
        """Look for red flags in a text that could not be stored: the card is shown all the same, sure or not."""
        return self._cards.find(raw_text) if isinstance(raw_text, str) else None

    def _accept(
        self, conversation_id: str, text: str, client_message_id: str | None, in_reply_to: int | None = None
    ) -> Accepted:
        left = self._contacts.found_in(text)
        with self._database.write() as session:
            handler = store.handler_of(session, conversation_id, locked=True)
            if client_message_id is not None:
                known = store.find_by_client_id(
                    session, conversation_id, client_message_id, author=Author.PATIENT, text=text
                )
                if known is not None:
                    earlier = tuple(store.replies_to(session, known.id))
                    return Accepted(message=known, handler=handler, earlier_replies=earlier)
            pressed = None if in_reply_to is None else store.find_message(session, conversation_id, in_reply_to)
            message = store.add_inbound(
                session,
                conversation_id=conversation_id,
                text=text,
                client_message_id=client_message_id,
                # A button of something that is not there is but words.
                in_reply_to=None if pressed is None or pressed.author is Author.PATIENT else pressed.id,
            )
            self._contacts.keep(session, conversation_id, left)
            self._tickets.patient_wrote(session, message)
            return Accepted(message=message, handler=handler, earlier_replies=())

    def _accepted_before(self, message: StoredMessage) -> Accepted | None:
        """Give what a message was accepted with, for one that was stored before a crash; None if it was sent again."""
        oldest = utc_now() - OLDEST_ANSWERED
        with self._database.read() as session:
            if store.is_handled(session, message.id):
                return None
            later = store.unhandled(session, conversation_id=message.conversation_id, after=message.id)
            return Accepted(
                message=message,
                handler=store.handler_of(session, message.conversation_id),
                earlier_replies=tuple(store.replies_to(session, message.id)),
                has_files=files.has_any(session, message.id),
                opted_out=numbers.wants_no_reply(session, message.conversation_id, message.id),
                is_late=True,
                too_late=message.created_at < oldest,
                more_too_late=any(other.created_at < oldest for other in later),
            )

"""What goes out to a patient, from the bot and from staff alike: stored first, then sent."""

from __future__ import annotations

from collections.abc import Sequence

from anyio.to_thread import run_sync
from sqlalchemy.orm import Session

from bot.channels import outbound
from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.escalation import safety_store
from bot.escalation.change import Change
from bot.escalation.replying import Sent
from bot.messaging.danger.checks import Check
from bot.messaging.feed import Feed, HandlerChanged, MessageStored, TicketChanged
from bot.reply import Reply
from bot.vocabulary import Handler, Shown


class Deliver:
    """Stores outbound messages and hands them to the live connections of their conversation."""

    def __init__(self, database: Database, feed: Feed) -> None:
        """Take the store and the feed of live events."""
        self._database = database
        self._feed = feed

    async def bot_replies(
        self,
        conversation_id: str,
        replies: Sequence[Reply],
        *,
        in_reply_to: int | None,
        check: Check | None = None,
        even_under_staff: bool = False,
        handles: bool = True,
    ) -> list[StoredMessage]:
        """Send what the bot says, unless staff took the conversation over meanwhile.

        Args:
            conversation_id: Where to.
            replies: What to say, in order.
            in_reply_to: The inbound message that these answer.
            check: What is asked after that, in every state, of a danger in the inbound message.
            even_under_staff: For a red-flag card, which is shown in every state.
            handles: Whether the inbound message is thereby done with.
        """

        def store_all() -> list[StoredMessage]:
            with self._database.write() as session:
                handler = store.handler_of(session, conversation_id, locked=True)
                if in_reply_to is not None and _is_answered(session, in_reply_to, replies):
                    # Whose turn it is was forgotten with a connection, and another edge was quicker.
                    return store.replies_to(session, in_reply_to)
                silent = handler is Handler.STAFF and not even_under_staff
                messages = [
                    outbound.bot_says(session, conversation_id=conversation_id, reply=reply, in_reply_to=in_reply_to)
                    for reply in ([] if silent else replies)
                ]
                if check is not None and in_reply_to is not None:
                    messages.append(_ask(session, conversation_id, check, in_reply_to))
                if in_reply_to is not None and handles:
                    store.mark_handled(session, in_reply_to)
                return messages

        messages = await run_sync(store_all)
        for message in messages:
            self._feed.publish(conversation_id, MessageStored(message=message))
        return messages

    async def answer(
        self, message: StoredMessage, replies: Sequence[Reply], check: Check | None = None
    ) -> list[StoredMessage]:
        """Send the replies to a patient's message, the check after them, and show staff the tickets they speak of."""
        messages = await self.bot_replies(message.conversation_id, replies, in_reply_to=message.id, check=check)
        for reply in replies:
            if reply.ticket is not None:
                self.announce_ticket(reply.ticket, message.conversation_id)
        return messages

    async def leave_to_staff(self, message: StoredMessage, check: Check | None) -> list[StoredMessage] | None:
        """Leave a patient's message to the staff member who handles the conversation; None if none does any more.

        Only the check is put to the patient.
        """

        def leave() -> list[StoredMessage] | None:
            with self._database.write() as session:
                if store.handler_of(session, message.conversation_id, locked=True) is not Handler.STAFF:
                    return None
                store.mark_handled(session, message.id)
                return [] if check is None else [_ask(session, message.conversation_id, check, message.id)]

        messages = await run_sync(leave)
        for asked in messages or ():
            self._feed.publish(message.conversation_id, MessageStored(message=asked))
        return messages

    def announce(self, change: Change) -> None:
        """Tell live connections of a change of a ticket: who answers now, what the patient was told."""
        for message in change.messages:
            self._feed.publish(message.conversation_id, MessageStored(message=message))
        for conversation_id in change.conversation_ids:
            if change.handler is not None:
                self._feed.publish(
                    conversation_id,
                    HandlerChanged(
                        conversation_id=conversation_id, handler=change.handler, staff_name=change.staff_name
                    ),
                )
            self.announce_ticket(change.ticket_id, conversation_id)

    def announce_reply(self, sent: Sent) -> None:
        """Tell live connections what staff have written, once, and before it who answers now."""
        if sent.change is None:
            return
        self.announce(sent.change)
        self._feed.publish(sent.message.conversation_id, MessageStored(message=sent.message))

    def announce_ticket(self, ticket_id: int, conversation_id: str) -> None:
        """Tell the staff console that a ticket changed."""
        self._feed.publish(conversation_id, TicketChanged(ticket_id=ticket_id, conversation_id=conversation_id))


def _is_answered(session: Session, message_id: int, replies: Sequence[Reply]) -> bool:
    """Say whether somebody else has answered a message already; a card, which comes first, is completed later."""
    return store.is_handled(session, message_id) or bool(replies and store.replies_to(session, message_id))


def _ask(session: Session, conversation_id: str, check: Check, message_id: int) -> StoredMessage:
    """Store a check, and in the same transaction that it was put."""
    safety_store.add(
        session,
        message_id=message_id,
        conversation_id=conversation_id,
        shown=Shown.CHECK,
        sign=check.sign,
        level=check.level,
    )
    return outbound.bot_says(session, conversation_id=conversation_id, reply=check.reply, in_reply_to=message_id)

"""What a red flag sets off: the card before the patient first, then the ticket before staff, until that is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import structlog
from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.store import StoredMessage
from bot.escalation.lifecycle import Tickets
from bot.messaging.danger.card import RedFlagCard
from bot.messaging.deliver import Deliver
from bot.messaging.retries import waits
from bot.vocabulary import EscalationReason

logger = structlog.get_logger(__name__)


class RedFlagAlarm:
    """Shows cards and opens their tickets, in this order."""

    def __init__(self, deliver: Deliver, tickets: Tickets) -> None:
        """Take the way out to the patient and the keeper of tickets."""
        self._deliver = deliver
        self._tickets = tickets
        self._retrying: set[asyncio.Task[None]] = set()

    async def sound(
        self, message: StoredMessage, found: RedFlagCard, *, shown: Sequence[StoredMessage]
    ) -> list[StoredMessage]:
        """Send the card first; the ticket is opened afterwards, and again until that works.

        The message counts as handled only with its ticket, so that not even a crash in between loses the alarm.

        Args:
            message: The patient's message.
            found: The card for it; where that is about an earlier message, the ticket shows staff that one.
            shown: The replies that stand below it already: a crash came between card and ticket.
        """
        messages = list(shown)
        if found.reply.about is None:
            found = replace(found, reply=found.reply.model_copy(update={"about": message.id}))
        if not messages:
            messages = await self._deliver.bot_replies(
                message.conversation_id, [found.reply], in_reply_to=message.id, even_under_staff=True, handles=False
            )
        try:
            await self._tell_staff(message, found)
        except SQLAlchemyError as error:
            # Not logger.exception: the text of a database error holds the statement's parameters.
            problem = type(error).__name__
            logger.error("red_flag_ticket_not_stored", conversation_id=message.conversation_id, problem=problem)  # noqa: TRY400
            task = asyncio.create_task(self._keep_trying(message, found))
            self._retrying.add(task)
            task.add_done_callback(self._retrying.discard)
        return messages

    async def _keep_trying(self, message: StoredMessage, found: RedFlagCard) -> None:
        for attempt, seconds in enumerate(waits(), start=1):
            await asyncio.sleep(seconds)
            try:
                await self._tell_staff(message, found)
            except SQLAlchemyError:
                logger.warning("red_flag_ticket_not_stored", conversation_id=message.conversation_id, attempt=attempt)
            else:
                return

    async def _tell_staff(self, message: StoredMessage, found: RedFlagCard) -> None:
        open_ticket = partial(
            self._tickets.open,
            message.conversation_id,
            reason=EscalationReason.RED_FLAG,
            urgency=found.urgency,
            message_id=found.reply.about,
            signs=found.reply.signs,
        )
        ticket = await run_sync(open_ticket)
        await self._deliver.bot_replies(message.conversation_id, [], in_reply_to=message.id)
        self._deliver.announce_ticket(ticket, message.conversation_id)

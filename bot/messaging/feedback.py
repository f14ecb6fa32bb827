"""A patient's thumbs up or down on an answer: stored by answer and version; two downs offer a person."""

from __future__ import annotations

from anyio.to_thread import run_sync

from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.errors import NotFoundError
from bot.knowledge import feedback_store
from bot.knowledge.answering.question import person_options
from bot.messaging.deliver import Deliver
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import FeedbackReason, ReplyKind, Responses

DOWNS_BEFORE_OFFER = 2
"""Answers of a conversation with a thumbs down before a person is offered."""


class FeedbackBox:
    """Takes what patients think of answers."""

    def __init__(self, database: Database, deliver: Deliver, responses: FixedResponses) -> None:
        """Take the store, the way out to the patient, and the fixed wordings."""
        self._database = database
        self._deliver = deliver
        self._responses = responses

    async def give(
        self, conversation_id: str, message_id: int, *, helpful: bool, reason: FeedbackReason | None
    ) -> list[StoredMessage]:
        """Store a thumbs up or down; give what the bot says to it (at the second down, the offer of a person).

        Raises:
            NotFoundError: The conversation has no such message, or it gave no answer.
        """
        is_second_down = await run_sync(self._save, conversation_id, message_id, helpful, reason)
        if not is_second_down:
            return []
        offer = Reply(
            kind=ReplyKind.NO_ANSWER,
            text=self._responses.text(Responses.OFFER_PERSON),
            options=person_options(self._responses),
        )
        return await self._deliver.bot_replies(conversation_id, [offer], in_reply_to=None)

    def _save(self, conversation_id: str, message_id: int, helpful: bool, reason: FeedbackReason | None) -> bool:  # noqa: FBT001  (run_sync passes by place)
        with self._database.write() as session:
            message = conversations.find_message(session, conversation_id, message_id)
            reply = None if message is None else message.reply
            if reply is None or reply.answer_id is None or reply.answer_version is None:
                raise NotFoundError("There is no answer to judge in this message.")
            is_new_down = feedback_store.save_feedback(
                session,
                message_id=message_id,
                conversation_id=conversation_id,
                answer=(reply.answer_id, reply.answer_version),
                helpful=helpful,
                reason=None if reason is None or helpful else reason.value,
            )
            return is_new_down and feedback_store.count_downs(session, conversation_id) == DOWNS_BEFORE_OFFER

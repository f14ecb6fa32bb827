"""How staff can reach a patient who has closed the chat: stored, and said that it was."""

from __future__ import annotations

from functools import partial

from anyio.to_thread import run_sync

from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.messaging.deliver import Deliver
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import ReplyKind, Responses


class Contacts:
    """Takes names, phone numbers and email addresses."""

    def __init__(self, database: Database, deliver: Deliver, responses: FixedResponses) -> None:
        """Take the store, the way out to the patient, and the fixed wordings."""
        self._database = database
        self._deliver = deliver
        self._responses = responses

    async def take(
        self, conversation_id: str, *, name: str | None, phone: str | None, email: str | None
    ) -> list[StoredMessage]:
        """Store how the patient can be reached, and say that it was."""
        await run_sync(partial(self.save, conversation_id, name=name, phone=phone, email=email))
        reply = Reply(kind=ReplyKind.ESCALATED, text=self._responses.text(Responses.CONTACT_STORED))
        return await self._deliver.bot_replies(conversation_id, [reply], in_reply_to=None)

    def save(self, conversation_id: str, *, name: str | None, phone: str | None, email: str | None) -> None:
        """Store how the patient can be reached, without a word."""
        with self._database.write() as session:
            store.set_contact(session, conversation_id, name=name, phone=phone, email=email)

"""A transaction with a conversation, and another one as noise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.conversations import store
from bot.reply import Reply
from bot.vocabulary import Channel, ReplyKind

NOISE = Reply(kind=ReplyKind.ANSWER, text="About $600.", treatments=("prp",), answer_id="prp.cost", answer_version=1)


@pytest.fixture
def session(services: Services) -> Iterator[Session]:
    """Give a transaction with the conversation "mine" and, as noise, "other" with messages of its own."""
    with services.database.write() as session:
        for conversation_id in ("other", "mine"):
            store.add_conversation(
                session, conversation_id=conversation_id, token_hash="hash", channel=Channel.WEB_CHAT
            )
        session.flush()
        noise = store.add_inbound(session, conversation_id="other", text="noise", client_message_id="c1")
        store.add_bot_message(session, conversation_id="other", reply=NOISE, in_reply_to=noise.id)
        yield session

"""Who may write into which conversation: whoever holds the secret that it was started with."""

from __future__ import annotations

from anyio.to_thread import run_sync
from sqlalchemy.orm import Session

from bot.conversations import store
from bot.db.engine import Database
from bot.errors import WrongTokenError
from bot.tokens import hash_token, new_token
from bot.vocabulary import Channel

LONGEST_ID = 32
MOST_TOKENS_KEPT = 10_000
"""Of this many conversations the token's hash is kept in memory: about 2 MB."""


class Access:
    """Starts conversations and knows their tokens again."""

    def __init__(self, database: Database, *, prefix: str = "") -> None:
        """Take the store, and what the ids of its conversations begin with."""
        self._database = database
        self._prefix = prefix
        self._token_hashes: dict[str, str] = {}

    async def start_conversation(self, channel: Channel) -> tuple[str, str]:
        """Open a conversation; give its id and the secret that proves whose it is."""

        def store_it() -> tuple[str, str]:
            with self._database.write() as session:
                return begin(session, channel, prefix=self._prefix)

        return await run_sync(store_it)

    async def check_token(self, conversation_id: str, token: str | None) -> None:
        """Make sure that a token belongs to a conversation.

        Raises:
            NoSuchConversationError: There is no such conversation.
            WrongTokenError: The token is missing or another one's.
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
            raise WrongTokenError("This chat belongs to another browser. Start a new chat.")


def begin(session: Session, channel: Channel, *, prefix: str = "") -> tuple[str, str]:
    """Store a new conversation in an open transaction; give its id and its secret."""
    conversation_id, token = f"{prefix}{new_token()[: LONGEST_ID - len(prefix)][:22]}", new_token()
    store.add_conversation(session, conversation_id=conversation_id, token_hash=hash_token(token), channel=channel)
    return conversation_id, token

"""What a patient has before their eyes when they write: the bot's last words, unless staff spoke after it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.conversations.store import newest_first
from bot.reply import Reply
from bot.vocabulary import Author

SPEAKERS = frozenset({Author.BOT, Author.STAFF})
LOOK_BACK = 8
"""A turn is at most three answers, a question back, and the lines of staff between them."""


def replies_on_screen(session: Session, conversation_id: str, *, before: int) -> list[Reply]:
    """Give the replies of the bot's last turn before a message, newest first; none if staff spoke last.

    Lines that belong to no turn, such as a promise of staff, may stand between and after them.

    Args:
        session: The open session.
        conversation_id: Which conversation.
        before: The id of the patient's message.
    """
    turn, found = None, []
    for message in newest_first(session, conversation_id, authors=SPEAKERS, before=before, limit=LOOK_BACK):
        turn = turn or message.in_reply_to
        if message.reply is None or (message.in_reply_to not in {None, turn}):
            break
        found.append(message.reply)
    return found

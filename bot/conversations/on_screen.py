"""What a patient has before their eyes when they write: the bot's last words, unless staff spoke after it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.conversations.store import said_before
from bot.reply import Reply

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
    for in_reply_to, reply in said_before(session, conversation_id, before, limit=LOOK_BACK):
        turn = turn or in_reply_to
        if reply is None or (in_reply_to not in {None, turn}):
            break
        found.append(Reply.model_validate(reply))
    return found

"""What a conversation is about, for staff who come to it: the treatment, and the message that tells most."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.conversations.store import newest_first
from bot.vocabulary import Author

TELLS_LITTLE = 4
"""A request for a person of at most this many words says nothing about its reason."""
LOOK_BACK = 20
"""Replies of the bot; a treatment that was named before them may be another matter."""
MOST_PRESSED = 6
"""Buttons of checks and cards that may have been pressed in between."""


def treatment_of(session: Session, conversation_id: str) -> str | None:
    """Give the slug of the treatment that the bot last spoke of; None if it named none, or several at once."""
    for message in newest_first(session, conversation_id, authors={Author.BOT}, limit=LOOK_BACK):
        named = () if message.reply is None else message.reply.treatments
        if named:
            return named[0] if len(named) == 1 else None
    return None


def telling_message_id(session: Session, conversation_id: str, message_id: int) -> int:
    """Give the message that tells staff what a conversation is about.

    "Talk to a person" and "yes please" tell little; the message before them tells more. A button's title tells nothing.
    """
    newest = newest_first(
        session, conversation_id, authors={Author.PATIENT}, before=message_id + 1, limit=2 + MOST_PRESSED
    )
    said = [message for message in newest if message.in_reply_to is None][:2]
    return said[-1].id if said and tells_little(said[0].text) else message_id


def tells_little(text: str) -> bool:
    """Say whether a patient's words are too few to tell what they are about."""
    return len(text.split()) <= TELLS_LITTLE

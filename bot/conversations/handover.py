"""Who answers a conversation, the bot or a staff member, and how that changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.conversations.store import lock_conversation
from bot.vocabulary import Handler


def hand_over(session: Session, conversation_id: str, *, staff_member_id: int, staff_name: str) -> bool:
    """Let a staff member answer from now on; tell whether somebody else did before."""
    conversation = lock_conversation(session, conversation_id)
    changes = conversation.handler_id != staff_member_id
    conversation.handler = Handler.STAFF.value
    conversation.handler_id = staff_member_id
    conversation.handler_name = staff_name
    return changes


def hand_back(session: Session, conversation_id: str) -> bool:
    """Let the bot answer from now on; tell whether somebody else did before."""
    conversation = lock_conversation(session, conversation_id)
    changes = conversation.handler == Handler.STAFF.value
    conversation.handler = Handler.BOT.value
    conversation.handler_id = None
    conversation.handler_name = None
    return changes

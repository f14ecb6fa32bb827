"""What is said to a patient: stored, and in the same transaction queued for the phone that it goes to."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from bot.channels import sms_text, store
from bot.channels.models import SmsNumber
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import utc_now
from bot.errors import ConflictError
from bot.notifications import store as notifications
from bot.reply import Reply
from bot.vocabulary import ReplyKind

OPTED_OUT = (
    "This patient has opted out of text messages (STOP): a reply cannot be sent. "
    "Call them, or wait until they text START."
)
MOST_TEXTS = 60
PERIOD = dt.timedelta(minutes=10)
"""So many texts to one number in this time are a talk with a machine; what staff write is not held back."""
TOO_MANY = "too many texts to this number in ten minutes"


def bot_says(
    session: Session,
    *,
    conversation_id: str,
    reply: Reply,
    in_reply_to: int | None,
    even_if_opted_out: bool = False,
) -> StoredMessage:
    """Store what the bot says and queue it.

    Args:
        session: The open write session.
        conversation_id: Where to.
        reply: What to say.
        in_reply_to: The inbound message that it answers.
        even_if_opted_out: For what a phone may ask for at all times; a card, a check, and what confirms the opt-out,
            go out in any case.
    """
    number = store.number_of(session, conversation_id) if reply.opts_out else None
    if number is not None:
        # In one transaction with what says so: nobody reads that they get no more texts, and gets one.
        store.opt_out(session, number.id, utc_now())
    message = conversations.add_bot_message(
        session, conversation_id=conversation_id, reply=reply, in_reply_to=in_reply_to
    )
    _queue(session, message, even_if_opted_out=even_if_opted_out or reply.opts_out, by_bot=True)
    return message


def staff_say(
    session: Session, *, conversation_id: str, text: str, staff_name: str, client_message_id: str | None
) -> StoredMessage:
    """Store what a staff member says and queue it.

    Raises:
        ConflictError: The patient wants no messages.
    """
    if store.is_opted_out(session, conversation_id):
        raise ConflictError(OPTED_OUT)
    message = conversations.add_staff_message(
        session,
        conversation_id=conversation_id,
        text=text,
        staff_name=staff_name,
        client_message_id=client_message_id,
    )
    _queue(session, message)
    return message


def _queue(session: Session, message: StoredMessage, *, even_if_opted_out: bool = False, by_bot: bool = False) -> None:
    number = store.number_of(session, message.conversation_id)
    if number is None:
        # The web chat has live connections and fetches what it missed.
        return
    is_card = message.reply is not None and message.reply.card is not None
    is_check = message.reply is not None and message.reply.kind is ReplyKind.SAFETY_CHECK
    # A machine that is asked a question answers it, and so on for ever.
    held_back = by_bot and not (even_if_opted_out or is_card) and _is_a_machine(session, number)
    for part in sms_text.parts_of(message):
        notifications.add(
            session,
            way=notifications.SMS,
            target=str(number.id),
            event=notifications.CARD if is_card else notifications.MESSAGE,
            content={
                "message_id": message.id,
                "text": part,
                "even_if_opted_out": even_if_opted_out or is_card or is_check,
            },
            given_up=TOO_MANY if held_back else None,
        )


def _is_a_machine(session: Session, number: SmsNumber) -> bool:
    return notifications.texts_since(session, str(number.id), utc_now() - PERIOD) >= MOST_TEXTS

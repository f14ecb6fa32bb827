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
from bot.vocabulary import Channel, ReplyKind

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
    until: dt.datetime | None = None,
    unasked: bool = False,
) -> StoredMessage:
    """Store what the bot says and queue it.

    Args:
        session: The open write session.
        conversation_id: Where to.
        reply: What to say.
        in_reply_to: The inbound message that it answers.
        even_if_opted_out: For what a phone may ask for at all times; a card, a check, and what confirms the opt-out,
            go out in any case.
        until: For what nobody asked for: after that time it is not sent, and never twice.
        unasked: Whether it answers nothing that the patient wrote: by text it waits for the end of quiet hours.
    """
    number = store.number_of(session, conversation_id) if reply.opts_out else None
    if number is not None:
        # In one transaction with what says so: nobody reads that they get no more texts, and gets one.
        store.opt_out(session, number.id, utc_now())
    message = conversations.add_bot_message(
        session, conversation_id=conversation_id, reply=reply, in_reply_to=in_reply_to
    )
    _queue(
        session,
        message,
        even_if_opted_out=even_if_opted_out or reply.opts_out,
        by_bot=True,
        until=until,
        unasked=unasked,
    )
    return message


def staff_say(
    session: Session,
    *,
    conversation_id: str,
    text: str,
    staff_name: str,
    client_message_id: str | None,
    on_page: bool = False,
) -> StoredMessage:
    """Store what a staff member says and queue it.

    Args:
        session: The open write session.
        conversation_id: Where to.
        text: What to say.
        staff_name: Who says it.
        client_message_id: The writer's own id.
        on_page: Whether the visitor of a web chat has it open, and so reads it there.

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
    _queue(session, message, on_page=on_page)
    return message


def _queue(
    session: Session,
    message: StoredMessage,
    *,
    even_if_opted_out: bool = False,
    by_bot: bool = False,
    until: dt.datetime | None = None,
    on_page: bool = False,
    unasked: bool = False,
) -> None:
    number = store.number_of(session, message.conversation_id)
    if number is None:
        # The web chat has live connections and fetches what it missed.
        return
    if store.linked_to(session, message.conversation_id) is not None:
        is_for_phone = store.writes_by_text(session, message.conversation_id) or until is not None
        missed = not by_bot and not on_page and number.opted_out_at is None
        if not is_for_phone and not missed:
            return
        if not by_bot and number.opted_out_at is not None:
            # The chat goes on without texts: there it stands.
            return
        store.note_channel(session, message.id, Channel.SMS)
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
                notifications.UNASKED: unasked,
            },
            given_up=TOO_MANY if held_back else None,
            must_arrive=is_card or is_check or not by_bot,
            until=until,
        )


def _is_a_machine(session: Session, number: SmsNumber) -> bool:
    return notifications.texts_since(session, str(number.id), utc_now() - PERIOD) >= MOST_TEXTS

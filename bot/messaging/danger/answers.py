"""What a message says of a danger that was seen in an earlier one: yes or no to a check, or that a card is not now."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations import store
from bot.conversations.on_screen import LOOK_BACK, replies_on_screen
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.short_replies import Meaning, ShortReplies
from bot.vocabulary import ReplyKind, Responses, SafetyAnswer

_OF_A_CARD = frozenset({ReplyKind.EMERGENCY, ReplyKind.URGENT, ReplyKind.ESCALATED, ReplyKind.SMALLTALK})
"""A card, and what is said to those who answer it with "ok", or ask for a person."""


@dataclass(frozen=True, kw_only=True)
class OfDanger:
    """What a message says of a danger.

    Attributes:
        said: Yes or no to a check, or that a card is not about them now.
        about: The message in which it was seen.
        shown: The check or card.
        pressed: Whether a button said so, so that there are no words to look at.
    """

    said: SafetyAnswer
    about: int
    shown: Reply
    pressed: bool


def said_of_danger(
    database: Database, message: StoredMessage, short_replies: ShortReplies, responses: FixedResponses
) -> OfDanger | None:
    """Give what a message says of a check that is on screen, or of the check or card whose button it is.

    Only a plain "no" is one; whoever begins with a "yes" has said it, whatever comes after it.

    Args:
        database: The store.
        message: What the patient wrote.
        short_replies: What reads yes and no.
        responses: The fixed wordings, titles of buttons among them.
    """
    pressed = None if message.in_reply_to is None else _pressed(database, message, responses)
    if pressed is not None:
        return pressed
    if short_replies.takes_card_back(message.text):
        return _card_taken_back(database, message)
    meaning = short_replies.meaning(message.text)
    is_yes = meaning is Meaning.YES or short_replies.leads_with_yes(message.text)
    if not is_yes and meaning is not Meaning.NO:
        return None
    with database.read() as session:
        shown = replies_on_screen(session, message.conversation_id, before=message.id)
    check = next((reply for reply in shown if reply.kind is ReplyKind.SAFETY_CHECK), None)
    if check is None or check.about is None:
        return None
    has_choices = any(reply.options for reply in shown if reply.kind is not ReplyKind.SAFETY_CHECK)
    if has_choices and short_replies.places(message.text) is not None:
        # "Yes, the first one".
        return None
    said = SafetyAnswer.YES if is_yes else SafetyAnswer.NO
    return OfDanger(said=said, about=check.about, shown=check, pressed=False)


def _pressed(database: Database, message: StoredMessage, responses: FixedResponses) -> OfDanger | None:
    with database.read() as session:
        found = store.find_message(session, message.conversation_id, message.in_reply_to or 0)
    shown = None if found is None else found.reply
    if shown is None or shown.about is None:
        return None
    buttons = {SafetyAnswer.YES: Responses.OPTION_YES_NOW, SafetyAnswer.NO: Responses.OPTION_NO}
    if shown.card is not None:
        # Whoever was shown where to find somebody who listens says first that they are safe.
        title = Responses.OPTION_SAFE if shown.card.level == "crisis" else Responses.OPTION_NOT_NOW
        buttons = {SafetyAnswer.NOT_NOW: title}
    said = next((said for said, title in buttons.items() if responses.text(title) == message.text), None)
    return None if said is None else OfDanger(said=said, about=shown.about, shown=shown, pressed=True)


def _card_taken_back(database: Database, message: StoredMessage) -> OfDanger | None:
    """Give what words say of the card that is the last thing of ours, reminders of it aside; None if it is not.

    There is nothing else in these words, so that nobody need look for a danger in them, as with a button.
    """
    with database.read() as session:
        for _, reply in store.said_before(session, message.conversation_id, message.id, limit=LOOK_BACK):
            said = None if reply is None else Reply.model_validate(reply)
            if said is None or said.takes_back is not None or said.kind not in _OF_A_CARD:
                return None
            if said.card is not None and said.about is not None:
                return OfDanger(said=SafetyAnswer.NOT_NOW, about=said.about, shown=said, pressed=True)
    return None

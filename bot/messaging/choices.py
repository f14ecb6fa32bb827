"""Which option of the bot a message chooses: by its title, or on a phone by its number."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.channels import store as numbers
from bot.channels.sms_text import option_numbered
from bot.conversations.on_screen import replies_on_screen
from bot.conversations.store import StoredMessage
from bot.reading.folding import fold
from bot.reply import Option, Reply


def options(last: Reply | None) -> tuple[Option, ...]:
    """Give what can be chosen by its title after a reply."""
    return () if last is None else (*last.options, *last.related)


def numbered_before(session: Session, message: StoredMessage) -> tuple[Option, ...]:
    """Give what a text message can choose by number: the options last listed to the phone; none on other channels."""
    if numbers.number_of(session, message.conversation_id) is None:
        return ()
    shown = replies_on_screen(session, message.conversation_id, before=message.id)
    return next((reply.options for reply in shown if reply.options), ())


def chosen(text: str, titled: tuple[Option, ...], listed: tuple[Option, ...]) -> Option | None:
    """Give the option whose title the patient sent back, by button or by typing it, or whose number they texted."""
    wanted = fold(text).strip().casefold()
    for option in (*titled, *listed):
        if option.intent is not None and fold(option.title).casefold() == wanted:
            return option
    return option_numbered(text, listed)

"""What staff are told of texts that did not reach the patient's phone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.channels import store
from bot.channels.receipts import CAME_BACK
from bot.db.engine import utc_now
from bot.notifications import store as notifications


@dataclass(frozen=True, kw_only=True)
class NotSent:
    """A message that has not arrived.

    Attributes:
        words: What to tell staff.
        given_up: Whether it never will.
    """

    words: str
    given_up: bool


def not_sent(session: Session, conversation_id: str) -> dict[int, NotSent]:
    """Give the messages of a conversation that did not arrive, by their id; empty for what needs no sending."""
    number = store.number_of(session, conversation_id)
    if number is None:
        return {}
    found: dict[int, NotSent] = {}
    for row in notifications.texts_not_sent(session, str(number.id), utc_now()):
        given_up = row.next_try_at is None
        # What the provider had taken was sent; what is given up now, or waits, may be one of several parts.
        came_back = (row.problem or "").startswith(CAME_BACK)
        if row.problem == notifications.QUIET:
            words = f"Not sent yet: it {row.problem}."
        elif given_up:
            words = f"{'It' if came_back else 'Not sent:'} {row.problem}."
        else:
            words = f"It {row.problem}. It is sent once more." if came_back else "Not sent yet. It is tried again."
        found[int(row.content["message_id"])] = NotSent(words=words, given_up=given_up)
    return found

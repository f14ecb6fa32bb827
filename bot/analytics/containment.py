"""Safe containment: how many conversations the assistant dealt with by itself, with nothing that speaks against it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from sqlalchemy.orm import Session

from bot.analytics import store
from bot.analytics.period import Period


class Against(Enum):
    """Why a conversation is not safely contained: the first of these that holds."""

    NOT_ANSWERED = "not_answered"
    DANGER = "danger"
    PASSED_ON = "passed_on"
    NOT_HELPFUL = "not_helpful"
    LEFT_OPEN = "left_open"


@dataclass(frozen=True, kw_only=True)
class Containment:
    """The conversations of a period.

    Attributes:
        chats: How many there were, by channel: those in which the patient wrote.
        contained: How many of them are safely contained, by channel.
        against: How many of the others failed for what; all of them together are the chats.
    """

    chats: Counter[str]
    contained: Counter[str]
    against: Counter[Against]

    @property
    def share(self) -> float | None:
        """Safe containment, from 0 to 1; None where nobody wrote."""
        return self.contained.total() / self.chats.total() if self.chats else None


def containment(session: Session, period: Period) -> Containment:
    """Count the conversations of a period by what became of them; docs/figures.md says the same in words.

    What is heard later counts too: a thumbs down, a ticket or a danger at any time since the first day.
    """
    chats = Counter(store.chats_by_channel(session, period))
    start = period.start
    danger = store.with_danger_since(session, start)
    ticket = store.with_ticket_since(session, start)
    not_helpful = store.with_thumbs_down_since(session, start)
    contained: Counter[str] = Counter()
    against: Counter[Against] = Counter()
    for chat in store.answered_chats(session, period):
        known = chat.conversation_id
        if known in danger:
            against[Against.DANGER] += 1
        elif known in ticket:
            against[Against.PASSED_ON] += 1
        elif known in not_helpful:
            against[Against.NOT_HELPFUL] += 1
        elif chat.left_open:
            against[Against.LEFT_OPEN] += 1
        else:
            contained[chat.channel] += 1
    # An answer without a message of the period before it is to one of the night before.
    against[Against.NOT_ANSWERED] = max(0, chats.total() - contained.total() - against.total())
    return Containment(chats=chats, contained=contained, against=against)

"""Safe containment: how many conversations the assistant dealt with by itself, with nothing that speaks against it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.analytics import store
from bot.analytics.period import Period
from bot.analytics.store import Against


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
    contained: Counter[str] = Counter()
    against: Counter[Against] = Counter()
    for channel, why, count in store.answered_chats(session, period):
        if why is None:
            contained[channel] += count
        else:
            against[why] += count
    # An answer without a message of the period before it is to one of the night before.
    against[Against.NOT_ANSWERED] = max(0, chats.total() - contained.total() - against.total())
    return Containment(chats=chats, contained=contained, against=against)

"""Cards and checks by sign, with what became of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from sqlalchemy.orm import Session

from bot.analytics import store
from bot.analytics.period import Period
from bot.vocabulary import Resolution, SafetyAnswer, TicketStatus


class CardEnd(Enum):
    """What became of a card: each has one of these, the first that holds."""

    NOT_NOW = "not_now"
    SEEN_TO = "seen_to"
    OTHERWISE = "otherwise"
    WAITING = "waiting"


_SEEN_TO = frozenset({Resolution.ANSWERED.value, Resolution.BOOKED.value, Resolution.CALLED_BACK.value})


@dataclass(frozen=True, kw_only=True)
class Danger:
    """The checks and cards of one sign."""

    sign: str
    checks: Counter[SafetyAnswer | None]
    cards: Counter[CardEnd]


def dangers(session: Session, period: Period) -> list[Danger]:
    """Give the checks and cards of a period by sign, those with most cards first."""
    checks: dict[str, Counter[SafetyAnswer | None]] = {}
    for sign, answer, count in store.checks(session, period):
        checks.setdefault(sign, Counter())[None if answer is None else SafetyAnswer(answer)] += count
    shown = store.cards(session, period)
    not_now = store.not_about_now(session, period.start)
    tickets = store.tickets_of_cards(session, period)
    cards: dict[str, Counter[CardEnd]] = {}
    for known, reply in shown:
        # The first of its signs is the gravest.
        sign = next(iter(reply.get("signs") or ()), str(reply.get("kind")))
        ended = CardEnd.NOT_NOW if reply.get("about") in not_now else _end(tickets.get(known))
        cards.setdefault(sign, Counter())[ended] += 1
    found = [
        Danger(sign=sign, checks=checks.get(sign, Counter()), cards=cards.get(sign, Counter()))
        for sign in checks.keys() | cards.keys()
    ]
    return sorted(found, key=lambda danger: (-danger.cards.total(), -danger.checks.total(), danger.sign))


def _end(ticket: tuple[str, str | None] | None) -> CardEnd:
    status, resolution = ticket or (None, None)
    if status != TicketStatus.RESOLVED.value:
        return CardEnd.WAITING
    return CardEnd.SEEN_TO if resolution in _SEEN_TO else CardEnd.OTHERWISE

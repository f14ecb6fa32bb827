"""How long patients waited for staff: to the first reply and to the end, beside what they were promised."""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.analytics import store
from bot.analytics.period import Period
from bot.analytics.store import OpenedTicket
from bot.vocabulary import Resolution, TicketStatus, Urgency

AT_ONCE = dt.timedelta(minutes=1)
"""What is due sooner is a number to call, not a promise of ours that somebody waits for."""
_SPOKEN = frozenset({Resolution.CALLED_BACK.value, Resolution.BOOKED.value})
"""Ends that say that staff spoke to the patient, though they wrote nothing."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """How the tickets of one urgency went.

    Attributes:
        urgency: Which.
        tickets: How many.
        first: Minutes to the first reply of each that had one, sorted.
        end: Minutes to the end of each that is resolved, sorted.
        kept: How many had their first reply by the time that was promised.
        late: How many had it later, or still wait for it beyond that time.
    """

    urgency: Urgency
    tickets: int
    first: tuple[float, ...]
    end: tuple[float, ...]
    kept: int
    late: int


@dataclass(frozen=True, kw_only=True)
class _Way:
    """A ticket's way: when it had its first reply, and whether that was in time (None where nothing was promised)."""

    ticket: OpenedTicket
    first: dt.datetime | None
    in_time: bool | None


def staff_times(session: Session, period: Period, tickets: Sequence[OpenedTicket], now: dt.datetime) -> list[Waits]:
    """Give how long tickets that were opened in a period waited, the most urgent first.

    A ticket that is part of another is counted with that one.

    Args:
        session: The open session.
        period: When they were opened.
        tickets: Those that were opened then.
        now: The present: what still waits may be late already.
    """
    written: dict[str, list[dt.datetime]] = defaultdict(list)
    for known, at in store.staff_replies_since(session, period.start):
        written[known].append(at)
    parts: dict[int, list[str]] = defaultdict(list)
    for into, known in store.merged_conversations(session):
        parts[into].append(known)
    ways: dict[Urgency, list[_Way]] = defaultdict(list)
    for ticket in tickets:
        if ticket.merged_into_id is None:
            replies = [written[known] for known in (ticket.conversation_id, *parts[ticket.id]) if known in written]
            ways[Urgency(ticket.urgency)].append(_way(ticket, replies, now))
    return [_waits(urgency, ways[urgency]) for urgency in reversed(Urgency) if ways[urgency]]


def percentile(sorted_values: Sequence[float], share: float) -> float | None:
    """Give the smallest value that at least this share of all does not exceed; None of none."""
    return sorted_values[max(math.ceil(share * len(sorted_values)), 1) - 1] if sorted_values else None


def _way(ticket: OpenedTicket, replies: Sequence[Sequence[dt.datetime]], now: dt.datetime) -> _Way:
    later = [times[place] for times in replies if (place := bisect_left(times, ticket.opened_at)) < len(times)]
    if ticket.resolution in _SPOKEN and ticket.resolved_at is not None:
        later.append(ticket.resolved_at)
    first = min(later, default=None)
    return _Way(ticket=ticket, first=first, in_time=_in_time(ticket, first, now))


def _in_time(ticket: OpenedTicket, first: dt.datetime | None, now: dt.datetime) -> bool | None:
    due = ticket.promised_at
    # A ticket that was opened again has the promise of that time; the first one is not kept.
    if due is None or ticket.reopened_at is not None or due - ticket.opened_at < AT_ONCE:
        return None
    if first is not None:
        return first <= due
    waits = ticket.status != TicketStatus.RESOLVED.value
    ended_late = ticket.resolved_at is not None and ticket.resolved_at > due
    return False if ended_late or (waits and now > due) else None


def _waits(urgency: Urgency, ways: Sequence[_Way]) -> Waits:
    first = [_minutes(way.first - way.ticket.opened_at) for way in ways if way.first is not None]
    end = [_minutes(at - way.ticket.opened_at) for way in ways if (at := way.ticket.resolved_at) is not None]
    return Waits(
        urgency=urgency,
        tickets=len(ways),
        first=tuple(sorted(first)),
        end=tuple(sorted(end)),
        kept=sum(way.in_time is True for way in ways),
        late=sum(way.in_time is False for way in ways),
    )


def _minutes(length: dt.timedelta) -> float:
    return length.total_seconds() / 60

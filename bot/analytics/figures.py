"""All figures of a period, each computed once: the page, the tables for spreadsheets and the report show these."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.analytics import store
from bot.analytics.containment import Containment, containment
from bot.analytics.dangers import Danger, dangers
from bot.analytics.nearness import groups_of
from bot.analytics.period import Period
from bot.analytics.staff_times import Waits, staff_times
from bot.analytics.store import Asked, Unclear
from bot.db.engine import Database
from bot.knowledge import store as knowledge
from bot.vocabulary import Counted, EscalationReason, FeedbackReason

QUESTIONS = (
    Counted.ANSWERED,
    Counted.ASKED_BACK,
    Counted.NOT_UNDERSTOOD,
    Counted.NO_ANSWER,
    Counted.DECLINED,
)
"""What a question can end as; of everything else that is said to a patient, nothing was asked."""
_COUNTED = (*QUESTIONS, Counted.OPTED_OUT)
MOST_GROUPED = 300
"""Messages that were not understood are grouped up to so many, the newest."""
HOURS = range(24)


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week of the period, or what the period has of it; `label` is its first day."""

    label: str
    asked: Sequence[Asked]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of a period.

    Attributes:
        period: Of which days.
        weeks: What was asked, week by week.
        replies: How many replies there were of each kind.
        containment: What became of the conversations.
        passed_on: Tickets by reason.
        waits: How long staff took, by urgency.
        thumbs: How often each answer was said to help, and not to.
        not_helpful: Thumbs down by their reason; None where the patient gave none.
        dangers: Checks and cards by sign.
        hours: Messages by the hour of the clinic's day.
        unclear: Messages that were not understood, in groups of near ones.
        topics: The title of each topic.
        treatments: The short name of each treatment.
    """

    period: Period
    weeks: Sequence[Week]
    replies: Counter[Counted]
    containment: Containment
    passed_on: Counter[EscalationReason]
    waits: Sequence[Waits]
    thumbs: Mapping[str, tuple[int, int]]
    not_helpful: Counter[FeedbackReason | None]
    dangers: Sequence[Danger]
    hours: Sequence[int]
    unclear: Sequence[Sequence[Unclear]]
    topics: Mapping[str, str]
    treatments: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote."""
        return not self.containment.chats

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return sum(self.replies[kind] for kind in QUESTIONS)

    @property
    def helpful(self) -> int:
        """How many thumbs up there were."""
        return sum(up for up, _down in self.thumbs.values())

    @property
    def cards(self) -> int:
        """How many cards were shown."""
        return sum(danger.cards.total() for danger in self.dangers)


def figures_of(database: Database, period: Period, *, now: dt.datetime) -> Figures:
    """Compute the figures of a period.

    Args:
        database: The store.
        period: Of which days.
        now: The present.
    """
    # What became of the conversations takes as long as all else together, and the database counts both at once.
    with ThreadPoolExecutor(1) as aside, database.read() as session:
        contained = aside.submit(_contained, database, period)
        weeks = [Week(label=span.label, asked=store.asked(session, span, _COUNTED)) for span in period.weeks()]
        replies: Counter[Counted] = Counter()
        for week in weeks:
            for row in week.asked:
                replies[row.counted_as] += row.count
        tickets = store.tickets(session, period)
        thumbs, not_helpful = _thumbs(session, period)
        return Figures(
            period=period,
            weeks=weeks,
            replies=replies,
            passed_on=Counter(EscalationReason(ticket.reason) for ticket in tickets),
            waits=staff_times(session, period, tickets, now),
            thumbs=thumbs,
            not_helpful=not_helpful,
            dangers=dangers(session, period),
            hours=_hours(session, period),
            unclear=_unclear(session, period),
            topics={slug: topic.title for slug, topic in knowledge.topics(session).items()},
            treatments={slug: treatment.short_name for slug, treatment in knowledge.treatments(session).items()},
            containment=contained.result(),
        )


def _contained(database: Database, period: Period) -> Containment:
    with database.read() as session:
        return containment(session, period)


def _thumbs(session: Session, period: Period) -> tuple[dict[str, tuple[int, int]], Counter[FeedbackReason | None]]:
    thumbs: dict[str, tuple[int, int]] = {}
    not_helpful: Counter[FeedbackReason | None] = Counter()
    for answer, helpful, reason, count in store.thumbs(session, period):
        up, down = thumbs.get(answer, (0, 0))
        thumbs[answer] = (up + count, down) if helpful else (up, down + count)
        if not helpful:
            not_helpful[None if reason is None else FeedbackReason(reason)] += count
    return thumbs, not_helpful


def _hours(session: Session, period: Period) -> list[int]:
    hours = [0 for _ in HOURS]
    for quarter, count in store.messages_by_quarter(session, period).items():
        hours[period.hour_of(quarter)] += count
    return hours


def _unclear(session: Session, period: Period) -> list[list[Unclear]]:
    found = store.unclear(session, period, limit=MOST_GROUPED)
    return [[found[place] for place in places] for places in groups_of([one.words for one in found])]

"""All figures of a period, each computed once: the page, the tables for spreadsheets and the report show these."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.analytics import store
from bot.analytics.containment import Containment, containment
from bot.analytics.dangers import Danger, dangers
from bot.analytics.nearness import groups_of
from bot.analytics.period import Period
from bot.analytics.staff_times import Waits, staff_times
from bot.analytics.store import Asked, Unclear
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


def figures_of(session: Session, period: Period, *, now: dt.datetime) -> Figures:
    """Compute the figures of a period.

    Args:
        session: A session for looking.
        period: Of which days.
        now: The present.
    """
    weeks = [Week(label=span.label, asked=store.asked(session, span)) for span in period.weeks()]
    replies: Counter[Counted] = Counter()
    for week in weeks:
        for row in week.asked:
            replies[row.counted_as] += row.count
    thumbs: dict[str, tuple[int, int]] = {}
    not_helpful: Counter[FeedbackReason | None] = Counter()
    for answer, helpful, reason, count in store.thumbs(session, period):
        up, down = thumbs.get(answer, (0, 0))
        thumbs[answer] = (up + count, down) if helpful else (up, down + count)
        if not helpful:
            not_helpful[None if reason is None else FeedbackReason(reason)] += count
    hours = [0 for _ in HOURS]
    for quarter, count in store.messages_by_quarter(session, period).items():
        hours[period.hour_of(quarter)] += count
    tickets = store.tickets(session, period)
    unclear = store.unclear(session, period, limit=MOST_GROUPED)
    return Figures(
        period=period,
        weeks=weeks,
        replies=replies,
        containment=containment(session, period),
        passed_on=Counter(EscalationReason(ticket.reason) for ticket in tickets),
        waits=staff_times(session, period, tickets, now),
        thumbs=thumbs,
        not_helpful=not_helpful,
        dangers=dangers(session, period),
        hours=hours,
        unclear=[[unclear[place] for place in places] for places in groups_of([one.words for one in unclear])],
        topics={slug: topic.title for slug, topic in knowledge.topics(session).items()},
        treatments={slug: treatment.short_name for slug, treatment in knowledge.treatments(session).items()},
    )

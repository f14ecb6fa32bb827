"""What the answers ask of their owners: reviews that ran out or soon will, and changes that wait for somebody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.knowledge import history_store
from bot.knowledge.exchange.versions import in_service, is_overdue, latest
from bot.knowledge.models import Answer
from bot.knowledge.reviewing.coverage import DUE_SOON_DAYS
from bot.vocabulary import ReviewStatus

DRAFT_WAITS_DAYS = 14
"""A draft that nobody touched for so long was probably forgotten."""


class Care(str, Enum):
    """Why an answer needs somebody, the most pressing first."""

    OVERDUE = "Review ran out: not served"
    IN_REVIEW = "Waits for approval"
    DUE_SOON = "Review runs out soon"
    OLD_DRAFT = "Draft left lying"

    @property
    def rank(self) -> int:
        """Its place, to sort by."""
        return list(Care).index(self)


@dataclass(frozen=True, kw_only=True)
class CareItem:
    """An answer that needs its owner."""

    answer_id: str
    topic: str
    owner: str
    care: Care
    since: dt.date

    @property
    def line(self) -> str:
        """Say it in a line."""
        return f"{self.care.value} ({self.since.isoformat()}): {self.answer_id}, owner {self.owner}"


def stale(session: Session, today: dt.date, zone: ZoneInfo) -> list[CareItem]:
    """List what needs somebody on a day of the clinic, whose zone this is; the most pressing and oldest first."""
    found = [item for answer in history_store.answers_by_review(session) for item in _items(answer, today, zone)]
    return sorted(found, key=lambda item: (item.care.rank, item.since, item.answer_id))


def _items(answer: Answer, today: dt.date, zone: ZoneInfo) -> list[CareItem]:
    items = []
    served, newest = in_service(answer), latest(answer)
    if served is not None and served.review_due_on is not None:
        if is_overdue(served, today):
            items.append(_item(answer, Care.OVERDUE, served.review_due_on))
        elif is_overdue(served, today + dt.timedelta(days=DUE_SOON_DAYS)):
            items.append(_item(answer, Care.DUE_SOON, served.review_due_on))
    written = newest.created_at.astimezone(zone).date()
    if newest.status == ReviewStatus.IN_REVIEW.value:
        items.append(_item(answer, Care.IN_REVIEW, written))
    elif newest.is_draft and written <= today - dt.timedelta(days=DRAFT_WAITS_DAYS):
        items.append(_item(answer, Care.OLD_DRAFT, written))
    return items


def _item(answer: Answer, care: Care, since: dt.date) -> CareItem:
    return CareItem(answer_id=answer.id, topic=answer.topic, owner=answer.owner, care=care, since=since)

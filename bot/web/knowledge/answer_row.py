"""An answer in one line, as the list shows it and the head of its page: its states, owner and review."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.knowledge.exchange.versions import in_service, is_overdue, latest
from bot.knowledge.models import Answer
from bot.vocabulary import ReviewStatus
from bot.words import source_kind

STATES = {
    "served": "In service",
    "overdue": "Review ran out",
    "in_review": "Waits for approval",
    "draft": "Draft",
    "retired": "Retired",
    "sample": "Not reviewed",
}


def answer_row(answer: Answer, titles: dict[str, str], today: dt.date) -> dict[str, Any]:
    """Give the line of an answer; `titles` are those of the topics."""
    served, newest = in_service(answer), latest(answer)
    states = []
    if served is not None:
        states.append("overdue" if is_overdue(served, today) else "served")
        if served.sample:
            states.append("sample")
    if newest is not served or newest.status == ReviewStatus.IN_REVIEW.value:
        states.append(newest.status)
    shown = served or newest
    return {
        "id": answer.id,
        "title": titles[answer.topic],
        "treatments": [row.treatment for row in answer.treatments],
        "compared_with": answer.compared_with,
        "states": states,
        "labels": [(state, STATES[state]) for state in states],
        "owner": answer.owner,
        "version": shown.version,
        "due": shown.review_due_on,
        "evidence": source_kind(shown.evidence),
        "short": shown.short,
    }

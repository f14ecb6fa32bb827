"""Whether a file is believed that a clinician has reviewed an answer: only where the clinic has that clinician."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from bot.knowledge.files.entries import AnswerEntry
from bot.vocabulary import ReviewStatus

IsClinician = Callable[[str, dt.date], bool]
"""Tells whether somebody of that name was a clinician of the clinic on that day."""


def nobody(_name: str, _day: dt.date) -> bool:
    """Know no clinician: every answer keeps its badge."""
    return False


def says_reviewed(entry: AnswerEntry) -> bool:
    """Tell whether a file says that a clinician has reviewed an answer."""
    return entry.review.status is ReviewStatus.APPROVED and not entry.review.sample


def with_badges(
    entries: Iterable[AnswerEntry], standing: Sequence[AnswerEntry], is_clinician: IsClinician
) -> list[AnswerEntry]:
    """Give an answer's entries, with the badge "not reviewed by a clinician" on those that no clinician stands for.

    Args:
        entries: What the files say.
        standing: What the store says of the same answer. A review that it knows already stays as good as it was.
        is_clinician: Who the clinic's clinicians are.
    """
    return [
        entry if entry in standing or not says_reviewed(entry) or _is_reviewed(entry, is_clinician) else _badged(entry)
        for entry in entries
    ]


def _is_reviewed(entry: AnswerEntry, is_clinician: IsClinician) -> bool:
    by, on = entry.review.by, entry.review.on
    return by is not None and on is not None and is_clinician(by, on)


def _badged(entry: AnswerEntry) -> AnswerEntry:
    return entry.model_copy(update={"review": entry.review.model_copy(update={"sample": True})})

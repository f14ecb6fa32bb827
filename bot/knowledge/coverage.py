"""Which topics of which treatments are answered, left to staff on purpose, running out, or simply missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy.orm import Session

from bot.knowledge import history_store, store
from bot.knowledge.models import Answer, Topic, Treatment
from bot.knowledge.versions import in_service, is_overdue, latest
from bot.vocabulary import ReviewStatus

DUE_SOON_DAYS = 30
"""A review that runs out within these days is worth looking at now."""


class CellState(str, Enum):
    """How a topic of a treatment stands."""

    ANSWERED = "answered"
    DUE_SOON = "due soon"
    OVERDUE = "overdue"
    WAITING = "waiting"
    LEFT_TO_STAFF = "left to staff"
    MISSING = "missing"

    @property
    def is_settled(self) -> bool:
        """Whether a patient gets an answer, or staff on purpose."""
        return self in {CellState.ANSWERED, CellState.DUE_SOON, CellState.LEFT_TO_STAFF}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A topic of a treatment: how it stands, by which answer, and why where there is none."""

    state: CellState
    answer_id: str | None = None
    is_general: bool = False
    is_sample: bool = False
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """All topics by all treatments that a clinic answers about."""

    topics: Sequence[Topic]
    treatments: Sequence[Treatment]
    cells: Mapping[tuple[str, str], Cell]

    def unsettled(self) -> list[tuple[str, str]]:
        """Give every (treatment, topic) that is neither answered nor left to staff on purpose."""
        return [place for place, cell in self.cells.items() if not cell.state.is_settled]


def grid(session: Session, today: dt.date) -> Grid:
    """Say of each topic and treatment how it stands today."""
    topics = list(store.topics(session).values())
    treatments = [row for row in store.treatments(session).values() if row.kind != "alternative"]
    reasons = {(row.treatment, row.topic): row.because for row in history_store.not_answered(session)}
    by_place: dict[tuple[str, str], list[Answer]] = {}
    for answer in history_store.all_answers(session):
        for slug in {*(row.treatment for row in answer.treatments), *latest(answer).treatments}:
            by_place.setdefault((slug, answer.topic), []).append(answer)
    places = [(treatment.slug, topic.slug) for treatment in treatments for topic in topics]
    cells = {place: _cell(by_place.get(place, []), reasons.get(place), place[0], today) for place in places}
    return Grid(topics=topics, treatments=treatments, cells=cells)


def _cell(answers: Sequence[Answer], because: str | None, treatment: str, today: dt.date) -> Cell:
    # As a patient is answered: the treatment's own answer first, then the general one for the fewest treatments.
    ranked = sorted(answers, key=lambda answer: (answer.is_general, len(answer.treatments)))
    found = [(answer, _state(answer, treatment, today)) for answer in ranked]
    for wanted in (
        {CellState.ANSWERED, CellState.DUE_SOON},
        {CellState.OVERDUE},
        {CellState.WAITING},
    ):
        for answer, state in found:
            if state in wanted:
                served = in_service(answer)
                return Cell(
                    state=state,
                    answer_id=answer.id,
                    is_general=answer.is_general,
                    is_sample=served is not None and served.sample,
                )
    if because is not None:
        return Cell(state=CellState.LEFT_TO_STAFF, because=because)
    return Cell(state=CellState.MISSING)


def _state(answer: Answer, treatment: str, today: dt.date) -> CellState | None:
    served = in_service(answer)
    if served is not None and treatment in served.treatments:
        if is_overdue(served, today):
            return CellState.OVERDUE
        soon = today + dt.timedelta(days=DUE_SOON_DAYS)
        return CellState.DUE_SOON if is_overdue(served, soon) else CellState.ANSWERED
    if latest(answer).status in {ReviewStatus.DRAFT.value, ReviewStatus.IN_REVIEW.value}:
        return CellState.WAITING
    return None

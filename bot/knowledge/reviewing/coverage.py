"""Which topics of which treatments are answered, left to staff on purpose, running out, or simply missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy.orm import Session

from bot.knowledge import history_store, store
from bot.knowledge.exchange.versions import in_service, is_overdue, latest
from bot.knowledge.models import Answer, Topic, Treatment
from bot.knowledge.serving import Rules, ServedAnswer, winner

DUE_SOON_DAYS = 30
"""A review that runs out within these days is worth looking at now."""


class CellState(str, Enum):
    """How a topic of a treatment stands."""

    ANSWERED = "answered"
    DUE_SOON = "due soon"
    SAMPLE = "sample, not served"
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


def grid(session: Session, rules: Rules) -> Grid:
    """Say of each topic and treatment how it stands: as a patient would be answered, and why where none is."""
    topics = list(store.topics(session).values())
    treatments = [row for row in store.treatments(session).values() if row.kind != "alternative"]
    reasons = {(row.treatment, row.topic): row.because for row in history_store.not_answered(session)}
    by_place: dict[tuple[str, str], list[Answer]] = {}
    for answer in history_store.all_answers(session):
        for slug in {*(row.treatment for row in answer.treatments), *latest(answer).treatments}:
            by_place.setdefault((slug, answer.topic), []).append(answer)
    served = store.servable(session, rules)
    places = [(treatment.slug, topic.slug) for treatment in treatments for topic in topics]
    cells = {}
    for slug, topic in places:
        given = winner(served, treatment=slug, topic=topic)
        found = (
            _answered(given, rules) if given else _out_of_service(by_place.get((slug, topic), []), (slug, topic), rules)
        )
        cells[slug, topic] = found or _left(reasons.get((slug, topic)))
    return Grid(topics=topics, treatments=treatments, cells=cells)


def _answered(given: ServedAnswer, rules: Rules) -> Cell:
    soon = rules.today + dt.timedelta(days=DUE_SOON_DAYS)
    return Cell(
        state=CellState.DUE_SOON if is_overdue(given.version, soon) else CellState.ANSWERED,
        answer_id=given.answer_id,
        is_general=given.is_general,
        is_sample=given.version.sample,
    )


def _out_of_service(answers: Sequence[Answer], place: tuple[str, str], rules: Rules) -> Cell | None:
    """Give the answer that is nearest to being served, and what keeps it; None if there is none at all."""
    treatment, topic = place
    kept = [found for answer in answers if (found := _kept(answer, treatment, rules)) is not None]
    for wanted in (CellState.SAMPLE, CellState.OVERDUE, CellState.WAITING):
        nearest = winner([found for state, found in kept if state is wanted], treatment=treatment, topic=topic)
        if nearest is not None:
            sample = wanted is not CellState.WAITING and nearest.version.sample
            return Cell(state=wanted, answer_id=nearest.answer_id, is_general=nearest.is_general, is_sample=sample)
    return None


def _kept(answer: Answer, treatment: str, rules: Rules) -> tuple[CellState, ServedAnswer] | None:
    """Give what keeps an answer from being served for a treatment, and its words that would be."""
    approved, newest = in_service(answer), latest(answer)
    if approved is not None and treatment in approved.treatments:
        overdue = is_overdue(approved, rules.today) or rules.samples
        return CellState.OVERDUE if overdue else CellState.SAMPLE, store.served_of(answer, approved)
    if newest.is_draft:
        return CellState.WAITING, store.served_of(answer, newest)
    return None


def _left(because: str | None) -> Cell:
    return Cell(state=CellState.MISSING) if because is None else Cell(state=CellState.LEFT_TO_STAFF, because=because)

"""Every topic of every treatment is answered or left to staff on purpose, and owners are told what runs out."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, update

from bot.db.engine import Database
from bot.knowledge.models import AnswerVersion
from bot.knowledge.reviewing import coverage, upkeep
from bot.knowledge.reviewing.coverage import CellState
from bot.knowledge.reviewing.review import Editor, Reviewing
from bot.knowledge.reviewing.upkeep import Care
from tests.factories import ANSWERS_FILE, a_clinic, day, serving
from tests.fakes import AuditInMemory
from tests.unit.knowledge.conftest import RESPONSES, Seed

CHICAGO = ZoneInfo("America/Chicago")

CLINICIAN = Editor(id=2, name="Dr. Lee", role="clinician", may_write=True, may_approve=True, is_clinician=True)


def _grid(database: Database, offset: int = 0) -> coverage.Grid:
    with database.read() as session:
        return coverage.grid(session, serving(offset))


def _due(offset: int) -> str:
    return ANSWERS_FILE.replace("2026-01-10, due: 2099-01-10", f"2020-01-10, due: {day(offset).isoformat()}")


def test_no_cell_of_the_real_content_is_empty(real_database: Database):
    """All topics by all treatments and the general questions."""
    found = _grid(real_database)

    assert len(found.cells) == len(found.topics) * 5
    assert found.unsettled() == []


def test_what_is_left_to_staff_says_why(real_database: Database):
    """And is not answered in another way."""
    cell = _grid(real_database).cells["regenerative_medicine", "comparison"]

    assert cell.state is CellState.LEFT_TO_STAFF
    assert cell.because.startswith("No source compares all")


@pytest.mark.parametrize(
    ("days_left", "state"),
    [(400, CellState.ANSWERED), (31, CellState.ANSWERED), (29, CellState.DUE_SOON), (-1, CellState.OVERDUE)],
)
def test_a_cell_shows_how_long_its_answer_lasts(seed_files: Seed, database: Database, days_left: int, state: CellState):
    """A month ahead is soon."""
    seed_files(answers=_due(days_left))

    assert _grid(database).cells["prolotherapy", "safety"].state is state


def test_a_cell_without_an_answer_is_missing(seed_files: Seed, database: Database):
    """Nobody decided anything about it."""
    seed_files()

    found = _grid(database)

    assert found.cells["prp", "safety"].state is CellState.MISSING
    assert ("prp", "safety") in found.unsettled()


def test_a_draft_alone_is_no_answer(seed_files: Seed, database: Database):
    """It waits."""
    seed_files(answers=ANSWERS_FILE.replace("status: approved, sample: true", "status: draft"))

    assert _grid(database).cells["prolotherapy", "safety"].state is CellState.WAITING


def test_owners_are_told_what_runs_out(seed_files: Seed, database: Database):
    """What is not served any more comes first."""
    seed_files(answers=_due(-3).replace("owner: sample", "owner: Dr. Lee"))

    with database.read() as session:
        items = upkeep.stale(session, day(0), CHICAGO)

    assert [(item.answer_id, item.owner, item.care) for item in items] == [
        ("prolotherapy.definition", "Dr. Lee", Care.OVERDUE),
        ("prolotherapy.safety", "Dr. Lee", Care.OVERDUE),
    ]


def test_a_draft_has_lain_since_the_clinics_day_on_which_it_was_written(seed_files: Seed, database: Database):
    """Eight in the evening in Chicago is the next day in Greenwich."""
    seed_files(answers=ANSWERS_FILE.replace("status: approved, sample: true", "status: draft"))
    with database.write() as session:
        session.execute(update(AnswerVersion).values(created_at=dt.datetime(2026, 6, 15, 20, tzinfo=CHICAGO)))

    with database.read() as session:
        after = {
            days: upkeep.stale(session, dt.date(2026, 6, 15) + dt.timedelta(days=days), CHICAGO) for days in (13, 14)
        }

    assert after[13] == []
    assert {(item.care, item.since) for item in after[14]} == {(Care.OLD_DRAFT, dt.date(2026, 6, 15))}


def test_no_words_are_read_to_find_it(seed_files: Seed, database: Database):
    """Every page on answers says how many there are: it must not read them all, nor one by one."""
    seed_files(answers=ANSWERS_FILE.replace("status: approved, sample: true", "status: draft, sample: true"))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))

    with database.read() as session:
        upkeep.stale(session, day(0), CHICAGO)

    assert sum("answer_versions.status" in statement for statement in asked) == 1
    assert len(asked) == 2
    assert not [words for words in ("body", "search_body", "citations") for one in asked if words in one]


def test_a_retired_answer_needs_nobody(seed_files: Seed, database: Database):
    """Its review was due, and it is out of service on purpose."""
    seed_files(answers=_due(-3))
    reviewing = Reviewing(database, a_clinic(), RESPONSES, AuditInMemory())
    for answer_id in ("prolotherapy.definition", "prolotherapy.safety"):
        reviewing.retire(answer_id, CLINICIAN, "")

    with database.read() as session:
        assert upkeep.stale(session, day(0), CHICAGO) == []


def test_fresh_answers_need_nobody(seed_files: Seed, database: Database):
    """The list is empty when all is well."""
    seed_files()

    with database.read() as session:
        assert upkeep.stale(session, day(0), CHICAGO) == []

"""A file that says "reviewed" is believed only if the clinic has that clinician."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.db.engine import Database
from bot.knowledge import history_store
from bot.knowledge.exchange.export import content_of, write_content
from bot.knowledge.exchange.importing import ImportResult, import_content
from bot.knowledge.exchange.reviewers import IsClinician, nobody
from bot.knowledge.files.content import load_content
from tests import factories
from tests.factories import ANSWERS_FILE

REVIEWED = ANSWERS_FILE.replace("sample: true, by: Sample", "by: Dr. Lee")
SAFETY = "prolotherapy.safety"


def lee(name: str, _day: dt.date) -> bool:
    """Say that the clinic has one clinician."""
    return name == "Dr. Lee"


def _import(database: Database, folder: Path, is_clinician: IsClinician, answers: str = REVIEWED) -> ImportResult:
    content = load_content(factories.write_content(folder / "knowledge", answers=answers))
    return import_content(database, content, is_clinician=is_clinician)


def _versions(database: Database) -> list[tuple[bool, str | None]]:
    """Give each version's badge, and the role of its reviewer."""
    with database.read() as session:
        versions = history_store.get_answer(session, SAFETY).versions
        return [(version.sample, version.reviewed_by_role) for version in versions]


def test_a_review_by_somebody_unknown_keeps_the_badge(database: Database, tmp_path: Path):
    """It is told, with the name and how many answers."""
    result = _import(database, tmp_path, nobody)

    assert _versions(database) == [(True, None)]
    assert result.not_believed == {"Dr. Lee": 2}


def test_a_review_by_a_clinician_of_the_clinic_takes_it_away(database: Database, tmp_path: Path):
    """As one in the console does."""
    result = _import(database, tmp_path, lee)

    assert _versions(database) == [(False, "clinician")]
    assert result.not_believed == {}


def test_once_the_clinician_has_an_account_the_next_import_believes_it(database: Database, tmp_path: Path):
    """Until then an import changes nothing, and says it each time."""
    _import(database, tmp_path, nobody)
    again = _import(database, tmp_path, nobody)
    assert (again.changes, again.not_believed) == ((), {"Dr. Lee": 2})

    believed = _import(database, tmp_path, lee)

    assert len(believed.changes) == 2
    assert _versions(database) == [(True, None), (False, "clinician")]


def test_a_review_stays_good_when_the_clinician_leaves(database: Database, tmp_path: Path):
    """What counts is who they were then; new words by them are not believed."""
    _import(database, tmp_path, lee)

    assert _import(database, tmp_path, nobody).changes == ()
    changed = REVIEWED.replace("Most people do well.", "All do well.")
    result = _import(database, tmp_path, nobody, changed)

    assert result.not_believed == {"Dr. Lee": 1}
    assert _versions(database) == [(False, "clinician"), (True, None)]


@pytest.mark.parametrize("is_clinician", [lee, nobody])
def test_an_export_reads_back_as_itself_whoever_is_there(database: Database, tmp_path: Path, is_clinician: IsClinician):
    """The store knows its own reviews."""
    _import(database, tmp_path, lee)
    with database.read() as session:
        written = content_of(session)
    write_content(written, tmp_path / "out")

    assert import_content(database, load_content(tmp_path / "out"), is_clinician=is_clinician).changes == ()


def test_samples_and_drafts_are_left_alone(database: Database, tmp_path: Path):
    """They say of themselves that nobody has reviewed them."""
    drafts = ANSWERS_FILE.replace(
        "{status: approved, sample: true, by: Sample, on: 2026-01-10, due: 2099-01-10}", "{status: draft}"
    )

    assert _import(database, tmp_path, nobody, ANSWERS_FILE).not_believed == {}
    assert _import(database, tmp_path, nobody, drafts).not_believed == {}

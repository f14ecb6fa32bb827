"""The audit log keeps what was done, can be searched, and cannot be changed by anybody."""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.db.engine import Database
from bot.settings import Settings
from bot.staff import store
from bot.staff.audit import as_table, record
from tests.factories import a_staff_member


@pytest.fixture
def database(settings: Settings):
    """Give the test's own database."""
    opened = Database(settings.database_url)
    yield opened
    opened.close()


def _note(database: Database, action: str = "ticket.taken", subject_id: str | int = 7, **values) -> None:
    with database.write() as session:
        record(
            session,
            **{
                "staff_member_id": None,
                "staff_name": "Ana",
                "action": action,
                "subject": "ticket",
                "subject_id": subject_id,
                **values,
            },
        )


def _found(database: Database, **filters) -> list[str]:
    """Give what was done, but for filling the test's database, newest first."""
    with database.read() as session:
        found = store.audit_entries(session, **filters)
        return [entry.action for entry in found if entry.action != "answers.imported"]


def _newest(database: Database) -> int:
    with database.read() as session:
        return store.audit_entries(session, limit=1)[0].id


def test_what_was_done_is_kept_with_who_and_when(database: Database):
    """By a staff member, on a thing, with values that explain it."""
    ana = a_staff_member(database)

    _note(database, staff_member_id=ana, details={"urgency": "urgent"})

    with database.read() as session:
        (entry,) = store.audit_entries(session, subject="ticket")
    assert (entry.staff_member_id, entry.staff_name, entry.action) == (ana, "Ana", "ticket.taken")
    assert (entry.subject, entry.subject_id, entry.details) == ("ticket", "7", {"urgency": "urgent"})
    assert entry.at.tzinfo is not None


def test_entries_are_found_newest_first(database: Database):
    """By words, by what they are about, and page after page."""
    _note(database, "ticket.taken")
    _note(database, "ticket.resolved", 8)
    _note(database, "answer.approved", "prp.cost", subject="answer", staff_name="Ben")

    assert _found(database) == ["answer.approved", "ticket.resolved", "ticket.taken"]
    assert _found(database, words="RESOLVED") == ["ticket.resolved"]
    assert _found(database, words="ben") == ["answer.approved"]
    assert _found(database, words="%") == []
    assert _found(database, subject="ticket", subject_id="7") == ["ticket.taken"]
    assert _found(database, before=_newest(database), limit=1) == ["ticket.resolved"]


@pytest.mark.parametrize("change", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_an_entry(database: Database, change: str):
    """Not even somebody with SQL at hand can do so by mistake."""
    _note(database)

    with pytest.raises(DatabaseError, match="append-only"), database.write() as session:
        session.execute(text(change))

    assert _found(database) == ["ticket.taken"]


def test_an_entry_is_stored_only_with_what_it_notes(database: Database):
    """What is rolled back was not done."""
    with database.read() as session:
        record(session, staff_member_id=None, staff_name="Ana", action="a.b", subject="a", subject_id=1)
        session.flush()

    assert _found(database) == []


def test_a_table_for_a_spreadsheet_holds_no_formulas(database: Database):
    """A name that starts like one is taken for text."""
    _note(database, staff_name="=HYPERLINK(1)", details={"from": "open"})

    with database.read() as session:
        text = as_table(store.audit_entries(session, subject="ticket"), ZoneInfo("UTC"))

    header, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert header[0] == "id"
    assert row[3] == "'=HYPERLINK(1)"
    assert row[-1] == "from: open"

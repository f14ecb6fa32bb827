"""Only a clinician takes the badge "not reviewed by a clinician" away; what counts is the role when they approve."""

from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.errors import PermissionDeniedError
from bot.knowledge import history_store, store
from bot.knowledge.exchange.versions import entry_of
from bot.knowledge.reviewing.review import Editor, Reviewing
from tests.factories import a_clinic, day, serving
from tests.fakes import AuditInMemory
from tests.unit.knowledge.conftest import RESPONSES, Seed

WRITER = Editor(id=1, name="Wren", role="writer", may_write=True, may_approve=False, is_clinician=False)
ADMIN = Editor(id=2, name="Boss", role="admin", may_write=True, may_approve=True, is_clinician=False)
CLINICIAN = Editor(id=3, name="Dr. Lee", role="clinician", may_write=True, may_approve=True, is_clinician=True)
CHIEF = Editor(id=4, name="Dr. Ode", role="clinical_admin", may_write=True, may_approve=True, is_clinician=True)
SAFETY = "prolotherapy.safety"


@pytest.fixture
def reviewing(database: Database, seed_files: Seed) -> Reviewing:
    """Give the small content, all samples, under review."""
    seed_files()
    return Reviewing(database, a_clinic(), RESPONSES, AuditInMemory())


def _waits(reviewing: Reviewing, database: Database, text: str) -> int:
    """Write a change and ask for its approval; give its number."""
    with database.read() as session:
        entry = entry_of(history_store.get_answer(session, SAFETY).versions[-1])
        base = history_store.get_answer(session, SAFETY).versions[-1].version
    entry = entry.model_copy(update={"short": entry.short.model_copy(update={"text": text})})
    number = reviewing.save(entry, base=base, editor=WRITER)
    reviewing.submit(SAFETY, number, WRITER)
    return number


def _served(database: Database, *, in_production: bool) -> str | None:
    with database.read() as session:
        rules = serving(samples=not in_production)
        found = store.find_answer(session, treatment="prolotherapy", topic="safety", rules=rules)
        return None if found is None else found.version.short


def test_what_an_administrator_approves_keeps_the_badge(reviewing: Reviewing, database: Database):
    """Patients of a trial read it with the badge; in production nobody does."""
    number = _waits(reviewing, database, "All did well.")

    reviewing.approve(SAFETY, number, ADMIN, due=day(300))

    with database.read() as session:
        version = history_store.get_version(session, SAFETY, number)
    assert (version.sample, version.reviewed_by, version.reviewed_by_id) == (True, "Boss", 2)
    assert version.reviewed_by_role == "admin"
    assert _served(database, in_production=False) == "All did well."
    assert _served(database, in_production=True) is None


@pytest.mark.parametrize("editor", [CLINICIAN, CHIEF], ids=lambda editor: editor.role)
def test_a_clinician_takes_the_badge_away(reviewing: Reviewing, database: Database, editor: Editor):
    """One who keeps the accounts too is one."""
    number = _waits(reviewing, database, "All did well.")

    reviewing.approve(SAFETY, number, editor, due=day(300))

    with database.read() as session:
        version = history_store.get_version(session, SAFETY, number)
    assert (version.sample, version.reviewed_by_role) == (False, editor.role)
    assert _served(database, in_production=True) == "All did well."


def test_reviewed_words_are_replaced_by_a_clinician_only(reviewing: Reviewing, database: Database):
    """Or an administrator would take the answer from the patients, or bring words that no clinician has read."""
    reviewing.approve(SAFETY, _waits(reviewing, database, "All did well."), CLINICIAN, due=day(300))
    number = _waits(reviewing, database, "Nearly all did well.")

    with pytest.raises(PermissionDeniedError, match="only a clinician"):
        reviewing.approve(SAFETY, number, ADMIN, due=day(300))

    assert _served(database, in_production=True) == "All did well."
    reviewing.approve(SAFETY, number, CHIEF, due=day(300))
    assert _served(database, in_production=True) == "Nearly all did well."


def test_the_audit_log_says_in_which_role_somebody_approved(reviewing: Reviewing, database: Database):
    """And whether the badge was kept."""
    audit = AuditInMemory()
    reviewing = Reviewing(database, a_clinic(), RESPONSES, audit)

    for editor in (ADMIN, CLINICIAN):
        reviewing.approve(SAFETY, _waits(reviewing, database, f"As {editor.name} says."), editor, due=day(300))

    told = [details for action, details in audit.details if action == "answer.approved"]
    assert told == [
        {"version": 2, "role": "admin", "badge": True},
        {"version": 3, "role": "clinician", "badge": False},
    ]

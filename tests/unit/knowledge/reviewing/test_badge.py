"""A draft nobody approved carries its badge; only a clinician takes it away on medical topics, even as it stands."""

from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.errors import PermissionDeniedError
from bot.knowledge import history_store, store
from bot.knowledge.exchange.versions import entry_of
from bot.knowledge.reviewing.review import Editor, Reviewing, samples_for
from tests.factories import ANSWERS_FILE, TOPICS_FILE, a_clinic, day, serving
from tests.fakes import AuditInMemory
from tests.unit.knowledge.conftest import RESPONSES, Seed

WRITER = Editor(id=1, name="Wren", role="writer", may_write=True, may_approve=False, is_clinician=False)
ADMIN = Editor(id=2, name="Boss", role="admin", may_write=True, may_approve=True, is_clinician=False)
CLINICIAN = Editor(id=3, name="Dr. Lee", role="clinician", may_write=True, may_approve=True, is_clinician=True)
CHIEF = Editor(id=4, name="Dr. Ode", role="clinical_admin", may_write=True, may_approve=True, is_clinician=True)
SAFETY, DEFINITION = "prolotherapy.safety", "prolotherapy.definition"
SHIPPED = ANSWERS_FILE.replace(
    "{status: approved, sample: true, by: Sample, on: 2026-01-10, due: 2099-01-10}",
    "{status: draft, sample: true, due: 2099-01-10}",
)
TOPICS = TOPICS_FILE.replace("unknown_treatment: general", "unknown_treatment: general, logistics: true")
"""What it is stands here for a topic that is no medical matter."""


@pytest.fixture
def reviewing(database: Database, seed_files: Seed) -> Reviewing:
    """Give the small content as it is shipped: drafts that nobody has approved."""
    seed_files(answers=SHIPPED, topics=TOPICS)
    return Reviewing(database, a_clinic(), RESPONSES, AuditInMemory())


def _waits(reviewing: Reviewing, database: Database, text: str, answer_id: str = SAFETY) -> int:
    """Write a change and ask for its approval; give its number."""
    with database.read() as session:
        entry = entry_of(history_store.get_answer(session, answer_id).versions[-1])
        base = history_store.get_answer(session, answer_id).versions[-1].version
    entry = entry.model_copy(update={"short": entry.short.model_copy(update={"text": text})})
    number = reviewing.save(entry, base=base, editor=WRITER)
    reviewing.submit(answer_id, number, WRITER)
    return number


def _served(database: Database, *, in_production: bool, topic: str = "safety") -> str | None:
    with database.read() as session:
        rules = serving(samples=not in_production)
        found = store.find_answer(session, treatment="prolotherapy", topic=topic, rules=rules)
        return None if found is None else found.version.short


def test_a_shipped_draft_is_served_with_its_badge_and_has_no_approver(reviewing: Reviewing, database: Database):
    """Never in production; a change to it waits aside as any change does."""
    _waits(reviewing, database, "All did well.")

    with database.read() as session:
        version = history_store.get_version(session, SAFETY, 1)
    assert (version.status, version.sample, version.reviewed_by, version.reviewed_on) == ("draft", True, None, None)
    assert _served(database, in_production=False) == "Most people do well."
    assert _served(database, in_production=True) is None


@pytest.mark.parametrize("editor", [CLINICIAN, CHIEF], ids=lambda editor: editor.role)
def test_a_clinician_approves_a_draft_as_it_stands(reviewing: Reviewing, database: Database, editor: Editor):
    """The words stay, the badge goes; one who keeps the accounts too is a clinician."""
    reviewing.approve(SAFETY, 1, editor, due=day(300))

    with database.read() as session:
        version = history_store.get_version(session, SAFETY, 1)
    assert (version.status, version.sample, version.reviewed_by) == ("approved", False, editor.name)
    assert (version.reviewed_by_role, version.review_due_on) == (editor.role, day(300))
    assert _served(database, in_production=True) == "Most people do well."


def test_an_administrator_approves_no_medical_topic(reviewing: Reviewing, database: Database):
    """Neither a draft as it stands nor a change."""
    with pytest.raises(PermissionDeniedError, match="only a clinician"):
        reviewing.approve(SAFETY, 1, ADMIN, due=day(300))
    number = _waits(reviewing, database, "All did well.")
    with pytest.raises(PermissionDeniedError, match="only a clinician"):
        reviewing.approve(SAFETY, number, ADMIN, due=day(300))

    assert _served(database, in_production=False) == "Most people do well."


def test_an_administrator_approves_what_is_logistics(reviewing: Reviewing, database: Database):
    """Over words of a clinician too: where to park is not theirs to say."""
    reviewing.approve(DEFINITION, 1, CLINICIAN, due=day(300))
    number = _waits(reviewing, database, "The office is behind the house.", DEFINITION)

    reviewing.approve(DEFINITION, number, ADMIN, due=day(300))

    with database.read() as session:
        version = history_store.get_version(session, DEFINITION, number)
    assert (version.sample, version.reviewed_by, version.reviewed_by_role) == (False, "Boss", "admin")
    assert _served(database, in_production=True, topic="definition") == "The office is behind the house."


def test_each_reviewer_is_led_to_the_drafts_that_are_theirs_to_approve(reviewing: Reviewing, database: Database):
    """One after the other, until none is left."""
    with database.read() as session:
        assert samples_for(session, CLINICIAN) == [DEFINITION, SAFETY]
        assert samples_for(session, ADMIN) == [DEFINITION]
        assert samples_for(session, WRITER) == []

    reviewing.approve(DEFINITION, 1, CLINICIAN, due=day(300))

    with database.read() as session:
        assert samples_for(session, CLINICIAN) == [SAFETY]
        assert samples_for(session, ADMIN) == []


def test_the_audit_log_says_in_which_role_somebody_approved(reviewing: Reviewing, database: Database):
    """What counts is the role when they did."""
    audit = AuditInMemory()
    reviewing = Reviewing(database, a_clinic(), RESPONSES, audit)

    for editor in (ADMIN, CLINICIAN):
        number = _waits(reviewing, database, f"As {editor.name} says.", DEFINITION)
        reviewing.approve(DEFINITION, number, editor, due=day(300))

    told = [details for action, details in audit.details if action == "answer.approved"]
    assert told == [{"version": 2, "role": "admin"}, {"version": 3, "role": "clinician"}]

"""An import brings the store to what the files say, keeps the history, and never leaves it half done."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.db.engine import Database
from bot.errors import ContentError
from bot.knowledge import store
from bot.knowledge.exchange.importing import Change, ImportResult, import_content
from bot.knowledge.files.content import load_content
from bot.knowledge.models import Answer, AnswerVersion, Citation, Source, Topic, Treatment
from tests.factories import ANSWERS_FILE, TOPICS_FILE, serving
from tests.unit.knowledge.conftest import Seed

CHANGED = ANSWERS_FILE.replace("Most people do well.", "Nearly all people do well.")
WITHOUT_SAFETY = ANSWERS_FILE.partition("- topic: safety")[0]


def _served(database: Database, topic: str, treatment: str = "prolotherapy") -> str | None:
    with database.read() as session:
        found = store.find_answer(session, treatment=treatment, topic=topic, rules=serving())
        return None if found is None else found.version.short


def _history(database: Database, answer_id: str) -> list[tuple[int, str, str]]:
    with database.read() as session:
        rows = session.scalars(
            select(AnswerVersion).where(AnswerVersion.answer_id == answer_id).order_by(AnswerVersion.version)
        )
        return [(row.version, row.status, row.short) for row in rows]


def _counts(database: Database) -> list[int]:
    with database.read() as session:
        tables = (Answer, AnswerVersion, Citation, Source, Topic, Treatment)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def _done(result: ImportResult) -> dict[str, int]:
    return {change.value: result.count(change) for change in Change if result.count(change)}


def test_a_first_seeding_adds_everything(seed_files: Seed, database: Database):
    """And what was added is served."""
    result = seed_files()

    assert _done(result) == {"added": 2}
    assert _served(database, "safety") == "Most people do well."


def test_a_second_seeding_changes_nothing(seed_files: Seed, database: Database):
    """It runs at every start."""
    seed_files()
    before = _counts(database)

    result = seed_files()

    assert _done(result) == {"unchanged": 2}
    assert _counts(database) == before


def test_a_changed_answer_becomes_a_new_version(seed_files: Seed, database: Database):
    """The words that patients were given before stay in the history."""
    seed_files()

    result = seed_files(answers=CHANGED)

    assert _done(result) == {"changed": 1, "unchanged": 1}
    assert _served(database, "safety") == "Nearly all people do well."
    assert _history(database, "prolotherapy.safety") == [
        (1, "approved", "Most people do well."),
        (2, "approved", "Nearly all people do well."),
    ]


def test_a_removed_answer_is_retired_and_not_deleted(seed_files: Seed, database: Database):
    """What was said to a patient last year can still be read."""
    seed_files()

    result = seed_files(answers=WITHOUT_SAFETY)

    assert _done(result) == {"retired": 1, "unchanged": 1}
    assert _served(database, "safety") is None
    assert _history(database, "prolotherapy.safety") == [(1, "retired", "Most people do well.")]


def test_a_removed_answer_is_retired_once(seed_files: Seed):
    """The next start does not count it again."""
    seed_files()
    seed_files(answers=WITHOUT_SAFETY)

    assert seed_files(answers=WITHOUT_SAFETY).count(Change.RETIRED) == 0


def test_every_version_of_a_removed_answer_is_retired(seed_files: Seed, database: Database):
    """Else the version before the last would be served in its place."""
    seed_files()
    seed_files(answers=CHANGED)

    seed_files(answers=WITHOUT_SAFETY)

    assert _served(database, "safety") is None
    assert {status for _, status, _ in _history(database, "prolotherapy.safety")} == {"retired"}


def test_an_answer_that_returns_is_served_again(seed_files: Seed, database: Database):
    """With the very same words."""
    seed_files()
    seed_files(answers=WITHOUT_SAFETY)

    result = seed_files()

    assert result.count(Change.CHANGED) == 1
    assert _served(database, "safety") == "Most people do well."
    assert [version for version, _, _ in _history(database, "prolotherapy.safety")] == [1, 2]


def test_an_answer_marked_as_retired_is_no_longer_served(seed_files: Seed, database: Database):
    """Nor are its earlier versions."""
    seed_files()

    seed_files(answers=ANSWERS_FILE.replace("status: approved", "status: retired"))

    assert _served(database, "safety") is None
    assert _served(database, "definition") is None


@pytest.mark.parametrize("status", ["draft", "in_review"])
def test_new_words_wait_for_their_approval(seed_files: Seed, database: Database, status: str):
    """Until then patients get the approved ones."""
    seed_files()

    seed_files(answers=CHANGED.replace("status: approved, sample: true", f"status: {status}"))

    assert _served(database, "safety") == "Most people do well."
    assert [row[:2] for row in _history(database, "prolotherapy.safety")] == [(1, "approved"), (2, status)]


def test_a_draft_for_more_treatments_does_not_stretch_the_approved_words(seed_files: Seed, database: Database):
    """They were approved for prolotherapy; only the draft speaks of PRP."""
    seed_files()
    wider = ANSWERS_FILE.replace("- topic: safety\n", "- topic: safety\n  treatments: [prolotherapy, prp]\n")

    seed_files(answers=wider.replace("status: approved, sample: true", "status: draft"))
    assert _served(database, "safety", "prp") is None

    seed_files(answers=wider)
    assert _served(database, "safety", "prp") == "Most people do well."


def test_a_treatment_that_an_answer_no_longer_lists_is_let_go(seed_files: Seed, database: Database):
    """It is not given for it any more."""
    wider = ANSWERS_FILE.replace("- topic: safety\n", "- topic: safety\n  treatments: [prolotherapy, prp]\n")
    seed_files(answers=wider)

    seed_files()

    assert _served(database, "safety", "prp") is None


def test_a_changed_title_of_a_topic_is_taken_over(seed_files: Seed, database: Database):
    """Names are not versioned."""
    seed_files()

    seed_files(topics=TOPICS_FILE.replace("title: Safety", "title: Is it safe"))

    with database.read() as session:
        assert store.topics(session)["safety"].title == "Is it safe"


def test_citations_are_numbered_as_they_first_appear(seed_files: Seed, database: Database):
    """Each source once, the short answer's first."""
    seed_files()

    with database.read() as session:
        found = store.find_answer(session, treatment="prolotherapy", topic="definition", rules=serving())

        assert found is not None
        cited = [(row.position, row.source_id) for row in found.version.citations]
    assert cited == [(1, "overview"), (2, "second-look")]


def test_a_broken_file_changes_nothing(seed_files: Seed, database: Database):
    """All files are checked before the first row is touched."""
    seed_files()

    with pytest.raises(ContentError):
        seed_files(answers=CHANGED.replace("- topic: definition", "- topic: nothing"))

    assert _served(database, "safety") == "Most people do well."


def test_a_seeding_that_fails_half_way_is_rolled_back(database: Database, seed_files: Seed, tmp_path: Path):
    """Here the database itself refuses the last answer."""
    seed_files()
    content = load_content(tmp_path / "knowledge")
    first, last = content.answers
    shorter = first.model_copy(update={"short": first.short.model_copy(update={"text": "New words."})})
    broken = last.model_copy(update={"id": "prolotherapy.broken", "evidence": None})
    changed = type(content)(
        treatments=content.treatments, topics=content.topics, sources=content.sources, answers=(shorter, broken)
    )

    with pytest.raises(Exception, match="NOT NULL"):
        import_content(database, changed)

    assert _served(database, "definition") == "Prolotherapy is a set of shots."
    assert _served(database, "safety") == "Most people do well."
